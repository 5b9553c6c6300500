import type { BoardView } from "../../../db/model/board-views.ts";
import { withoutMoney } from "../../domain/access/hide-money.ts";
import type { Sight } from "../../domain/access/sight.ts";

/** The board as somebody sees it: the money of a pool is of everybody who holds it, and people's reasons may name anybody. */
export function boardAsSeen(view: BoardView, { teams }: Pick<Sight, "teams">): BoardView {
  if (teams === null) return view;
  const pools = withoutMoney(view).pools.map((pool) => {
    const reasons = pool.tier.reasons.map((one) => (one.key === "override" ? { ...one, text: "" } : one));
    return { ...pool, tier: { ...pool.tier, reasons } };
  });
  return { ...view, pools };
}

import type { TodayView } from "../../../db/model/board-views.ts";
import { withoutMoney } from "../../domain/access/hide-money.ts";
import type { Sight } from "../../domain/access/sight.ts";

/** The morning of somebody with teams: what is wrong with the fleet, without the money of all and the advice to others. */
export function todayAsSeen(view: TodayView, { teams }: Pick<Sight, "teams">): TodayView {
  if (teams === null) return view;
  const changes = view.changes.filter(({ kind }) => kind !== "price" && kind !== "waste");
  return withoutMoney({ ...view, changes, worth: { ...view.worth, count: 0, top: [] } });
}

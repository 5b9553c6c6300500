import { useTranslation } from "react-i18next";
import type { TimeMoney } from "../../../db/model/board-views.ts";
import { type MicroText } from "../../../db/model/money.ts";
import { useFormat } from "../../lib/use-format.ts";
import { EstimatedTime } from "../../parts/Estimated.tsx";
import { isUnpriced } from "./pivot-rows.ts";

/** An amount of card time in full. Time without a price is said to be so: in words where all of it is, by a mark where some is; so is what the
 * ledger does not hold. */
export function Cost({ micro, money, currency }: { micro: MicroText | null; money: TimeMoney; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amount = (
    <>
      <EstimatedTime money={money} />
      {format.money(micro, currency)}
    </>
  );
  if (money.unpricedMs === 0) return amount;
  const hours = t("kpi.unpriced", { hours: format.cardHours(money.unpricedMs) });
  if (isUnpriced({ money }))
    return (
      <span className="muted" title={hours}>
        {t("kpi.unpricedWord")}
      </span>
    );
  return (
    <span title={hours}>
      {amount}
      <span className="cost-part" aria-hidden>
        +?
      </span>
      <span className="sr"> {hours}</span>
    </span>
  );
}

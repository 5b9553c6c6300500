import { useTranslation } from "react-i18next";
import type { TimeMoney } from "../../../db/model/board-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { useFormat } from "../../lib/use-format.ts";

/** An amount of card time in full. Time without a price is said to be so: in words where all of it is, by a mark where some is. */
export function Cost({ micro, money, currency }: { micro: string; money: TimeMoney; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (money.unpricedMs === 0) return format.money(micro, currency);
  const hours = t("kpi.unpriced", { hours: format.cardHours(money.unpricedMs) });
  if (microOf(money.costMicro) === 0n)
    return (
      <span className="muted" title={hours}>
        {t("kpi.unpricedWord")}
      </span>
    );
  return (
    <span title={hours}>
      {format.money(micro, currency)}
      <span className="cost-part" aria-hidden>
        +?
      </span>
      <span className="sr"> {hours}</span>
    </span>
  );
}

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CostFilter, CostView } from "../../../db/model/ledger-views.ts";
import { microOf, microText } from "../../../db/model/money.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { useFormat } from "../../lib/use-format.ts";
import { EstimateNote } from "../../parts/Estimated.tsx";
import { IDLE_STATES, LOST_STATES, microIn, shareOf, withStates } from "./cost-rows.ts";
import { CostMoney } from "./CostMoney.tsx";

/** What it cost in all, what of it nothing was done with, and how much of it is known. */
export function CostKpis({ view, filter }: { view: CostView; filter: CostFilter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(view.currency);
  const { total, currency, range } = view;
  const whole = microOf(total.micro);
  const days = total.byDay.filter((micro) => micro !== null).length;
  const compact = (micro: string) => format.moneyCompact(micro, currency);
  const money = (micro: string, within: CostFilter | null) => (
    <CostMoney range={range} filter={within} micro={micro} amounts={amounts}>
      {compact(micro)}
    </CostMoney>
  );
  const idle = microText(microIn(total, IDLE_STATES));
  const lost = microText(microIn(total, LOST_STATES));
  return (
    <ul className="kpis kpis-money" aria-label={t("cost.kpi.label")}>
      <Kpi
        name={t("cost.kpi.total")}
        note={days > 0 && t("cost.kpi.perDay", { money: compact(microText(whole / BigInt(days))) })}
        under={<EstimateNote estimate={total.estimate} />}
      >
        {money(total.micro, filter)}
      </Kpi>
      <Kpi name={t("cost.kpi.idle")} title={t("cost.kpi.idleSays")} note={<Of part={idle} whole={total.micro} />}>
        {money(idle, withStates(filter, IDLE_STATES))}
      </Kpi>
      <Kpi name={t("cost.kpi.lost")} title={t("cost.kpi.lostSays")} note={<Of part={lost} whole={total.micro} />}>
        {money(lost, withStates(filter, LOST_STATES))}
      </Kpi>
      <Kpi
        name={t("cost.kpi.coverage")}
        note={
          total.estimate.unpricedMs > 0 && (
            <span className="kpi-unpriced">
              {t("kpi.unpriced", { hours: format.cardHours(total.estimate.unpricedMs) })}
            </span>
          )
        }
      >
        {format.coverage(total.estimate.coverage)}
      </Kpi>
    </ul>
  );
}

function Of({ part, whole }: { part: string; whole: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = shareOf(microOf(part), microOf(whole));
  return share === null ? null : t("cost.kpi.ofTotal", { share: format.percent(share) });
}

function Kpi(props: { name: string; title?: string; note: ReactNode; under?: ReactNode; children: ReactNode }) {
  return (
    <li className="kpi" title={props.title}>
      <span className="kpi-name">{props.name}</span>
      <strong>{props.children}</strong>
      {props.note !== false && <span className="kpi-note">{props.note}</span>}
      {props.under}
    </li>
  );
}

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LedgerState } from "../../../db/model/ledger.ts";
import type { CostFilter, CostView } from "../../../db/model/ledger-views.ts";
import { microOf, microText } from "../../../db/model/money.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { useFormat } from "../../lib/use-format.ts";
import { EstimatedCost } from "../../parts/Estimated.tsx";
import { ProofButton } from "../proof/ProofButton.tsx";
import { IDLE_STATES, LOST_STATES, microIn, shareOf } from "./cost-rows.ts";

/** What it cost in all, what of it nothing was done with, and how much of it is known. */
export function CostKpis({ view, filter }: { view: CostView; filter: CostFilter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(view.currency);
  const { total, currency, range } = view;
  const whole = microOf(total.micro);
  const days = total.byDay.filter((micro) => micro !== null).length;
  const compact = (micro: string) => format.moneyCompact(micro, currency);
  const asked = filter.state;
  const part = (states: readonly LedgerState[]) => {
    const shown = asked === undefined ? states : states.filter((state) => asked.includes(state));
    const micro = microText(microIn(total, shown));
    return {
      micro,
      ask: { about: "cards", question: { range, filter: { ...filter, state: shown } }, shownMicro: micro },
    } as const;
  };
  const idle = part(IDLE_STATES);
  const lost = part(LOST_STATES);
  return (
    <ul className="kpis kpis-money" aria-label={t("cost.kpi.label")}>
      <Kpi
        name={t("cost.kpi.total")}
        note={days > 0 && t("cost.kpi.perDay", { money: compact(microText(whole / BigInt(days))) })}
      >
        <EstimatedCost estimate={total.estimate} />
        <ProofButton
          ask={{ about: "cards", question: { range, filter }, shownMicro: total.micro }}
          title={amounts.exact(total.micro)}
        >
          {compact(total.micro)}
        </ProofButton>
      </Kpi>
      <Kpi name={t("cost.kpi.idle")} title={t("cost.kpi.idleSays")} note={<Of part={idle.micro} whole={total.micro} />}>
        <ProofButton ask={idle.ask} title={amounts.exact(idle.micro)}>
          {compact(idle.micro)}
        </ProofButton>
      </Kpi>
      <Kpi name={t("cost.kpi.lost")} title={t("cost.kpi.lostSays")} note={<Of part={lost.micro} whole={total.micro} />}>
        <ProofButton ask={lost.ask} title={amounts.exact(lost.micro)}>
          {compact(lost.micro)}
        </ProofButton>
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

function Kpi(props: { name: string; title?: string; note: ReactNode; children: ReactNode }) {
  return (
    <li className="kpi" title={props.title}>
      <span className="kpi-name">{props.name}</span>
      <strong>{props.children}</strong>
      {props.note !== false && <span className="kpi-note">{props.note}</span>}
    </li>
  );
}

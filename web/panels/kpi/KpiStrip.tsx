import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CardState } from "../../../db/model/fleet.ts";
import { CARD_STATES } from "../../../db/model/fleet.ts";
import { STATES_WORST_FIRST } from "../../../reports/charts/theme.ts";
import { coverageOf, type GroupLine, totalOf } from "../../lib/fleet.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { StateMark } from "../../parts/StateMark.tsx";

/** The scope in one line of figures. A state's figure is also the switch that shows its cards. */
export function KpiStrip(props: {
  sums: Omit<GroupLine, "key">;
  targets: { readonly total: number; readonly down: number };
  states: readonly CardState[];
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { counts, last24h } = props.sums;
  const total = totalOf(counts);
  const coverage = coverageOf(last24h);
  // Nothing judges `starting` yet (server/domain/card-state.ts): a 0 would claim that no card starts.
  const judged = STATES_WORST_FIRST.filter((state) => state !== "starting" || counts.starting > 0);
  const toggle = (state: CardState) => {
    const asked = props.states.includes(state);
    const states = CARD_STATES.filter((s) => (s === state ? !asked : props.states.includes(s)));
    props.onChange({ query: { states } });
  };
  return (
    <ul className="kpis" aria-label={t("kpi.label")}>
      <li className="kpi">
        <span className="kpi-name">{t("kpi.cards")}</span>
        <strong>{format.count(total)}</strong>
      </li>
      {judged.map((state) => (
        <li key={state}>
          <button
            type="button"
            className={`kpi kpi-state${counts[state] === 0 ? " kpi-none" : ""}`}
            aria-pressed={props.states.includes(state)}
            title={t("kpi.filterState", { state: t(`state.${state}`) })}
            onClick={() => toggle(state)}
          >
            <span className="kpi-name">
              <StateMark state={state} />
              {t(`state.${state}`)}
            </span>
            <strong>{format.count(counts[state])}</strong>
            <span className="kpi-note">{total === 0 ? "" : format.percent(counts[state] / total)}</span>
          </button>
        </li>
      ))}
      <li className="kpi">
        <span className="kpi-name">{t("kpi.util")}</span>
        <strong>{format.percent(last24h.meanRatio)}</strong>
        <span className="kpi-note">
          {coverage === null ? t("kpi.nothingOwned") : t("kpi.coverage", { share: format.coverage(coverage) })}
        </span>
      </li>
      <li>
        <Link to="/sources" className={props.targets.down > 0 ? "kpi kpi-down" : "kpi"}>
          <span className="kpi-name">{t("kpi.sources")}</span>
          <strong>{format.count(props.targets.down)}</strong>
          <span className="kpi-note">{t("kpi.ofTargets", { total: format.count(props.targets.total) })}</span>
        </Link>
      </li>
    </ul>
  );
}

import { useTranslation } from "react-i18next";
import type { StateCounts } from "../../db/model/views.ts";
import { STATE_INK, STATE_ORDER } from "../../reports/charts/theme.ts";
import { totalOf } from "../lib/fleet.ts";
import { useFormat } from "../lib/use-format.ts";
import { StateMark } from "./StateMark.tsx";

/** How a number of cards divides into states: a bar for the eye, the counts as text beside it. */
export function StateBar({ counts }: { counts: StateCounts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const total = totalOf(counts);
  const present = STATE_ORDER.filter((state) => counts[state] > 0);
  return (
    <div className="state-bar">
      <div className="state-bar-track" aria-hidden>
        {present.map((state) => (
          <span
            key={state}
            className={`seg seg-${STATE_INK[state].fill} seg-${STATE_INK[state].status}`}
            style={{ width: `${(100 * counts[state]) / total}%` }}
          />
        ))}
      </div>
      <ul className="state-bar-counts">
        {present.map((state) => (
          <li key={state} title={t(`state.${state}`)}>
            <StateMark state={state} size={9} />
            <span className="sr">{t(`state.${state}`)} </span>
            {format.count(counts[state])}
          </li>
        ))}
      </ul>
    </div>
  );
}

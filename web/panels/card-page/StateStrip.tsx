import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CardState } from "../../../db/model/fleet.ts";
import type { StripHour } from "../../../db/model/page-views.ts";
import { DAY_MS, HOUR_MS } from "../../../db/model/time.ts";
import { STATE_INK, STATE_ORDER } from "../../../reports/charts/theme.ts";
import { roundHours } from "../../lib/round-hours.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { StateMark } from "../../parts/StateMark.tsx";
import type { Outputs } from "../../trpc.ts";

type Run = { readonly from: number; readonly to: number; readonly state: CardState };

/** Two weeks of states on one line; a day on it opens that day's readings. Hours without a record stay blank. */
export function StateStrip({ card, onDay }: { card: Outputs["board"]["card"]; onDay: (to: number) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stripFrom: from, stripTo: to, strip } = card;
  const runs = useMemo(() => runsOf(strip), [strip]);
  const present = STATE_ORDER.filter((state) => runs.some((run) => run.state === state));
  const days = useMemo(() => daysOf(from, to, format.minute), [from, to, format]);
  const left = (at: number) => `${(100 * (at - from)) / (to - from)}%`;
  const width = (a: number, b: number) => `${(100 * (b - a)) / (to - from)}%`;
  const shares = present.map((state) =>
    t("cardPage.strip.share", { state: t(`state.${state}`), share: format.percent(shareOf(runs, state)) }),
  );
  const label = t("cardPage.strip.summary", {
    from: format.dateTime(from),
    to: format.dateTime(to),
    states: shares.join(", "),
  });
  return (
    <PanelFrame
      title={t("cardPage.strip.title")}
      note={
        <span className="strip-legend">
          {present.map((state, i) => (
            <span key={state}>
              <StateMark state={state} size={10} /> {shares[i]}
            </span>
          ))}
        </span>
      }
    >
      {strip.length === 0 ? (
        <p className="panel-empty">{t("cardPage.strip.empty")}</p>
      ) : (
        <div className="strip">
          <div className="strip-track" role="img" aria-label={label}>
            {runs.map((run) => (
              <span
                key={run.from}
                className={`seg seg-${STATE_INK[run.state].fill} seg-${STATE_INK[run.state].status}`}
                style={{ left: left(run.from), width: width(run.from, run.to) }}
                title={`${t(`state.${run.state}`)} · ${format.dateTime(run.from)} – ${format.dateTime(run.to)}`}
              />
            ))}
          </div>
          <div className="strip-days">
            {days.filter(isWide).map((day) => (
              <button
                key={day.from}
                type="button"
                style={{ left: left(day.from), width: width(day.from, day.to) }}
                aria-label={t("cardPage.strip.day", { day: format.day(day.from) })}
                onClick={() => onDay(Math.min(day.whole, to))}
              >
                {format.day(day.from)}
              </button>
            ))}
          </div>
        </div>
      )}
    </PanelFrame>
  );
}

/** Room for a finger and a date. */
const isWide = (day: { readonly from: number; readonly to: number }): boolean => day.to - day.from >= DAY_MS / 2;

/** Neighbouring hours alike. */
function runsOf(strip: readonly StripHour[]): Run[] {
  const runs: Run[] = [];
  for (const { at, state } of strip) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === at && last.state === state)
      runs[runs.length - 1] = { ...last, to: at + HOUR_MS };
    else runs.push({ from: at, to: at + HOUR_MS, state });
  }
  return runs;
}

function shareOf(runs: readonly Run[], state: CardState): number {
  const sum = (of: readonly Run[]) => of.reduce((ms, run) => ms + run.to - run.from, 0);
  return sum(runs.filter((run) => run.state === state)) / sum(runs);
}

/** The reader's days in the strip; `whole` is where the day ends, also outside of it. */
function daysOf(from: number, to: number, minute: (at: number) => string) {
  const nights = roundHours(from, to, 24, minute);
  const starts = nights[0] === from ? nights : [from, ...nights];
  return starts.map((start, i) => ({ from: start, to: starts[i + 1] ?? to, whole: starts[i + 1] ?? start + DAY_MS }));
}

import { useTranslation } from "react-i18next";
import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { type CalendarDay, calendarWeeks } from "./coverage-days.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const LEVELS = ["whole", "high", "good", "fair", "poor"] as const;

/** Thirteen weeks, a day a cell: its share stands in it, its colour says how far from whole it is. */
export function CoverageCalendar(props: {
  certificate: CoverageCertificate;
  today: string;
  chosen: string;
  onChoose: (day: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const weeks = calendarWeeks(props.certificate, props.today);
  const dayName = (day: string) => format.day(Date.parse(`${day}T12:00:00Z`));
  return (
    <PanelFrame title={t("patrol.coverage.calendar")} note={t("patrol.coverage.calendarNote")}>
      <ul className="legend coverage-legend">
        {LEVELS.map((level) => (
          <li key={level}>
            <span className={`coverage-swatch coverage-${level}`} aria-hidden />
            {t(`patrol.coverage.legend.${level}`)}
          </li>
        ))}
      </ul>
      <div className="coverage-scroll" tabIndex={0} role="region" aria-label={t("patrol.coverage.calendar")}>
        <table className="coverage-calendar">
          <thead>
            <tr>
              <th scope="col">{t("patrol.coverage.weekOf")}</th>
              {weeks.map(([monday]) => (
                <th key={monday?.day} scope="col">
                  {monday == null ? "" : dayName(monday.day)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {WEEKDAYS.map((weekday, i) => (
              <tr key={weekday}>
                <th scope="row">{t(`patrol.coverage.weekdays.${weekday}`)}</th>
                {weeks.map((week) => (
                  <Day
                    key={week[0]?.day}
                    day={week[i] ?? null}
                    name={dayName}
                    isChosen={week[i]?.day === props.chosen}
                    onChoose={props.onChoose}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </PanelFrame>
  );
}

function Day(props: {
  day: CalendarDay | null;
  name: (day: string) => string;
  isChosen: boolean;
  onChoose: (day: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { day } = props;
  if (day === null) return <td />;
  const name = props.name(day.day);
  const says =
    day.share === null
      ? t(day.level === "open" ? "patrol.coverage.dayOpen" : "patrol.coverage.dayNone", { day: name })
      : t("patrol.coverage.day", { day: name, share: format.coverage(day.share) });
  return (
    <td>
      <button
        type="button"
        className={`coverage-day coverage-${day.level}`}
        aria-label={says}
        title={says}
        aria-pressed={props.isChosen}
        onClick={() => props.onChoose(props.isChosen ? "" : day.day)}
      >
        {day.share === null ? "–" : day.level === "whole" ? "100" : (Math.floor(day.share * 10_000) / 100).toFixed(2)}
      </button>
    </td>
  );
}

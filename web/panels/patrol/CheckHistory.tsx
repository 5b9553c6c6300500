import { useTranslation } from "react-i18next";
import type { CheckPoint } from "../../../db/model/patrol-views.ts";
import type { CheckVerdict } from "../../../db/model/patrol.ts";
import { useFormat } from "../../lib/use-format.ts";

const STEP_PX = 5;
const HEIGHT_PX = 18;
/** The worse, the taller: it reads in grey too. Unknown is hollow. */
const TALL: Readonly<Record<CheckVerdict, number>> = { ok: 5, warn: 11, bad: 18, unknown: 18 };
const INK: Readonly<Record<CheckVerdict, string>> = {
  ok: "mark-ok",
  warn: "mark-warning",
  bad: "mark-critical",
  unknown: "mark-unknown",
};

/** The verdicts of the last patrols as a row of bars, oldest on the left. */
export function CheckHistory({ points }: { points: readonly CheckPoint[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (verdict: CheckVerdict) => format.count(points.filter((point) => point.verdict === verdict).length);
  if (points.length === 0) return <span className="muted">{t("patrol.checks.none")}</span>;
  const label = t("patrol.checks.history", {
    n: format.count(points.length),
    bad: count("bad"),
    unknown: count("unknown"),
    warn: count("warn"),
  });
  return (
    <svg className="check-history" role="img" aria-label={label} width={points.length * STEP_PX} height={HEIGHT_PX}>
      <title>{label}</title>
      {points.map(({ at, verdict }, i) => (
        <rect
          key={at}
          className={INK[verdict]}
          x={i * STEP_PX + 0.5}
          y={HEIGHT_PX - TALL[verdict] + 0.5}
          width={STEP_PX - 2}
          height={TALL[verdict] - 1}
          fill={verdict === "unknown" ? "none" : "currentColor"}
          stroke="currentColor"
          strokeDasharray={verdict === "unknown" ? "2 1.5" : undefined}
        />
      ))}
    </svg>
  );
}

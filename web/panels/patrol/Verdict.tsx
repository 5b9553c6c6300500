import { useTranslation } from "react-i18next";
import type { CheckVerdict } from "../../../db/model/patrol.ts";
import type { Tone } from "../../../db/model/report-document.ts";

const SHAPE = { ok: "●", warn: "▲", bad: "■", unknown: "◌" } as const;
const INK = { ok: "mark-ok", warn: "mark-warning", bad: "mark-critical", unknown: "mark-unknown" } as const;

/** What a check came to: shape, colour and word. */
export function Verdict({ verdict }: { verdict: CheckVerdict }) {
  const { t } = useTranslation();
  return (
    <span className="verdict">
      <Shape tone={verdict} /> {t(`patrol.verdict.${verdict}`)}
    </span>
  );
}

/** The shape before a text that has a tone; nothing before a plain one. */
export function Shape({ tone }: { tone: Tone }) {
  return tone === "plain" ? null : (
    <span className={INK[tone]} aria-hidden>
      {SHAPE[tone]}
    </span>
  );
}

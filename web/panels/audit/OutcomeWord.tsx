import { useTranslation } from "react-i18next";
import type { AuditOutcome } from "../../../db/model/access-views.ts";

const MARK = {
  done: ["●", "mark-ok"],
  denied: ["■", "mark-critical"],
  failed: ["▲", "mark-warning"],
  asked: ["◔", "muted"],
  unknown: ["◌", "mark-unknown"],
} as const satisfies Record<AuditOutcome, readonly [string, string]>;

/** How an act ended: a shape, a colour where it is a status, and the word. */
export function OutcomeWord({ outcome }: { outcome: AuditOutcome }) {
  const { t } = useTranslation();
  const [mark, look] = MARK[outcome];
  return (
    <span className="audit-outcome" title={t(`audit.outcomeSays.${outcome}`)}>
      <span aria-hidden className={look}>
        {mark}
      </span>{" "}
      {t(`audit.outcome.${outcome}`)}
    </span>
  );
}

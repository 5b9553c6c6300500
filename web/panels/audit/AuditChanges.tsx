import { useTranslation } from "react-i18next";
import type { AuditChange } from "../../../db/model/access-views.ts";
import { type ChangedField, changedFields } from "../../lib/audit-changes.ts";
import { useFormat } from "../../lib/use-format.ts";

/** Changed rows an answer holds at most (server/usecases/audit/audit-page.ts). */
const MOST_CHANGES = 50;

/** What each changed row was and became, side by side: only what differs. */
export function AuditChanges({ changes }: { changes: readonly AuditChange[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (changes.length === 0) return <p className="muted">{t("audit.changes.none")}</p>;
  return (
    <div className="audit-changes" tabIndex={0} role="region" aria-label={t("audit.changes.label")}>
      <p className="muted">{t("audit.changes.count", { count: changes.length })}</p>
      {changes.map((change, i) => (
        <ChangedRow key={`${change.table} ${change.key} ${i}`} change={change} />
      ))}
      {changes.length >= MOST_CHANGES && (
        <p className="muted">{t("audit.changes.most", { n: format.count(MOST_CHANGES) })}</p>
      )}
    </div>
  );
}

function ChangedRow({ change }: { change: AuditChange }) {
  const { t } = useTranslation();
  const fields = changedFields(change);
  const kind = change.before === null ? "added" : change.after === null ? "removed" : "changed";
  return (
    <table className="audit-change">
      <caption>
        <code>{change.table}</code> <bdi className="mono">{change.key}</bdi>{" "}
        <span className="muted">{t(`audit.changes.${kind}`)}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t("audit.changes.field")}</th>
          {kind !== "added" && <th scope="col">{t("audit.changes.before")}</th>}
          {kind !== "removed" && <th scope="col">{t("audit.changes.after")}</th>}
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row" className="mono">
              {field.name}
            </th>
            {kind !== "added" && (
              <td>
                <Value field={field} text={field.before} />
              </td>
            )}
            {kind !== "removed" && (
              <td>
                <Value field={field} text={field.after} />
              </td>
            )}
          </tr>
        ))}
        {fields.length === 0 && (
          <tr>
            <td colSpan={3} className="muted">
              {t("audit.changes.same")}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Value({ field, text }: { field: ChangedField; text: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (text === null) return <span className="muted">–</span>;
  if (field.hashed !== null)
    return (
      <span title={t(`audit.changes.hashSays.${field.hashed}`)}>
        <span className="audit-hash">{t("audit.changes.hash")}</span>{" "}
        <code>{text.replace(/^(sha256:[0-9a-f]{8})[0-9a-f]+/, "$1…")}</code>
      </span>
    );
  const isTime = field.name.endsWith("_ms") && /^\d{12,13}$/.test(text);
  return (
    <bdi className="mono audit-value" title={text}>
      {isTime ? format.dateTime(Number(text)) : text}
    </bdi>
  );
}

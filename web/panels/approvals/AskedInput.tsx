import { useTranslation } from "react-i18next";
import { inputLines, isInstant } from "../../lib/input-lines.ts";
import { useFormat } from "../../lib/use-format.ts";

/** As the server hides what may be a secret (server/domain/audit/without-secrets.ts). */
const HIDDEN = "•••";

/** What is asked for, as it was said: one value a line. */
export function AskedInput({ input, reason }: { input: unknown; reason: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lines = inputLines(input).filter(({ path, value }) => value !== reason || path.includes(".")); // it stands above
  if (lines.length === 0) return null;
  return (
    <div className="approval-input" role="region" tabIndex={0} aria-label={t("approvals.what")}>
      <table>
        <tbody>
          {lines.map((line) => (
            <tr key={line.path}>
              <th scope="row" className="mono">
                {line.path}
              </th>
              <td className="audit-value">
                {line.value === HIDDEN ? (
                  <span className="audit-hash">{t("approvals.hidden")}</span>
                ) : (
                  <bdi>{isInstant(line) ? format.dateTime(Number(line.value)) : String(line.value)}</bdi>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { inputLines, isInstant } from "../../lib/input-lines.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Refused } from "../../parts/Refused.tsx";
import { type Outputs, trpc } from "../../trpc.ts";

/** As the server hides what may be a secret (server/domain/audit/without-secrets.ts). */
const HIDDEN = "•••";
const MOST_LINES = 200;

/** What is asked for, as it was said: one value a line. What is long is shown whole when asked for. */
export function AskedInput({ row }: { row: Outputs["approvals"]["list"][number] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isWhole, setWhole] = useState(false);
  const asked = trpc.approvals.asked.queryOptions({ id: row.id }, { enabled: isWhole, staleTime: Number.POSITIVE_INFINITY }); // prettier-ignore
  const whole = useQuery(asked);
  const all = inputLines(whole.data ?? row.input);
  const lines = (whole.data === undefined ? all.slice(0, MOST_LINES) : all).filter(
    ({ path, value }) => value !== row.reason || path.includes("."), // it stands above
  );
  const isCut = whole.data === undefined && (row.isCut || all.length > MOST_LINES);
  if (lines.length === 0) return null;
  return (
    <>
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
      {isCut && (
        <p className="approval-said">
          {t("approvals.cut")}{" "}
          <Button size="compact-sm" variant="default" loading={whole.isFetching} onClick={() => setWhole(true)}>
            {t("approvals.whole")}
          </Button>
        </p>
      )}
      <Refused error={whole.error} says={(why) => t("approvals.wholeFailed", { why })} />
    </>
  );
}

import { useTranslation } from "react-i18next";
import { CAPACITY_CHANGES, type CapacityPreview } from "../../../db/model/inventory.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { useDay } from "./use-day.ts";
import { useLineText } from "./use-line-text.ts";

const MOST_ROWS = 200;
const SIGN = { added: "+", changed: "±", ended: "−", same: "=" } as const;

/** What a file would add, change and end; wrong rows first. */
export function CapacityDiff({ preview }: { preview: CapacityPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const day = useDay();
  const textOf = useLineText();
  const { changes, errors } = preview;
  const counted = CAPACITY_CHANGES.map((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return t(`inventory.diff.${kind}`, { count });
  });
  const differing = changes.filter(({ kind }) => kind !== "same");
  return (
    <>
      <p role="status" className="inventory-note">
        {counted.join(" · ")}
      </p>
      {errors.length > 0 && (
        <div className="notice notice-error" role="alert">
          <p className="notice-title">{t("inventory.error.title", { count: errors.length })}</p>
          <ul className="inventory-errors">
            {errors.slice(0, MOST_ROWS).map((error) => (
              <li key={`${error.row} ${error.column} ${error.key} ${error.value}`}>
                {t("inventory.error.row", { row: error.row })}
                {error.column === "" ? "" : ` · ${error.column}`}:{" "}
                {t(`inventory.error.${error.key}`, { expected: error.expected })}
                {error.value !== "" && <code> {error.value}</code>}
              </li>
            ))}
          </ul>
        </div>
      )}
      {differing.length > 0 && (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("inventory.diff.title")}>
          <table className="plain inventory">
            <thead>
              <tr>
                <th>{t("inventory.diff.what")}</th>
                <th className="num">{t("inventory.diff.row")}</th>
                <th>{t("inventory.column.cards")}</th>
                <th className="num">{t("inventory.diff.before")}</th>
                <th className="num">{t("inventory.diff.after")}</th>
                <th>{t("inventory.column.time")}</th>
              </tr>
            </thead>
            <tbody>
              {differing.slice(0, MOST_ROWS).map(({ kind, row, before, after, pools }, i) => {
                const line = after ?? before!;
                return (
                  <tr key={i}>
                    <th scope="row">
                      <span aria-hidden className="mono">
                        {SIGN[kind]}
                      </span>{" "}
                      {t(`inventory.diff.kind.${kind}`)}
                    </th>
                    <td className="num">{row === null ? "" : format.count(row)}</td>
                    <td>
                      <Cut text={textOf(line)} empty={t("inventory.none")} />
                      {pools === 0 && <span className="inventory-unseen">{t("inventory.capacity.unseen")}</span>}
                    </td>
                    <td className="num">{before === null ? "" : format.count(before.count)}</td>
                    <td className="num">{after === null ? "" : format.count(after.count)}</td>
                    <td className="inventory-time">
                      {t("inventory.from", { time: day(line.from) })}
                      {line.to !== null && ` ${t("inventory.to", { time: day(line.to) })}`}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

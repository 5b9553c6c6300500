import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunRow } from "../../../db/model/patrol-views.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { RunState } from "./RunState.tsx";

const COLUMNS = ["period", "headline", "coverage", "state", "sent", "from", "made"] as const;
const FIGURES: ReadonlySet<string> = new Set(["coverage", "sent", "made"]);

/** Reports, newest period first. With `picked`, each can be ticked for a comparison. */
export function ArchiveTable(props: {
  rows: readonly RunRow[];
  picked: readonly number[] | null;
  onPick: (picked: readonly number[]) => void;
}) {
  const { t } = useTranslation();
  const { picked } = props;
  const toggle = (id: number) =>
    picked !== null &&
    props.onPick(picked.includes(id) ? picked.filter((one) => one !== id) : [...picked.slice(-1), id]);
  return (
    <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("patrol.reports.list")}>
      <table className="plain archive">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} className={FIGURES.has(column) ? "num" : ""}>
                {t(`patrol.reports.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <Row
              key={row.run.id}
              row={row}
              isPicked={picked === null ? null : picked.includes(row.run.id)}
              onPick={() => toggle(row.run.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, isPicked, onPick }: { row: RunRow; isPicked: boolean | null; onPick: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const { run, deliveries } = row;
  const all = deliveries.sent + deliveries.waiting + deliveries.failed;
  return (
    <tr className={run.supersededBy === null ? "" : "rule-off"}>
      <th scope="row" className="archive-period">
        {isPicked !== null && (
          <Checkbox
            size="xs"
            aria-label={t("patrol.reports.pick", { name: run.period })}
            checked={isPicked}
            disabled={run.state !== "done"}
            onChange={onPick}
          />
        )}
        <span>
          <Link to="/patrol/reports/$id" params={{ id: String(run.id) }}>
            {run.period}
          </Link>
          <small className="muted">
            {t(`patrol.kind.${run.kind}`)}
            {run.revision > 1 && <> · {t("patrol.reports.revision", { n: run.revision })}</>}
          </small>
        </span>
      </th>
      <td className="archive-headline">{run.headline[lang]}</td>
      <td className="num">{format.coverage(run.coverage)}</td>
      <td className="archive-state">
        <RunState row={row} />
      </td>
      <td className="num">
        {all === 0 ? "–" : t("patrol.reports.sent", { sent: format.count(deliveries.sent), all: format.count(all) })}
        {deliveries.failed > 0 && (
          <small className="mark-critical archive-failed">
            {t("patrol.reports.sentFailed", { n: format.count(deliveries.failed) })}
          </small>
        )}
      </td>
      <td className="archive-from">{row.definition === "" ? t("patrol.reports.onDemand") : row.definition}</td>
      <td className="num">{run.finishedAt === null ? "–" : format.dateTime(run.finishedAt)}</td>
    </tr>
  );
}

import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentRow } from "../../../db/model/alert-views.ts";
import type { Amounts } from "../../lib/amounts.ts";
import { HIDDEN_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useIncidentText } from "../../lib/use-incident-text.ts";
import { useHasTeams, useSeesMoney } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { Cut } from "../../parts/Cut.tsx";
import { Said } from "../../parts/Said.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { SeverityWord } from "../../parts/SeverityMark.tsx";

/** One incident of the list. */
export const IncidentCells = memo(function IncidentCells(props: {
  row: IncidentRow;
  amounts: Amounts;
  picked: ReadonlySet<number>;
  onPick: ((id: number) => void) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useIncidentText();
  const seesMoney = useSeesMoney();
  const { row, onPick } = props;
  return (
    <>
      <td>
        {onPick !== null && (
          <Checkbox
            size="xs"
            aria-label={t("alerts.pick", { id: row.id })}
            checked={props.picked.has(row.id)}
            disabled={row.phase === "resolved"}
            onChange={() => onPick(row.id)}
          />
        )}
      </td>
      <td>
        <SeverityWord severity={row.severity} />
      </td>
      <td>
        <Link
          to="/alerts/incidents/$id"
          params={{ id: String(row.id) }}
          className="incident-open"
          title={text.what(row)}
        >
          <bdi>{text.what(row)}</bdi>
        </Link>
        <span className="incident-under">{[`#${row.id}`, row.ruleId, ...text.flags(row)].join(" · ")}</span>
      </td>
      <td>
        <span className="incident-over" title={text.where(row)}>
          <Cut text={text.where(row)} empty="–" />
        </span>
        <span className="incident-under">{row.poolId !== 0 && <PoolLink id={row.poolId} />}</span>
      </td>
      <td>
        <Since row={row} />
      </td>
      <td className="num">{row.cards === 0 ? "–" : format.count(row.cards)}</td>
      {seesMoney && (
        <td className="num">
          <Cost row={row} amounts={props.amounts} />
        </td>
      )}
      <td>
        <Features row={row} />
      </td>
      <td>
        <Who row={row} />
      </td>
    </>
  );
});

function Since({ row }: { row: IncidentRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <>
      <span className="incident-over" title={format.dateTime(row.since)}>
        {format.ago(row.since, now)}
      </span>
      {row.resolvedAt !== null && (
        <span className="incident-under">{t("alerts.until", { time: format.ago(row.resolvedAt, now) })}</span>
      )}
    </>
  );
}

/** What of it has no price is said: unknown is no zero. */
function Cost({ row, amounts }: { row: IncidentRow; amounts: Amounts }) {
  const { t } = useTranslation();
  const hasTeams = useHasTeams();
  if (row.costPerHourMicro === null && hasTeams) return <Said text={HIDDEN_TEXT} />; // it is of others, too
  if (row.costPerHourMicro === null)
    return <span className="muted">{row.cards === 0 ? "–" : t("alerts.unpriced")}</span>;
  return (
    <>
      <span className="incident-over" title={amounts.exact(row.costPerHourMicro)}>
        {amounts.plain(row.costPerHourMicro)}
      </span>
      {row.unpricedCards > 0 && (
        <span className="incident-under">{t("alerts.someUnpriced", { count: row.unpricedCards })}</span>
      )}
    </>
  );
}

function Features({ row: { features } }: { row: IncidentRow }) {
  const { t } = useTranslation();
  const [first] = features;
  if (first === undefined) return <span className="muted">–</span>;
  return (
    <span title={features.map(({ name }) => name).join("\n")}>
      <span className="incident-over">
        <Cut text={first.name} empty={`#${first.id}`} />
      </span>
      {features.length > 1 && (
        <span className="incident-under">{t("alerts.more", { count: features.length - 1 })}</span>
      )}
    </span>
  );
}

function Who({ row }: { row: IncidentRow }) {
  const { t } = useTranslation();
  const { ackedBy, assignee } = row;
  if (ackedBy === "" && assignee === "")
    return row.phase === "resolved" ? <span className="muted">–</span> : <span>{t("alerts.nobody")}</span>;
  const lines = [
    ...(assignee === "" ? [] : [t("alerts.assignee", { who: assignee })]),
    ...(ackedBy === "" ? [] : [t("alerts.ackedBy", { who: ackedBy })]),
  ];
  return (
    <span title={lines.join("\n")}>
      <span className="incident-over">{lines[0]}</span>
      {lines[1] !== undefined && <span className="incident-under">{lines[1]}</span>}
    </span>
  );
}

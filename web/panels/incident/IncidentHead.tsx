import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncidentPage } from "./page.ts";
import { spanText } from "../../lib/span-text.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useIncidentText } from "../../lib/use-incident-text.ts";
import { useHasTeams, useSeesMoney } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { SeverityWord } from "../../parts/SeverityMark.tsx";
import { AsOf } from "../../shell/AsOf.tsx";

/** What, where, since when, at what cost, and what to do: enough to act on without reading on. */
export function IncidentHead({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const text = useIncidentText();
  const { row } = page;
  return (
    <header className="page-head incident-head">
      <p className="incident-crumb">
        <Link to="/alerts">{t("incident.back")}</Link>
        <span className="muted">#{row.id}</span>
        <AsOf at={page.asOf} />
      </p>
      <h1>
        <bdi>{text.what(row)}</bdi>
      </h1>
      <p className="incident-marks">
        <SeverityWord severity={row.severity} />
        <strong>{t(`incident.phase.${row.phase}`)}</strong>
        {text.flags(row).map((flag) => (
          <span key={flag} className="muted">
            {flag}
          </span>
        ))}
        {row.poolId !== 0 && <PoolLink id={row.poolId} />}
      </p>
      <p className="incident-says">
        <Where page={page} /> <Out page={page} />
      </p>
      {page.verdict !== null && <p className="incident-says">{t(`incident.verdict.${page.verdict}`)}</p>}
      {row.phase !== "resolved" && (
        <p className="incident-todo">{t("incident.todo", { action: t(`incident.action.${row.action}`) })}</p>
      )}
    </header>
  );
}

function Where({ page: { row, asOf } }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useIncidentText();
  const now = Math.max(useNow(), asOf);
  const where = [...new Set([text.where(row), row.cluster, row.region])].filter((part) => part !== "").join(" · ");
  const said = {
    where: isolated(where),
    time: format.dateTime(row.since),
    span: spanText((row.resolvedAt ?? now) - row.since, t),
  };
  if (row.resolvedAt === null) return t(where === "" ? "incident.whereNone" : "incident.where", said);
  const ended = { ...said, end: format.dateTime(row.resolvedAt) };
  return t(where === "" ? "incident.whereNoneEnded" : "incident.whereEnded", ended);
}

function Out({ page: { row, currency } }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const seesMoney = useSeesMoney();
  const hasTeams = useHasTeams();
  const format = useFormat();
  if (row.cards === 0) return t("incident.outNone");
  if (!seesMoney || (hasTeams && row.costPerHourMicro === null)) return t("incident.outCards", { count: row.cards });
  if (row.costPerHourMicro === null) return t("incident.outUnpriced", { count: row.cards });
  const said = { count: row.cards, money: format.money(row.costPerHourMicro, currency) };
  return row.unpricedCards === 0
    ? t("incident.out", said)
    : t("incident.outSome", { ...said, unpriced: format.count(row.unpricedCards) });
}

/** A name that turns the direction of writing turns itself alone, not the sentence around it. */
const isolated = (name: string): string => (name === "" ? "" : `\u2068${name}\u2069`);

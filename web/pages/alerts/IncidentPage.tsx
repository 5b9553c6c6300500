import { skipToken, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../lib/use-me.ts";
import type { IncidentPage as Page } from "../../panels/incident/page.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { runbookIn } from "../../lib/runbook.ts";
import { useLang } from "../../lib/use-format.ts";
import { useTitle } from "../../lib/use-title.ts";
import { CardEvents } from "../../panels/card/CardEvents.tsx";
import { AroundPanel } from "../../panels/incident/AroundPanel.tsx";
import { ComparePanel } from "../../panels/incident/ComparePanel.tsx";
import { DeliveriesPanel } from "../../panels/incident/DeliveriesPanel.tsx";
import { EvidencePanel } from "../../panels/incident/EvidencePanel.tsx";
import { FactsPanel } from "../../panels/incident/FactsPanel.tsx";
import { IncidentActions } from "../../panels/incident/IncidentActions.tsx";
import { IncidentHead } from "../../panels/incident/IncidentHead.tsx";
import { IncidentTimeline } from "../../panels/incident/IncidentTimeline.tsx";
import { SiblingsPanel } from "../../panels/incident/SiblingsPanel.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { Markdown } from "../../parts/Markdown.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { isNotFound, trpc } from "../../trpc.ts";
import "../../styles/drawer.css";
import "../../styles/alerts.css";
import "../../styles/incident.css";

const MOST_ID = 2_147_483_647;

/** One incident: what it is, what happened, what was read, whom it hits, who was told, what to do. */
export function IncidentPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/alerts/incidents/$id" });
  useTitle(t("incident.title", { id }));
  const number = /^[1-9]\d{0,9}$/.test(id) && Number(id) <= MOST_ID ? Number(id) : null;
  const query = useQuery(
    trpc.alerts.incident.queryOptions(number === null ? skipToken : { id: number }, {
      refetchInterval: ({ state }) => (state.data?.row.phase === "resolved" ? MINUTE_MS : 10 * SECOND_MS),
    }),
  );
  const page = query.data;
  const isNone = number === null || page === null || (query.error !== null && isNotFound(query.error));
  return (
    <div className="page incident-page">
      {!isNone && page === undefined && <h1>{t("incident.title", { id })}</h1>}
      {isNone && <NoSuch id={id} />}
      {!isNone && query.error !== null && (
        <PanelError
          what={t("incident.what")}
          wholePage={page === undefined}
          error={query.error}
          kept={page !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {!isNone && query.isPending && <LoadingBlock height={640} />}
      {page !== undefined && page !== null && <Body key={page.row.id} page={page} />}
    </div>
  );
}

function NoSuch({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t("incident.title", { id })}</h1>
      <div className="notice" role="status">
        <p className="notice-title">{t("incident.none")}</p>
        <p>{t("incident.noneHint")}</p>
        <Link to="/alerts" className="button">
          {t("incident.back")}
        </Link>
      </div>
    </>
  );
}

function Body({ page }: { page: Page }) {
  const { t } = useTranslation();
  const lang = useLang();
  const mayAct = useMay("alerts.act");
  const maySeeReadings = useMay("fleet.see"); // readings of cards are closed to people with teams
  const [uuid, setUuid] = useState(page.chart?.uuid ?? "");
  return (
    <>
      <IncidentHead page={page} />
      <div className="incident-body">
        <div className="incident-left">
          <IncidentTimeline timeline={page.timeline} />
          <FactsPanel page={page} />
          <DeliveriesPanel page={page} />
        </div>
        <div className="incident-right">
          <EvidencePanel evidence={page.evidence} />
          {maySeeReadings && (
            <>
              <ComparePanel page={page} />
              <AroundPanel page={page} uuid={uuid} onCard={setUuid} />
            </>
          )}
          <SiblingsPanel cards={page.cards} shown={uuid} onCard={setUuid} />
          {page.events.length > 0 && <CardEvents events={page.events} />}
          <PanelFrame title={t("incident.runbook.title")}>
            {page.runbook === "" ? (
              <p className="panel-empty">{t("incident.runbook.none")}</p>
            ) : (
              <Markdown text={runbookIn(page.runbook, lang)} />
            )}
          </PanelFrame>
        </div>
      </div>
      {mayAct && <IncidentActions page={page} />}
    </>
  );
}

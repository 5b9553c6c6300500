import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentPage } from "./page.ts";
import { EVERY_CARD } from "../../../db/model/card-query.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { DEFAULT_BOARD, encodeBoard } from "../../lib/board-url.ts";
import { fromParams } from "../../lib/search-params.ts";
import { spanText } from "../../lib/span-text.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useHasTeams, useSeesMoney } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";

/** Whom the incident hits, what it cost, what it is made of and what it hangs together with. */
export function FactsPanel({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const seesMoney = useSeesMoney();
  const hasTeams = useHasTeams();
  const { row } = page;
  const seesCost = seesMoney && !(hasTeams && row.costPerHourMicro === null); // of others, too
  return (
    <PanelFrame title={t(seesCost ? "incident.facts.title" : "incident.facts.titleWithoutMoney")}>
      <dl className="incident-facts">
        {seesCost && <Costs page={page} />}
        <Fact name={t("incident.facts.features")}>
          <Features features={row.features} />
        </Fact>
        <Fact name={t("incident.facts.holders")}>
          <Holders holders={row.holders} />
        </Fact>
        <Fact name={t("incident.facts.ack")}>{row.ackedBy === "" ? t("alerts.nobody") : <bdi>{row.ackedBy}</bdi>}</Fact>
        {row.assignee !== "" && (
          <Fact name={t("incident.facts.assignee")}>
            <bdi>{row.assignee}</bdi>
          </Fact>
        )}
        <Ties page={page} />
        <Fact name={t("incident.facts.rule")}>
          <Rule page={page} />
        </Fact>
        <Fact name={t("incident.facts.labels")}>
          <ul>
            {Object.entries(row.labels).map(([name, value]) => (
              <li key={name}>
                <span className="muted">{name}</span> <bdi className="mono">{value}</bdi>
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
    </PanelFrame>
  );
}

function Costs({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { row, currency } = page;
  return (
    <>
      <Fact name={t("incident.facts.soFar")}>
        {page.costSoFarMicro === null ? (
          <span className="muted">{row.cards === 0 ? "–" : t("incident.facts.soFarUnknown")}</span>
        ) : (
          <strong className="incident-cost">{format.money(page.costSoFarMicro, currency)}</strong>
        )}
      </Fact>
      <Fact name={t("incident.facts.perHour")}>
        {row.costPerHourMicro === null ? (
          <span className="muted">{row.cards === 0 ? "–" : t("alerts.unpriced")}</span>
        ) : (
          format.money(row.costPerHourMicro, currency)
        )}
      </Fact>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const KEPT_MS = 5 * MINUTE_MS; // features are named by hand, now and then

function Features({ features }: { features: IncidentPage["row"]["features"] }) {
  const { t } = useTranslation();
  const names = useQuery(trpc.features.list.queryOptions({}, { staleTime: KEPT_MS, enabled: features.length > 0 })).data
    ?.features;
  if (features.length === 0) return <span className="muted">{t("incident.facts.nobody")}</span>;
  return (
    <ul>
      {features.map(({ id, name }) => {
        const key = names?.find((feature) => feature.id === id)?.key;
        return (
          <li key={id}>
            {key === undefined ? (
              <bdi>{name}</bdi>
            ) : (
              <Link to="/features/$key" params={{ key }}>
                <bdi>{name}</bdi>
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Holders({ holders }: { holders: readonly string[] }) {
  const { t } = useTranslation();
  if (holders.length === 0) return <span className="muted">{t("incident.facts.nobody")}</span>;
  return (
    <ul>
      {holders.map((holder) => (
        <li key={holder}>
          <Link
            to="/board"
            search={fromParams(
              encodeBoard({ ...DEFAULT_BOARD, tab: "cards", query: { ...EVERY_CARD, q: holder.slice(0, 200) } }),
            )}
          >
            <bdi>{holder}</bdi>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What holds it back, what it holds back, and its past lives. */
function Ties({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { suppressor, inhibits, past } = page;
  return (
    <>
      {suppressor !== null && (
        <Fact name={t("incident.facts.suppressor")}>
          {t(`incident.facts.by.${suppressor.kind}`)}{" "}
          {suppressor.kind === "inhibition" && suppressor.id !== null && (
            <Link to="/alerts/incidents/$id" params={{ id: String(suppressor.id) }}>
              <bdi>{`#${suppressor.id} ${suppressor.text}`}</bdi>
            </Link>
          )}
          {suppressor.kind === "silence" && <Link to="/alerts/silences">{t("alerts.tabs.silences")}</Link>}
        </Fact>
      )}
      {inhibits > 0 && (
        <Fact name={t("incident.facts.inhibits")}>{t("incident.facts.inhibitsCount", { count: inhibits })}</Fact>
      )}
      <Fact name={t("incident.facts.past")}>
        {past.length === 0 ? (
          t("incident.facts.pastNone")
        ) : (
          <ul>
            {past.map(({ id, since, resolvedAt }) => (
              <li key={id}>
                <Link to="/alerts/incidents/$id" params={{ id: String(id) }}>
                  {t("incident.facts.pastOne", {
                    id,
                    time: format.dateTime(since),
                    span: resolvedAt === null ? "–" : spanText(resolvedAt - since, t),
                  })}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Fact>
    </>
  );
}

function Rule({ page: { row, rule } }: { page: IncidentPage }) {
  const { t } = useTranslation();
  if (rule === null) return t("incident.facts.ruleGone", { id: row.ruleId });
  return (
    <>
      <span className="mono">{row.ruleId}</span>{" "}
      <span className="muted">{rule.version > 0 && t("incident.facts.version", { version: rule.version })}</span>
    </>
  );
}

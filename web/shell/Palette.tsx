import "@mantine/spotlight/styles.css";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { EVERY_CARD } from "../../db/model/card-query.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { IncidentRow } from "../../db/model/alert-views.ts";
import { DEFAULT_ALERTS, filterOf } from "../lib/alerts-url.ts";
import { DEFAULT_BOARD, encodeBoard } from "../lib/board-url.ts";
import { findThings, type FoundFeature } from "../lib/find-things.ts";
import { totalOf } from "../lib/fleet.ts";
import { fromParams } from "../lib/search-params.ts";
import { useIncidentText } from "../lib/use-incident-text.ts";
import { useCards, useSummary } from "../live/use-fleet.ts";
import { trpc } from "../trpc.ts";
import { usePages } from "./use-pages.ts";

const [store, palette] = createSpotlight();

const KEPT_MS = 5 * MINUTE_MS; // features are named by hand, now and then

/** Finds pages, open incidents, features, pools, nodes and cards. Typing asks no server: names of features and incidents come once, the rest is here. */
export default function Palette({ called }: { called: number }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed);
  const names = useQuery(trpc.features.list.queryOptions({}, { staleTime: KEPT_MS, enabled: called > 0 }));
  const open = useQuery(
    trpc.alerts.incidents.queryOptions(
      { filter: OPEN, after: null, limit: 1_000 },
      { staleTime: MINUTE_MS, enabled: called > 0 },
    ),
  );
  const actions = useActions(query, names.data?.features ?? NONE, open.data?.rows ?? NO_INCIDENTS);
  useEffect(() => {
    if (called > 0) palette.open();
  }, [called]);
  useEffect(() => {
    if (query !== "" && actions.length > 0) chooseFirst();
  }, [query, actions]);
  return (
    <Spotlight
      store={store}
      shortcut={null}
      query={typed}
      onQueryChange={setTyped}
      actions={actions}
      filter={(_query, found) => found}
      nothingFound={names.isError ? t("palette.noFeatures") : t("palette.empty")}
      scrollable
      maxHeight="60vh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      transitionProps={{ duration: 0 }}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: t("palette.placeholder"),
        "aria-label": t("palette.placeholder"),
      }}
    />
  );
}

/**
 * Spotlight marks the first action as soon as a letter is typed: before the list has followed. When it then takes the marked
 * one away, Enter would do nothing.
 */
function chooseFirst(): void {
  const list = document.querySelector(".mantine-Spotlight-actionsList");
  if (list === null || list.querySelector("[data-selected]") !== null) return;
  list.querySelector("[data-action]")?.setAttribute("data-selected", "true");
  store.updateState((state) => ({ ...state, selected: 0 }));
}

const NONE: readonly FoundFeature[] = [];
const NO_INCIDENTS: readonly IncidentRow[] = [];
const OPEN = { ...filterOf(DEFAULT_ALERTS), severities: [], families: [] };

function useActions(
  query: string,
  named: readonly FoundFeature[],
  open: readonly IncidentRow[],
): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const text = useIncidentText();
  const navigate = useNavigate();
  const summary = useSummary().data;
  const cards = useCards().data?.rows;
  const offered = usePages();
  return useMemo(() => {
    const toBoard = (part: Partial<typeof DEFAULT_BOARD>) =>
      void navigate({ to: "/board", search: fromParams(encodeBoard({ ...DEFAULT_BOARD, ...part })) });
    const word = query.trim().toLowerCase();
    const pages = offered
      .map(({ id, to }) => ({
        id: `page-${id}`,
        label: t(`nav.${id}`),
        onClick: () => void navigate({ to }),
      }))
      .filter((page) => page.label.toLowerCase().includes(word));
    const found = findThings(word, named, summary?.pools ?? [], cards ?? [], open);
    const incidents = found.incidents.map((row) => ({
      id: `incident-${row.id}`,
      label: `#${row.id} ${text.what(row)}`,
      description: [t(`alerts.severity.${row.severity}`), text.where(row)].filter((part) => part !== "").join(" · "),
      onClick: () => void navigate({ to: "/alerts/incidents/$id", params: { id: String(row.id) } }),
    }));
    const features = found.features.map(({ key, name, team }) => ({
      id: `feature-${key}`,
      label: name === "" ? key : name,
      description: team,
      onClick: () => void navigate({ to: "/features/$key", params: { key } }),
    }));
    const pools = found.pools.map((pool) => ({
      id: `pool-${pool.id}`,
      label: [pool.vendor, pool.region, pool.zone, pool.cluster, pool.model].filter(Boolean).join(" · "),
      description: t("palette.cardCount", { count: totalOf(pool.counts) }),
      onClick: () => {
        const { vendor, region, zone, cluster, model, billing } = pool;
        const one = {
          vendor: [vendor],
          region: [region],
          zone: [zone],
          cluster: [cluster],
          model: [model],
          billing: [billing],
        };
        toBoard({ query: { ...EVERY_CARD, pool: one } });
      },
    }));
    const nodes = found.nodes.map(({ node, cards }) => ({
      id: `node-${node}`,
      label: node,
      description: t("palette.cardCount", { count: cards }),
      onClick: () => toBoard({ query: { ...EVERY_CARD, nodes: [node] } }),
    }));
    const uuids = found.cards.map((card) => ({
      id: `card-${card.uuid}`,
      label: card.uuid,
      description: card.node,
      onClick: () => toBoard({ card: card.uuid }),
    }));
    return [
      { group: t("palette.pages"), actions: pages },
      { group: t("palette.incidents"), actions: incidents },
      { group: t("palette.features"), actions: features },
      { group: t("palette.pools"), actions: pools },
      { group: t("palette.nodes"), actions: nodes },
      { group: t("palette.cards"), actions: uuids },
    ].filter((group) => group.actions.length > 0);
  }, [query, named, open, summary, cards, t, text, navigate, offered]);
}

import { TextInput } from "@mantine/core";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturesView } from "../../../db/model/ledger-views.ts";
import { csvText, download } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import type { FeatureSort, FeaturesUrl } from "../../lib/features-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { featureLines } from "./feature-rows.ts";
import { featuresCsv } from "./features-csv.ts";
import { FeaturesTable, type FeaturesTableHandle } from "./FeaturesTable.tsx";

/** All features as a table, narrowed by text and team; below them what is no feature's, and the sum of all of it. */
export function FeaturesPanel(props: {
  view: FeaturesView;
  changes: ReadonlyMap<number, number>;
  wholeDays: number;
  url: FeaturesUrl;
  onChange: (part: Partial<FeaturesUrl>) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  const { view, changes, url, onChange } = props;
  const field = useRef<HTMLInputElement>(null);
  const table = useRef<FeaturesTableHandle>(null);
  const lines = useMemo(() => featureLines(view.features, changes, url), [view.features, changes, url]);
  const isNarrowed = url.search.trim() !== "" || url.teams.length > 0;
  const loose = useMemo(() => (isNarrowed ? [] : view.loose), [isNarrowed, view.loose]);
  useKeys({
    "/": () => field.current?.focus(),
    j: () => table.current?.move(1),
    k: () => table.current?.move(-1),
  });
  const name = `dapan-features-${view.range.from}-${lastDay(view.range)}.csv`;
  return (
    <PanelFrame
      title={t(seesMoney ? "features.table.title" : "features.table.titleWithoutMoney")}
      note={t("features.table.count", { shown: format.count(lines.length), count: view.features.length })}
      actions={
        <button
          type="button"
          className="button"
          onClick={() => download(name, csvText(featuresCsv(view, lines, loose)))}
        >
          {t("cards.csv")}
        </button>
      }
    >
      {view.features.length > 0 && (
        <div className="filters">
          <TextInput
            ref={field}
            size="xs"
            className="filter-text"
            aria-label={t("features.filter")}
            placeholder={t("features.filter")}
            maxLength={200}
            value={url.search}
            onChange={(event) => onChange({ search: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
              event.preventDefault();
              table.current?.move(1);
            }}
          />
          <TeamFilter view={view} chosen={url.teams} onChange={(teams) => onChange({ teams })} />
        </div>
      )}
      {lines.length === 0 && isNarrowed ? (
        <div className="notice" role="status">
          <p className="notice-title">{t("features.noMatch")}</p>
          <p className="notice-said">
            {t("features.noMatchBy", {
              filters: [url.search.trim(), ...url.teams.map((team) => team || t("fact.notSaid"))]
                .filter((part) => part !== "")
                .join(", "),
            })}
          </p>
          <button type="button" className="button" onClick={() => onChange({ search: "", teams: [] })}>
            {t("empty.clear")}
          </button>
        </div>
      ) : (
        <FeaturesTable
          handle={table}
          view={view}
          lines={lines}
          loose={loose}
          isNarrowed={isNarrowed}
          wholeDays={props.wholeDays}
          url={url}
          onSort={(sort) => onChange(nextSort(url, sort))}
        />
      )}
    </PanelFrame>
  );
}

function TeamFilter(props: { view: FeaturesView; chosen: readonly string[]; onChange: (teams: string[]) => void }) {
  const { t } = useTranslation();
  const { features } = props.view;
  const teams = [...new Set(features.map(({ team }) => team))].sort((a, b) => a.localeCompare(b));
  if (teams.length < 2 && props.chosen.length === 0) return null;
  return (
    <FacetFilter
      name={t("features.column.team")}
      chosen={props.chosen}
      choices={teams.map((team) => {
        const text = team === "" ? t("fact.notSaid") : team;
        return { value: team, text, label: text, count: features.filter((row) => row.team === team).length };
      })}
      onChange={props.onChange}
    />
  );
}

/** The first click sorts the way the column is read, the second turns it. */
function nextSort(url: FeaturesUrl, sort: FeatureSort): Pick<FeaturesUrl, "sort" | "descending"> {
  if (url.sort === sort) return { sort, descending: !url.descending };
  return { sort, descending: sort !== "name" && sort !== "team" };
}

import { TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import type { MappingView } from "../../lib/mapping-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Drawer } from "./Drawer.tsx";
import { FeatureForm } from "./FeatureForm.tsx";

type Feature = MappingPage["features"][number];
type Change = (part: Partial<MappingView>) => void;

/** Every feature there is, archived ones last, and the form that changes one. */
export function FeatureList(props: { page: MappingPage; view: MappingView; mayWrite: boolean; onChange: Change }) {
  const { page, view, mayWrite, onChange } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const shown = useMemo(() => found(page.features, view.search), [page.features, view.search]);
  const columns = useColumns(page);
  const open = page.features.find(({ key }) => key === view.feature) ?? null;
  const close = () => onChange({ form: null });
  const isEmpty = page.features.length === 0;
  return (
    <div className="mapping-parts">
      <PanelFrame
        className="pricing-panel"
        title={t("mapping.features.title")}
        note={t("mapping.features.count", {
          count: page.features.length,
          formatted: format.count(page.features.length),
        })}
        actions={
          <>
            <TextInput
              size="xs"
              className="book-search"
              aria-label={t("mapping.features.search")}
              placeholder={t("mapping.features.search")}
              data-filter=""
              maxLength={200}
              value={view.search}
              onChange={(event) => onChange({ search: event.currentTarget.value })}
            />
            {mayWrite && (
              <button type="button" className="button" onClick={() => onChange({ form: "add", feature: null })}>
                {t("mapping.features.add")}
              </button>
            )}
          </>
        }
      >
        {isEmpty && (
          <div className="panel-empty">
            <h3>{t("mapping.features.first")}</h3>
            <p>{t("mapping.features.firstLead")}</p>
            {mayWrite && (
              <button type="button" className="button" onClick={() => onChange({ form: "add" })}>
                {t("mapping.features.add")}
              </button>
            )}
          </div>
        )}
        {!isEmpty && shown.length === 0 && (
          <div className="panel-empty">
            <p>{t("mapping.features.noMatch", { words: view.search })}</p>
            <button type="button" className="button" onClick={() => onChange({ search: "" })}>
              {t("mapping.rules.clear")}
            </button>
          </div>
        )}
        {shown.length > 0 && (
          <DataTable
            label={t("mapping.features.label")}
            rows={shown}
            columns={columns}
            rowId={({ key }) => key}
            maxHeight="calc(100vh - 260px)"
            active={{
              id: view.feature,
              onMove: ({ key }) => onChange({ feature: key, form: null }),
              onOpen: ({ key }) => onChange({ feature: key, form: "edit" }),
            }}
          />
        )}
      </PanelFrame>
      {view.form === "add" && <FeatureForm key="add" page={page} feature={null} onClose={close} />}
      {view.form === "edit" && open !== null && (
        <FeatureForm key={open.key} page={page} feature={open} onClose={close} />
      )}
      {view.form === "edit" && open === null && (
        <Drawer title={t("mapping.features.title")} onClose={close}>
          <p role="status">{t("mapping.features.form.gone")}</p>
        </Drawer>
      )}
    </div>
  );
}

function found(features: readonly Feature[], search: string): readonly Feature[] {
  const sought = search.trim().toLowerCase();
  return features
    .filter(({ key, name, team }) => [key, name, team].some((text) => text.toLowerCase().includes(sought)))
    .toSorted((a, b) => Number(a.isArchived) - Number(b.isArchived) || a.name.localeCompare(b.name));
}

function useColumns(page: MappingPage): DataColumn<Feature>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo((): DataColumn<Feature>[] => {
    const rules = new Map<string, number>();
    for (const { feature } of page.rules) rules.set(feature, (rules.get(feature) ?? 0) + 1);
    const column = (
      id: "name" | "key" | "team" | "kind" | "unit" | "source" | "rules" | "owns",
      width: number,
      cell: (row: Feature) => React.ReactNode,
      align?: "right",
    ): DataColumn<Feature> => ({
      id,
      meta: { title: t(`mapping.features.column.${id}`), width, ...(align && { align }) },
      cell: ({ row }) => cell(row.original),
    });
    const said = (text: string, none: string) =>
      text === "" ? (
        <span className="muted">{none}</span>
      ) : (
        <span className="cut-text" title={text}>
          {text}
        </span>
      );
    return [
      column("name", 220, ({ name, isArchived }) => (
        <span className={isArchived ? "cut-text muted" : "cut-text"} title={name}>
          {name}
          {isArchived && ` (${t("mapping.archived")})`}
        </span>
      )),
      column("key", 180, ({ key }) => said(key, "")),
      column("team", 140, ({ team }) => said(team, t("mapping.features.noTeam"))),
      column("kind", 110, ({ kind }) => t(`features.page.kinds.${kind}`)),
      column("unit", 140, ({ unit }) => said(unit, t("mapping.features.noUnit"))),
      column("source", 140, ({ unitSource }) => said(unitSource, t("mapping.features.onlyOne"))),
      column("rules", 80, ({ key }) => format.count(rules.get(key) ?? 0), "right"),
      column("owns", 90, ({ owns }) => format.count(owns.length), "right"),
    ];
  }, [t, format, page.rules]);
}

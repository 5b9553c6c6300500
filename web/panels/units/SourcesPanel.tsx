import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { UsageSourceRow } from "../../../db/model/usage-views.ts";
import type { UnitsView } from "../../lib/units-url.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { PushHowTo } from "./PushHowTo.tsx";
import { SourceForm } from "./SourceForm.tsx";
import { SourceRemove } from "./SourceRemove.tsx";
import type { UnitFeatures } from "./use-features.ts";

type Change = (part: Partial<UnitsView>) => void;
/** A source of a feature, or a feature that has none. */
type Row = { readonly feature: string; readonly source: UsageSourceRow | null };

/** Of every feature who counts its units, how fresh that is, and what fails. */
export function SourcesPanel(props: { features: UnitFeatures; view: UnitsView; mayWrite: boolean; onChange: Change }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { features, view, onChange } = props;
  const answer = useQuery(trpc.usage.sources.queryOptions({ feature: view.feature }, { refetchInterval: MINUTE_MS }));
  const sources = answer.data;
  const rows = useMemo(() => rowsOf(sources ?? [], features, view), [sources, features, view]);
  const all = useColumns(features, onChange);
  const columns = props.mayWrite ? all : all.slice(0, -1);
  const open = sources?.find(({ feature, name }) => feature === view.about && name === view.source) ?? null;
  const close = () => onChange({ form: null, about: null, source: null });
  return (
    <>
      <PanelFrame
        className="pricing-panel"
        title={t("usage.sources.title")}
        note={
          sources !== undefined &&
          t("usage.sources.count", {
            count: sources.length,
            formatted: format.count(sources.length),
            features: format.count(new Set(sources.map(({ feature }) => feature)).size),
          })
        }
        actions={
          props.mayWrite && (
            <button type="button" className="button" onClick={() => onChange({ form: "add", about: view.feature })}>
              {t("usage.sources.add")}
            </button>
          )
        }
      >
        {answer.error !== null && (
          <PanelError
            what={t("usage.sources.title")}
            error={answer.error}
            kept={sources !== undefined}
            busy={answer.isFetching}
            onRetry={() => void answer.refetch()}
          />
        )}
        {answer.isPending && <LoadingRows rows={10} />}
        {sources !== undefined && rows.length === 0 && <p className="panel-empty">{t("usage.noMatch")}</p>}
        {sources !== undefined && rows.length > 0 && (
          <DataTable
            label={t("usage.sources.label")}
            rows={rows}
            columns={columns}
            rowId={({ feature, source }) => JSON.stringify([feature, source?.name ?? null])}
            maxHeight="max(320px, calc(100vh - 440px))"
          />
        )}
      </PanelFrame>
      {props.mayWrite && <PushHowTo features={features} feature={view.feature} />}
      {view.form === "add" && (
        <SourceForm key="add" source={null} about={view.about} features={features} onClose={close} />
      )}
      {view.form === "edit" && open !== null && (
        <SourceForm
          key={`${open.feature} ${open.name}`}
          source={open}
          about={null}
          features={features}
          onClose={close}
        />
      )}
      {view.form === "end" && open !== null && <SourceRemove source={open} onClose={close} />}
      {view.form !== null && view.form !== "add" && open === null && sources !== undefined && (
        <Drawer title={t("usage.sources.title")} onClose={close}>
          <p role="status">{t("usage.gone")}</p>
        </Drawer>
      )}
    </>
  );
}

/** Failing ones first, then by feature; features nothing counts stand last. */
function rowsOf(sources: readonly UsageSourceRow[], features: UnitFeatures, view: UnitsView): readonly Row[] {
  const sought = view.search.trim().toLowerCase();
  const counted = new Set(sources.map(({ feature }) => feature));
  const silent = features.list.filter(
    ({ key, isArchived }) => !isArchived && !counted.has(key) && (view.feature === null || key === view.feature),
  );
  const rows: Row[] = [
    ...sources.map((source): Row => ({ feature: source.feature, source })),
    ...silent.map(({ key }): Row => ({ feature: key, source: null })),
  ];
  const rank = ({ source }: Row) => (source === null ? 2 : source.error === "" ? 1 : 0);
  return rows
    .filter(({ feature, source }) =>
      [feature, features.nameOf(feature), source?.name ?? ""].some((text) => text.toLowerCase().includes(sought)),
    )
    .toSorted((a, b) => rank(a) - rank(b) || features.nameOf(a.feature).localeCompare(features.nameOf(b.feature)));
}

function useColumns(features: UnitFeatures, onChange: Change): DataColumn<Row>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const column = (
    id: string,
    title: string,
    width: number,
    cell: (row: Row) => React.ReactNode,
    align?: "right",
  ): DataColumn<Row> => ({
    id,
    meta: { title, width, ...(align && { align }) },
    cell: ({ row }) => cell(row.original),
  });
  const cut = (text: string, className = "cut-text") => (
    <span className={className} title={text}>
      {text}
    </span>
  );
  return [
    column("feature", t("usage.feature"), 165, ({ feature }) => cut(features.nameOf(feature))),
    column("name", t("usage.sources.name"), 135, ({ source }) =>
      source === null ? (
        <span className="muted">{NOT_SAID_TEXT}</span>
      ) : (
        <span className="cut-text" title={`${source.why} · ${source.who} · ${format.dateTime(source.at)}`}>
          {source.name}
        </span>
      ),
    ),
    column("kind", t("usage.sources.kind"), 100, ({ source }) =>
      source === null ? "" : t(`usage.sources.kinds.${source.kind}`),
    ),
    column("counts", t("usage.sources.counts"), 118, ({ source }) =>
      source === null ? "" : source.counts ? t("usage.sources.yes") : t("usage.sources.no"),
    ),
    column("last", t("usage.sources.last"), 140, ({ source }) =>
      source === null ? "" : source.lastAt === null ? t("usage.sources.never") : format.dateTime(source.lastAt),
    ),
    column(
      "missing",
      t("usage.sources.missing"),
      110,
      ({ source }) =>
        source === null ? (
          ""
        ) : (
          <span className={source.missingHours > 0 ? "units-missing" : "muted"} title={t("usage.sources.missingSays")}>
            {source.missingHours > 0 && <span aria-hidden>▲ </span>}
            {t("usage.sources.hours", { count: source.missingHours })}
          </span>
        ),
      "right",
    ),
    column("says", t("usage.sources.says"), 280, ({ source }) => {
      if (source === null) return cut(t("usage.sources.none"), "cut-text muted");
      if (source.error !== "") {
        const text = t("usage.sources.failing", { since: format.dateTime(source.errorAt), error: source.error });
        return (
          <span className="cut-text failed" title={text}>
            <span aria-hidden>■ </span>
            {text}
          </span>
        );
      }
      const { promql } = source;
      if (promql === null) return "";
      const what = [promql.adapter ?? "", promql.match ?? "", ...(promql.good ?? [])]
        .filter((one) => one !== "")
        .join(" ");
      return cut(t("usage.sources.fine", { prometheus: promql.prometheus, what }), "cut-text muted");
    }),
    column("act", t("usage.actions"), 172, ({ feature, source }) => {
      const name = features.nameOf(feature);
      if (source === null)
        return (
          <button
            type="button"
            className="button button-small"
            aria-label={t("usage.sources.addFor", { name })}
            onClick={() => onChange({ form: "add", about: feature })}
          >
            {t("usage.sources.add")}
          </button>
        );
      if (source.kind !== "promql") return "";
      return (
        <span className="mapping-act">
          {(["edit", "end"] as const).map((form) => (
            <button
              key={form}
              type="button"
              className="button button-small"
              aria-label={t(form === "edit" ? "usage.sources.change" : "usage.sources.remove", { name: source.name })}
              onClick={() => onChange({ form, about: feature, source: source.name })}
            >
              {form === "edit" ? t("usage.edit") : t("usage.form.removeDo")}
            </button>
          ))}
        </span>
      );
    }),
  ];
}

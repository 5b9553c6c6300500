import { Switch } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { TargetView } from "../../../db/model/views.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";
import { Skew } from "./Skew.tsx";
import { StatusMark } from "./StatusMark.tsx";

const REFETCH_MS = 10_000;
const originOf = (target: TargetView): string => target.origin;

/** The targets of one source, the failing ones first. */
export function TargetsPanel(props: { source: string; onlyDown: boolean; onOnlyDown: (on: boolean) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { source, onlyDown } = props;
  const columns = useTargetColumns();
  const query = useQuery(
    trpc.sources.targets.queryOptions(
      { source, ...(onlyDown && { onlyDown }) },
      { refetchInterval: REFETCH_MS, placeholderData: keepPreviousData },
    ),
  );
  const { data } = query;
  return (
    <div className="targets">
      <div className="targets-head">
        <Switch
          size="xs"
          label={t("targets.onlyDown")}
          checked={onlyDown}
          onChange={(event) => props.onOnlyDown(event.currentTarget.checked)}
        />
        {data !== undefined && (
          <span className="panel-note">
            {t("targets.shown", { shown: format.count(data.targets.length), total: format.count(data.total) })}
          </span>
        )}
      </div>
      {query.error !== null && (
        <PanelError
          what={t("targets.table", { name: source })}
          error={query.error}
          kept={data !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <LoadingRows rows={4} />}
      {data?.targets.length === 0 && (
        <p className="panel-empty">{onlyDown ? t("targets.noneDown") : t("targets.none")}</p>
      )}
      {data !== undefined && data.targets.length > 0 && (
        <DataTable
          label={t("targets.table", { name: source })}
          rows={data.targets}
          columns={columns}
          rowId={originOf}
          maxHeight="420px"
        />
      )}
    </div>
  );
}

function useTargetColumns(): DataColumn<TargetView>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const column = (
      id: string,
      title: string,
      width: number,
      draw: (target: TargetView) => React.ReactNode,
      align?: "right",
    ): DataColumn<TargetView> => ({
      id,
      meta: { width, title, ...(align && { align }) },
      cell: ({ row }) => draw(row.original),
    });
    const count = (n: number | null) => (n === null ? format.decimal(null) : format.count(n));
    return [
      column("status", t("targets.status"), 120, (target) => (
        <span className="state-word">
          <StatusMark up={target.up} />
          {target.up === null ? t("targets.untried") : target.up ? t("targets.up") : t("targets.down")}
        </span>
      )),
      column("address", t("targets.address"), 280, (target) => <Cut text={target.address} empty={NOT_SAID_TEXT} />),
      column("error", t("targets.error"), 360, (target) => <ErrorCell target={target} />),
      column("cards", t("targets.cards"), 64, (target) => count(target.cards), "right"),
      column(
        "duration",
        t("targets.duration"),
        84,
        (target) => (target.durationMs === null ? format.decimal(null) : `${format.decimal(target.durationMs)} ms`),
        "right",
      ),
      column("samples", t("targets.samples"), 84, (target) => count(target.samples), "right"),
      column(
        "bytes",
        t("targets.bytes"),
        92,
        (target) => (target.bytes === null ? format.decimal(null) : `${format.decimal(target.bytes / 1024, 1)} KiB`),
        "right",
      ),
      column("duplicates", t("targets.duplicates"), 88, (target) => count(target.duplicateSeries), "right"),
      column("refused", t("targets.refused"), 108, (target) => count(target.refusedValues), "right"),
      column("skew", t("targets.skew"), 88, (target) => <Skew ms={target.clockSkewMs} />, "right"),
      column("success", t("targets.lastSuccess"), 104, (target) => format.time(target.lastSuccessAt), "right"),
    ];
  }, [t, format]);
}

/** One line: the row is 32 px. The fix stands on the source's row, the whole text on hover. */
function ErrorCell({ target }: { target: TargetView }) {
  const { t } = useTranslation();
  if (target.fault === null && target.error === "") return <span className="muted">{t("sources.noError")}</span>;
  const error = target.error.slice(0, 512);
  return (
    <span title={error}>
      {target.fault !== null && <strong>{t(`fault.${target.fault}.name`)}</strong>} {error}
    </span>
  );
}

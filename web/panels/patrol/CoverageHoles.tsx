import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CoveragePage } from "../../../db/model/patrol-views.ts";
import type { HoleGroup } from "../../../db/model/patrol.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { Format } from "../../lib/format.ts";
import { encodeScope } from "../../lib/scope-url.ts";
import type { ReportScope } from "../../../db/model/report.ts";
import { spanText } from "../../lib/span-text.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** Every stretch that was not seen, most missing time first; the whole list is the CSV. */
export function CoverageHoles(props: {
  page: CoveragePage;
  title: string;
  days: { readonly from: string; readonly to: string };
  scope: ReportScope;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { certificate, holesLeftOut, pools } = props.page;
  const names = useMemo(() => new Map(pools.map(({ id, name }) => [id, name])), [pools]);
  const asked = new URLSearchParams(props.days);
  encodeScope(asked, props.scope);
  const columns = useMemo(() => holeColumns(t, format, names), [t, format, names]);
  return (
    <PanelFrame
      title={props.title}
      note={format.count(certificate.holes.length + holesLeftOut.groups)}
      actions={
        <a className="button" href={`/api/coverage.csv?${asked}`} download>
          {t("patrol.coverage.csv")}
        </a>
      }
    >
      {certificate.holes.length === 0 ? (
        <p className="panel-empty">{t("patrol.coverage.holesNone")}</p>
      ) : (
        <DataTable
          label={props.title}
          rows={certificate.holes}
          columns={columns}
          rowId={(hole) => `${hole.poolId} ${hole.node} ${hole.from} ${hole.cause}`}
          maxHeight="420px"
        />
      )}
      {holesLeftOut.groups > 0 && (
        <p className="panel-empty coverage-rest">
          {t("patrol.coverage.leftOut", {
            n: format.count(holesLeftOut.groups),
            minutes: format.count(holesLeftOut.missingMs / MINUTE_MS),
          })}
        </p>
      )}
    </PanelFrame>
  );
}

/** The columns of the list, in the reader's words. */
function holeColumns(t: TFunction, format: Format, names: ReadonlyMap<number, string>): DataColumn<HoleGroup>[] {
  return [
    {
      id: "node",
      meta: { width: 150, title: t("patrol.coverage.column.node") },
      cell: ({ row }) => <Cut text={row.original.node} empty={t("patrol.coverage.noNode")} />,
    },
    {
      id: "pool",
      meta: { width: 170, title: t("patrol.coverage.column.pool") },
      cell: ({ row }) => <bdi>{names.get(row.original.poolId) ?? "–"}</bdi>,
    },
    {
      id: "cause",
      meta: { width: 135, title: t("patrol.coverage.column.cause") },
      cell: ({ row }) => t(`patrol.cause.${row.original.cause}`),
    },
    {
      id: "from",
      meta: { width: 115, align: "right", title: t("patrol.coverage.column.from") },
      cell: ({ row }) => `${format.day(row.original.from)} ${format.minute(row.original.from)}`,
    },
    {
      id: "long",
      meta: { width: 110, align: "right", title: t("patrol.coverage.column.long") },
      cell: ({ row }) => spanText(row.original.to - row.original.from, t),
    },
    {
      id: "cards",
      meta: { width: 55, align: "right", title: t("patrol.coverage.column.cards") },
      cell: ({ row }) => format.count(row.original.cardIds.length),
    },
    {
      id: "minutes",
      meta: { width: 95, align: "right", title: t("patrol.coverage.column.minutes") },
      cell: ({ row }) => format.count(row.original.missingMs / MINUTE_MS),
    },
  ];
}

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { HolderRow } from "../../../db/model/ledger-views.ts";
import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { wholeMs } from "./PatternTrial.tsx";

type Row = HolderRow & { readonly id: string }; // one pod may hold by several containers
const BUSY = LEDGER_STATES.indexOf("busy");
/** The server tells of so many. */
const MOST = 100;

/** Whom no rule takes, and what that costs in card-time: where the next rule belongs. */
export function LoosePanel(props: { holders: readonly HolderRow[]; onMake: ((namespace: string) => void) | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { holders, onMake } = props;
  const rows = useMemo(() => holders.map((holder, i): Row => ({ ...holder, id: String(i) })), [holders]);
  const hours = format.cardHours(holders.reduce((sum, { ms }) => sum + wholeMs(ms), 0));
  const columns = useMemo((): DataColumn<Row>[] => {
    const column = (
      id: "namespace" | "pod" | "owner" | "hours" | "busy" | "make",
      width: number,
      cell: (row: Row) => React.ReactNode,
      align?: "right",
    ): DataColumn<Row> => ({
      id,
      meta: { title: t(`mapping.loose.${id}`), width, ...(align && { align }) },
      cell: ({ row }) => cell(row.original),
    });
    const columns = [
      column("namespace", 180, ({ namespace }) => <Cut text={namespace} empty={NOT_SAID_TEXT} />),
      column("pod", 280, ({ pod }) => <Cut text={pod} empty={NOT_SAID_TEXT} />),
      column("owner", 240, ({ owner }) => <Cut text={owner} empty={NOT_SAID_TEXT} />),
      column("hours", 100, ({ ms }) => format.cardHours(wholeMs(ms)), "right"),
      column("busy", 90, ({ ms }) => format.percent(wholeMs(ms) === 0 ? null : (ms[BUSY] ?? 0) / wholeMs(ms)), "right"),
      column("make", 130, ({ namespace }) => (
        <button
          type="button"
          className="button button-small"
          aria-label={t("mapping.loose.makeFor", { namespace })}
          onClick={() => onMake?.(namespace)}
        >
          {t("mapping.loose.make")}
        </button>
      )),
    ];
    return onMake === null ? columns.slice(0, -1) : columns;
    // oxlint-disable-next-line react/exhaustive-deps -- what it does is the same at every turn
  }, [t, format, onMake === null]);
  return (
    <PanelFrame
      title={t("mapping.loose.title")}
      note={
        holders.length >= MOST
          ? t("mapping.loose.cut", { count: MOST, hours })
          : holders.length > 0 && t("mapping.loose.note", { hours })
      }
    >
      {holders.length === 0 ? (
        <p className="panel-empty">{t("mapping.loose.none")}</p>
      ) : (
        <DataTable
          label={t("mapping.loose.label")}
          rows={rows}
          columns={columns}
          rowId={({ id }) => id}
          maxHeight="360px"
        />
      )}
    </PanelFrame>
  );
}

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CardSort } from "../../../db/model/card-query.ts";
import type { BoardPool } from "../../../db/model/board-views.ts";
import type { TierVerdict } from "../../../db/model/tier.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { type Format, NOT_SAID_TEXT } from "../../lib/format.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { Cut } from "../../parts/Cut.tsx";
import type { DataColumn } from "../../parts/DataTable.tsx";
import { Share } from "../../parts/Share.tsx";
import { TierChip } from "../../parts/TierChip.tsx";
import { StateWord } from "../../parts/StateMark.tsx";

/** The columns of the card table, in the order an engineer reads: what, which, where, who, how. */
export function useCardColumns(pools: ReadonlyMap<number, BoardPool>): DataColumn<CardRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesPrices = useSeesPrices();
  return useMemo(() => {
    const column = (
      id: CardSort,
      width: number,
      draw: (row: CardRow, pool: BoardPool | undefined) => React.ReactNode,
      align?: "right",
    ): DataColumn<CardRow> => ({
      id,
      meta: { width, title: t(`cards.column.${id}`), sortable: true, ...(align && { align }) },
      cell: ({ row }) => draw(row.original, pools.get(row.original.poolId)),
    });
    const price: DataColumn<CardRow> = {
      id: "price",
      meta: { width: 120, title: t("pivot.column.price"), align: "right" },
      cell: ({ row }) => {
        const tier = pools.get(row.original.poolId)?.tier;
        return unitPrice(tier?.hourlyMicro ?? null, tier?.currency ?? "", lang);
      },
    };
    return [
      column("state", 108, (row) => <StateWord state={row.state} />),
      column("uuid", 128, (row) => <Short text={row.uuid} shown={shortUuid(row.uuid)} />),
      column("node", 150, (row) => <Cut text={row.node} empty={NOT_SAID_TEXT} />),
      column("position", 78, (row) => <Short text={row.position} shown={shortPosition(row.position)} />),
      column("model", 122, (_row, pool) => <Cut text={pool?.model ?? ""} empty={NOT_SAID_TEXT} />),
      column("place", 156, (_row, pool) => (
        <Cut text={pool === undefined ? "" : `${pool.vendor} / ${pool.region}`} empty={NOT_SAID_TEXT} />
      )),
      column("billing", 92, (_row, pool) => (pool === undefined ? NOT_SAID_TEXT : t(`billing.${pool.billing}`))),
      {
        id: "tier",
        meta: { width: 60, title: t("fact.tier") },
        cell: ({ row }) => {
          const pool = pools.get(row.original.poolId);
          return pool === undefined ? NOT_SAID_TEXT : <TierChip verdict={verdictOf(row.original, pool.tier)} />;
        },
      },
      ...(seesPrices ? [price] : []),
      column("holder", 170, (row) => <Cut text={row.holder} empty={NOT_SAID_TEXT} />),
      column("util", 80, (row) => <Share ratio={row.utilRatio} text={format.percent(row.utilRatio)} />, "right"),
      column("util24h", 92, (row) => <LastDay row={row} format={format} />, "right"),
      column("memory", 132, (row) => format.bytesOf(row.memoryUsedBytes, row.memoryTotalBytes), "right"),
      column("power", 72, (row) => format.watts(row.powerWatts), "right"),
      column("temperature", 72, (row) => format.celsius(row.temperatureCelsius), "right"),
      column("since", 108, (row) => <Ago at={row.since} />, "right"),
      column("lastRead", 96, (row) => <Ago at={row.lastReadAt} />, "right"),
    ];
  }, [t, format, lang, pools, seesPrices]);
}

/** A card in fault takes no work at any price, whatever its pool is worth. */
function verdictOf(row: CardRow, pool: TierVerdict): TierVerdict {
  if (row.state !== "fault") return pool;
  return { ...pool, tier: 3, reasons: [{ key: "fault", value: null, text: "" }, ...pool.reasons], wouldChange: [] };
}

/** What is shown of a longer text, which stands whole on hover. */
function Short({ text, shown }: { text: string; shown: string }) {
  return (
    <span className="mono" title={text}>
      {shown === "" ? NOT_SAID_TEXT : shown}
    </span>
  );
}

function LastDay({ row, format }: { row: CardRow; format: Format }) {
  const { t } = useTranslation();
  return (
    <span title={t("cards.coverageNote", { share: format.coverage(row.coverage24h) })}>
      <Share ratio={row.util24h} text={format.percent(row.util24h)} />
    </span>
  );
}

/** Ticks by itself, so that a passing second redraws a cell and not a table. */
function Ago({ at }: { at: number | null }) {
  const format = useFormat();
  const now = useNow();
  return <span title={format.dateTime(at)}>{format.ago(at, now)}</span>;
}

/** The first block tells cards apart; the rest is on hover and in the drawer. */
function shortUuid(uuid: string): string {
  const bare = uuid.replace(/^(GPU|NPU)-/, "");
  return bare.length > 13 ? bare.slice(0, 13) : bare;
}

/** "00000000:3B:00.0" → "3B:00.0": the domain is nearly always zero. */
function shortPosition(position: string): string {
  return position.replace(/^0{4,8}:/, "").replace(/^index:/, "#");
}

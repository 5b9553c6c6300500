import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { HolderRow, Proof } from "../../../db/model/ledger-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { CardLink } from "../../parts/CardLink.tsx";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { MappingLink } from "../../parts/MappingLink.tsx";
import { msOf, statesOf, wholeMs } from "./line-states.ts";

type Card = Proof["cards"][number];

/** The cards whose time it is. */
export function ProofCards({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useMemo((): DataColumn<Card>[] => {
    const cell = (
      id: string,
      title: string,
      width: number,
      draw: (card: Card) => React.ReactNode,
      align?: "right",
    ): DataColumn<Card> => ({
      id,
      meta: { width, title, ...(align && { align }) },
      cell: ({ row }) => draw(row.original),
    });
    return [
      cell("uuid", t("cards.column.uuid"), 300, (card) => <CardLink uuid={card.uuid} />),
      cell("node", t("cards.column.node"), 170, (card) => <Cut text={card.node} empty={NOT_SAID_TEXT} />),
      cell("pool", t("proof.dimension.pool"), 260, (card) => <PoolLink id={card.poolId} />),
      cell("hours", t("proof.cards.owned"), 130, (card) => format.cardHours(card.ownedMs), "right"),
    ];
  }, [t, format]);
  if (proof.cards.length === 0) return null;
  return (
    <PanelFrame
      title={t("proof.cards.title")}
      note={t(proof.cards.length < proof.cardCount ? "proof.lines.some" : "proof.lines.all", {
        shown: format.count(proof.cards.length),
        total: format.count(proof.cardCount),
      })}
    >
      <DataTable
        label={t("proof.cards.title")}
        rows={proof.cards}
        columns={columns}
        rowId={(card) => `${card.uuid} ${card.poolId}`}
        maxHeight="240px"
      />
    </PanelFrame>
  );
}

/** Who held them, and the rule that says whose they are. */
export function ProofHolders({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  if (proof.holders.length === 0) return null;
  return (
    <PanelFrame title={t("proof.holders.title")}>
      <HolderTable label={t("proof.holders.title")} holders={proof.holders} maxHeight="260px" />
    </PanelFrame>
  );
}

/** Holders with their namespace, owner, rule and card-hours; on a feature's page as well. */
export function HolderTable(props: { label: string; holders: readonly HolderRow[]; maxHeight: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { holders } = props;
  const columns = useMemo((): DataColumn<HolderRow>[] => {
    const cell = (
      id: string,
      title: string,
      width: number,
      draw: (holder: HolderRow) => React.ReactNode,
      align?: "right",
    ): DataColumn<HolderRow> => ({
      id,
      meta: { width, title, ...(align && { align }) },
      cell: ({ row }) => draw(row.original),
    });
    return [
      cell("pod", t("proof.holders.pod"), 240, (holder) => <Cut text={holder.pod} empty={NOT_SAID_TEXT} />),
      cell("namespace", t("proof.holders.namespace"), 150, (holder) => (
        <Cut text={holder.namespace} empty={NOT_SAID_TEXT} />
      )),
      cell("owner", t("proof.holders.owner"), 190, (holder) => <Cut text={holder.owner} empty={NOT_SAID_TEXT} />),
      cell("rule", t("proof.holders.rule"), 180, (holder) =>
        holder.rule === null ? (
          <span className="muted">{t("proof.holders.noRule")}</span>
        ) : (
          <MappingLink rule={holder.rule}>
            <Cut text={holder.rule} empty={NOT_SAID_TEXT} />
          </MappingLink>
        ),
      ),
      cell("hours", t("proof.holders.hours"), 110, (holder) => format.cardHours(wholeMs(holder)), "right"),
      ...statesOf(holders).map((state) =>
        cell(state, t(`state.${state}`), 96, (holder) => format.cardHours(msOf(holder, state)), "right"),
      ),
    ];
  }, [t, format, holders]);
  return (
    <DataTable
      label={props.label}
      rows={holders}
      columns={columns}
      rowId={(holder) => holder.holder}
      maxHeight={props.maxHeight}
    />
  );
}

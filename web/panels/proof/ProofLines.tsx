import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Proof, ProofLine } from "../../../db/model/ledger-views.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { useAmounts } from "../../lib/amounts.ts";
import { lineMicro, msOf, statesOf, wholeLines } from "./line-states.ts";
import { useProofWords } from "./use-proof-words.ts";

/** The ledger's own lines, newest first: which hour of which pool, at which price, said by whom and why. */
export function ProofLines({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lines = useMemo(() => wholeLines(proof), [proof]);
  const columns = useColumns(proof, lines);
  const shown = { shown: format.count(proof.lines.length), total: format.count(proof.lineCount) };
  return (
    <PanelFrame
      title={t("proof.lines.title")}
      note={proof.lines.length < proof.lineCount ? t("proof.lines.cut", shown) : t("proof.lines.all", shown)}
      actions={
        <a className="button" href={csvOf(proof)} download>
          {t("cards.csv")}
        </a>
      }
    >
      {proof.lines.length === 0 ? (
        <p className="panel-empty">{t("proof.lines.none")}</p>
      ) : (
        <DataTable label={t("proof.lines.title")} rows={lines} columns={columns} rowId={lineId} maxHeight="360px" />
      )}
    </PanelFrame>
  );
}

/** Every line as a file, not only the newest. */
function csvOf({ question: { range, filter } }: Proof): string {
  const params = new URLSearchParams(range);
  for (const [dimension, values] of Object.entries(filter)) for (const value of values) params.append(dimension, value);
  return `/api/proof.csv?${params.toString()}`;
}

const lineId = (line: ProofLine): string => `${line.at} ${line.poolId} ${line.feature} ${line.price?.id ?? 0}`;

function useColumns(proof: Proof, lines: readonly ProofLine[]): DataColumn<ProofLine>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useProofWords();
  const lang = useLang();
  const amounts = useAmounts(proof.currency); // every price's currency is said in its cell
  const isOneFeature = proof.question.filter.feature?.length === 1;
  return useMemo(() => {
    const column = (
      id: string,
      title: string,
      width: number,
      draw: (line: ProofLine) => React.ReactNode,
      align?: "right",
    ): DataColumn<ProofLine> => ({
      id,
      meta: { width, title, ...(align && { align }) },
      cell: ({ row }) => draw(row.original),
    });
    return [
      column("hour", t("proof.lines.hour"), 128, (line) => format.dateTime(line.at).replace(/:00$/, "")),
      column("pool", t("proof.dimension.pool"), 230, (line) => <PoolLink id={line.poolId} />),
      ...(isOneFeature
        ? []
        : [
            column("feature", t("proof.dimension.feature"), 130, (line) => (
              <Cut text={words.feature(line.feature)} empty={NOT_SAID_TEXT} />
            )),
          ]),
      ...statesOf(lines).map((state) =>
        column(
          state,
          t("proof.lines.hours", { state: t(`state.${state}`) }),
          86,
          (line) => format.cardHours(msOf(line, state)),
          "right",
        ),
      ),
      column(
        "micro",
        t("proof.lines.money"),
        112,
        (line) => {
          const micro = lineMicro(line);
          if (micro === null) return <span className="muted">{t("kpi.unpricedWord")}</span>;
          return <span title={amounts.exact(micro)}>{format.money(micro, line.price?.currency ?? "")}</span>;
        },
        "right",
      ),
      column("price", t("proof.lines.price"), 170, ({ price }) => {
        if (price === null) return NOT_SAID_TEXT;
        const { basis, currency, amountMicro } = price;
        const amount =
          basis === "card_month" ? format.money(amountMicro, currency) : unitPrice(amountMicro, currency, lang);
        return (
          <>
            {t(`proof.lines.per.${basis}`, { amount })}
            {price.isList && <span className="list-mark">{t("pivot.list")}</span>}
          </>
        );
      }),
      column("said", t("proof.lines.said"), 300, (line) => {
        if (line.price === null) return NOT_SAID_TEXT;
        const { revision, who, why, at } = line.price;
        const says = t("proof.lines.revision", { id: revision, who, date: format.date(at), why });
        return <span title={says}>{says}</span>;
      }),
    ];
  }, [t, format, lang, words, amounts, lines, isOneFeature]);
}

import { SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PriceBookView, PriceView } from "../../../db/model/pricing-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { priceDate } from "../../lib/price-date.ts";
import { BOOK_KINDS, type PricingView } from "../../lib/pricing-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { usePriceWords } from "../../lib/use-price-words.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PriceDetail } from "./PriceDetail.tsx";
import { PriceForm } from "./PriceForm.tsx";

type Change = (part: Partial<PricingView>) => void;

/** Every price with whom it is for, when it holds and who said so. */
export function BookPanel(props: { book: PriceBookView; view: PricingView; mayWrite: boolean; onChange: Change }) {
  const { book, view, mayWrite, onChange } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useColumns(book);
  const open = book.prices.find(({ id }) => id === view.open) ?? null;
  const count = t("pricing.book.count", { count: book.total, formatted: format.count(book.total) });
  const cut = t("pricing.book.cut", { shown: format.count(book.prices.length), total: format.count(book.total) });
  const close = () => onChange({ form: null, pool: null });
  return (
    <>
      {view.form !== null && (
        <PriceForm
          key={`${view.form} ${view.open} ${view.pool}`}
          form={view.form}
          price={view.form === "add" ? null : open}
          poolId={view.pool}
          zone={book.zone}
          currency={book.currency}
          onDone={close}
        />
      )}
      <PanelFrame
        className="pricing-panel"
        title={t("pricing.book.title")}
        note={book.total > book.prices.length ? cut : count}
        actions={<Tools view={view} mayWrite={mayWrite} onChange={onChange} />}
      >
        {book.prices.length === 0 ? (
          <Empty view={view} mayWrite={mayWrite} onChange={onChange} />
        ) : (
          <div className={open === null ? "book" : "book book-open"}>
            <DataTable
              label={t("pricing.book.label")}
              rows={book.prices}
              columns={columns}
              rowId={(row) => String(row.id)}
              maxHeight="calc(100vh - 260px)"
              active={{
                id: view.open === null ? null : String(view.open),
                onMove: ({ id }) => onChange({ open: id, form: null }),
                onOpen: ({ id }) => onChange({ open: id, form: null }),
              }}
            />
            {open !== null && <PriceDetail price={open} zone={book.zone} mayWrite={mayWrite} onChange={onChange} />}
          </div>
        )}
      </PanelFrame>
    </>
  );
}

/** Words of the search take effect when typing rests, so that each letter is not a question to the server. */
const REST_MS = 250;

function Tools({ view, mayWrite, onChange }: { view: PricingView; mayWrite: boolean; onChange: Change }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(view.search);
  useEffect(() => setWords(view.search), [view.search]);
  useEffect(() => {
    if (words === view.search) return undefined;
    const timer = browserClock.after(REST_MS, () => onChange({ search: words, open: null }));
    return () => timer.cancel();
    // oxlint-disable-next-line react/exhaustive-deps -- only what is typed starts the rest anew
  }, [words]);
  const { kind, inForce, search } = view;
  const query = new URLSearchParams({ kind, search, ...(inForce && { inForce: "1" }) });
  return (
    <>
      <TextInput
        size="xs"
        className="book-search"
        aria-label={t("pricing.book.search")}
        placeholder={t("pricing.book.search")}
        data-filter=""
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <SegmentedControl
        size="xs"
        aria-label={t("pricing.book.kind")}
        value={kind}
        onChange={(value) => onChange({ kind: value, open: null })}
        data={BOOK_KINDS.map((value) => ({ value, label: t(`pricing.book.kinds.${value}`) }))}
      />
      <Switch
        size="xs"
        label={t("pricing.book.inForce")}
        checked={inForce}
        onChange={(event) => onChange({ inForce: event.currentTarget.checked, open: null })}
      />
      <a className="button" href={`/api/prices.csv?${query.toString()}`} download>
        CSV
      </a>
      {mayWrite && (
        <button type="button" className="button" onClick={() => onChange({ form: "add", open: null })}>
          {t("pricing.book.add")}
        </button>
      )}
    </>
  );
}

function useColumns({ zone, currency }: PriceBookView): DataColumn<PriceView>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const words = usePriceWords();
  return useMemo((): DataColumn<PriceView>[] => {
    const column = (
      id: string,
      title: string,
      width: number,
      cell: (row: PriceView) => React.ReactNode,
      align?: "right",
    ): DataColumn<PriceView> => ({
      id,
      header: title,
      meta: { title, width, ...(align && { align }) },
      cell: ({ row }) => cell(row.original),
    });
    const any = <span className="muted">{t("pricing.book.any")}</span>;
    return [
      column("vendor", t("fact.vendor"), 110, ({ selector, isInForce }) => (
        <span className={isInForce ? "cut-text" : "cut-text muted"} title={selector.vendor}>
          {selector.vendor || any}
        </span>
      )),
      column("place", t("pricing.book.where"), 150, ({ selector }) => (
        <span className="cut-text" title={words.place(selector)}>
          {words.place(selector)}
        </span>
      )),
      column("model", t("fact.model"), 150, ({ selector }) => (
        <span className="cut-text" title={selector.model}>
          {selector.model || <span className="muted">{t("pricing.book.anyCard")}</span>}
        </span>
      )),
      column("billing", t("fact.billing"), 95, ({ selector }) =>
        selector.billing === "" ? any : t(`billing.${selector.billing}`),
      ),
      column("kind", t("pricing.book.kind"), 95, ({ isList }) => (
        <span className={isList ? "badge" : "badge badge-strong"}>
          {isList ? t("pricing.book.list") : t("pricing.book.real")}
        </span>
      )),
      column("price", t("pricing.book.price"), 250, (row) => words.amount(row), "right"),
      column(
        "hourly",
        `${t("pricing.book.hourly")} ${currency}`,
        130,
        ({ hourlyMicro }) => words.unit(hourlyMicro, currency),
        "right",
      ),
      column("holds", t("pricing.book.holds"), 210, ({ from, to, isInForce }) => (
        <span className={isInForce ? "" : "muted"} title={isInForce ? t("pricing.book.now") : t("pricing.book.ended")}>
          {to === null
            ? t("pricing.from", { from: priceDate(from, zone) })
            : t("pricing.range", { from: priceDate(from, zone), to: priceDate(to, zone) })}
        </span>
      )),
      column("pools", t("pricing.book.pools"), 70, ({ poolIds }) => format.count(poolIds.length), "right"),
      column("why", t("pricing.book.why"), 220, ({ revision }) => (
        <span className="cut-text" title={`${revision.why} · ${revision.who} · ${format.dateTime(revision.at)}`}>
          {revision.why}
        </span>
      )),
    ];
    // oxlint-disable-next-line react/exhaustive-deps -- words are made of t
  }, [t, format, zone, currency]);
}

function Empty({ view, mayWrite, onChange }: { view: PricingView; mayWrite: boolean; onChange: Change }) {
  const { t } = useTranslation();
  if (view.search !== "" || view.kind !== "all" || view.inForce)
    return (
      <div className="panel-empty">
        <p>{t("pricing.book.filtered")}</p>
        <button type="button" className="button" onClick={() => onChange({ search: "", kind: "all", inForce: false })}>
          {t("pricing.book.clear")}
        </button>
      </div>
    );
  return (
    <div className="panel-empty">
      <h3>{t("pricing.book.first")}</h3>
      <p>{t("pricing.book.firstLead")}</p>
      {mayWrite && (
        <button type="button" className="button" onClick={() => onChange({ tab: "import", table: "prices" })}>
          {t("pricing.book.firstImport")}
        </button>
      )}
    </div>
  );
}

import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PriceBookView } from "../../../db/model/pricing-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { priceDate } from "../../lib/price-date.ts";
import type { PricingView } from "../../lib/pricing-url.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { usePricingChange } from "./use-pricing-change.ts";

/** What currencies are worth, by day; the newest first. */
export function RatesPanel(props: {
  book: PriceBookView;
  mayWrite: boolean;
  onChange: (part: Partial<PricingView>) => void;
}) {
  const { t } = useTranslation();
  const { book, mayWrite } = props;
  const rates = book.rates.toSorted((a, b) => (a.day === b.day ? 0 : a.day < b.day ? 1 : -1));
  return (
    <PanelFrame
      title={t("pricing.rates.title")}
      note={t("pricing.rates.lead")}
      actions={
        mayWrite && (
          <button type="button" className="button" onClick={() => props.onChange({ tab: "import", table: "rates" })}>
            {t("pricing.rates.import")}
          </button>
        )
      }
    >
      {mayWrite && <RateForm missing={book.missingRates[0] ?? ""} currency={book.currency} />}
      {rates.length === 0 ? (
        <p className="panel-empty">{t("pricing.rates.none")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("pricing.rates.label")}>
          <table className="plain" aria-label={t("pricing.rates.label")}>
            <thead>
              <tr>
                <th>{t("pricing.rates.pair")}</th>
                <th>{t("pricing.rates.day")}</th>
                <th className="num">{t("pricing.rates.rate")}</th>
                <th>{t("pricing.rates.known")}</th>
              </tr>
            </thead>
            <tbody>
              {rates.map(({ base, quote, day, rate, knownFrom }) => (
                <tr key={`${base} ${quote} ${day}`}>
                  <td>{`${base} → ${quote}`}</td>
                  <td>{day}</td>
                  <td className="num">{rate}</td>
                  <td>{priceDate(knownFrom, book.zone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function RateForm({ missing, currency }: { missing: string; currency: string }) {
  const { t } = useTranslation();
  const [base, setBase] = useState(missing);
  const [quote, setQuote] = useState(currency);
  const [rate, setRate] = useState("");
  const [day, setDay] = useState(() => new Date(browserClock.now()).toISOString().slice(0, 10));
  const [why, setWhy] = useState("");
  const done = usePricingChange();
  const set = useMutation(
    trpc.pricing.setRates.mutationOptions({
      onSuccess: () => {
        setRate("");
        done();
      },
    }),
  );
  const field = (label: string, value: string, onChange: (text: string) => void, maxLength = 64) => (
    <TextInput
      size="xs"
      label={label}
      required
      maxLength={maxLength}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
  return (
    <form
      className="rate-form"
      onSubmit={(event) => {
        event.preventDefault();
        const written = { base: base.toUpperCase(), quote: quote.toUpperCase(), day, rate };
        set.mutate({ rates: [written], why });
      }}
    >
      {field(t("pricing.rates.base"), base, setBase, 3)}
      {field(t("pricing.rates.quote"), quote, setQuote, 3)}
      {field(t("pricing.rates.value"), rate, setRate)}
      {field(t("pricing.rates.day"), day, setDay)}
      {field(t("pricing.rates.why"), why, setWhy, 500)}
      <Button size="xs" type="submit" loading={set.isPending}>
        {t("pricing.rates.add")}
      </Button>
      <Refused error={set.error} says={(why) => t("pricing.rates.failed", { why })} />
    </form>
  );
}

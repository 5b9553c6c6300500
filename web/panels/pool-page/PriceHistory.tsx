import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PriceLine } from "../../../db/model/page-views.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { PRICE_STEPS_PX, priceStepsOption } from "../../../reports/charts/price-steps.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { type Cell, csvText, download } from "../../lib/csv.ts";
import { tierLabel } from "../../lib/tier-words.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import type { Outputs } from "../../trpc.ts";

type Page = Outputs["board"]["pool"];
type As = "chart" | "table";
const MOST_TICKS = 9;

/** The price of a card-hour over the last 90 days and the 30 ahead, with the holes in it. */
export function PriceHistory({ page, as, onAs }: { page: Page; as: As; onAs: (as: As) => void }) {
  const { t } = useTranslation();
  const { prices } = page;
  const isNever = prices?.every((line) => line.price === null) === true;
  return (
    <PanelFrame
      title={t("poolPage.price.title")}
      actions={
        prices !== null &&
        !isNever && (
          <>
            <SegmentedControl
              size="xs"
              aria-label={t("history.view")}
              value={as}
              onChange={(next) => onAs(next === "table" ? "table" : "chart")}
              data={[
                { value: "chart", label: t("history.asChart") },
                { value: "table", label: t("history.asTable") },
              ]}
            />
            <button type="button" className="button" onClick={() => downloadPrices(page, prices)}>
              {t("poolPage.cards.csv")}
            </button>
          </>
        )
      }
    >
      {prices === null && <p className="panel-empty">{t("poolPage.price.empty")}</p>}
      {isNever && (
        <p className="panel-empty">
          {t("poolPage.price.never")} {t("poolPage.price.addPrice")}
        </p>
      )}
      {prices !== null && !isNever && as === "chart" && <Chart page={page} lines={prices} />}
      {prices !== null && !isNever && as === "table" && <Table page={page} lines={prices} />}
    </PanelFrame>
  );
}

function Chart({ page, lines }: { page: Page; lines: readonly PriceLine[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const theme = useChartTheme();
  const { currency, pricesFrom: from, pricesTo: to, asOf: now } = page;
  const current = lines.find((line) => now >= line.from && now < line.to);
  const label = t("poolPage.price.summary", {
    from: format.dateTime(from),
    to: format.dateTime(to),
    steps: lines.length,
    price: current?.hourlyMicro == null ? t("poolPage.price.unpriced") : unitPrice(current.hourlyMicro, currency, lang),
  });
  const option = useMemo(
    () =>
      priceStepsOption(
        { from, to, now, lines, tiers: (page.tiers ?? []).map(({ at, toTier }) => ({ at, tier: toTier })) },
        {
          axis: t("poolPage.price.axis", { currency }),
          unpriced: t("poolPage.price.unpriced"),
          list: t("poolPage.price.list"),
          price: (line) => unitPrice(line.hourlyMicro, currency, lang),
          tier: tierLabel,
          day: format.day,
          dateTime: format.dateTime,
          ticks: ticksOf(from, to),
          now: t("poolPage.price.now"),
          summary: label,
        },
        theme,
      ),
    [from, to, now, lines, page.tiers, t, currency, lang, format, label, theme],
  );
  return <LazyChart option={option} label={label} height={PRICE_STEPS_PX} />;
}

function Table({ page, lines }: { page: Page; lines: readonly PriceLine[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  return (
    <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("poolPage.price.title")}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t("poolPage.price.from")}</th>
            <th>{t("poolPage.price.to")}</th>
            <th className="num">{t("poolPage.price.hourly")}</th>
            <th>{t("poolPage.price.basis")}</th>
            <th>{t("poolPage.price.term")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.toReversed().map((line) => (
            <tr key={line.from}>
              <td>{format.dateTime(line.from)}</td>
              <td>{format.dateTime(line.to)}</td>
              <td className="num">
                {line.hourlyMicro === null
                  ? t("poolPage.price.unpriced")
                  : unitPrice(line.hourlyMicro, page.currency, lang)}
              </td>
              <td>
                {line.price !== null &&
                  t(`poolPage.price.bases.${line.price.basis}`, {
                    amount: unitPrice(line.price.amountMicro, line.price.currency, lang),
                    cards: line.price.cardsPerInstance,
                  })}
                {line.price?.isList === true && ` · ${t("poolPage.price.list")}`}
              </td>
              <td>{line.price === null ? "" : format.dateTime(line.price.termTo)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Days at even distances. */
function ticksOf(from: number, to: number): number[] {
  const step = Math.ceil((to - from) / DAY_MS / MOST_TICKS) * DAY_MS;
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  return Array.from({ length: Math.ceil((to - first) / step) }, (_, i) => first + i * step);
}

function downloadPrices(page: Page, lines: readonly PriceLine[]): void {
  const head = [
    "from",
    "to",
    "hourly_micro",
    "currency",
    "basis",
    "amount_micro",
    "booked_currency",
    "cards_per_instance",
    "term_to",
    "is_list",
  ];
  const rows = lines.map((line): Cell[] => [
    new Date(line.from).toISOString(),
    new Date(line.to).toISOString(),
    line.hourlyMicro === null ? null : BigInt(line.hourlyMicro),
    page.currency,
    line.price?.basis ?? null,
    line.price?.amountMicro == null ? null : BigInt(line.price.amountMicro),
    line.price?.currency ?? null,
    line.price?.cardsPerInstance ?? null,
    line.price?.termTo == null ? null : new Date(line.price.termTo).toISOString(),
    line.price === null ? null : String(line.price.isList),
  ]);
  download(`dapan-pool-${page.pool.id}-prices.csv`, csvText([head, ...rows]));
}

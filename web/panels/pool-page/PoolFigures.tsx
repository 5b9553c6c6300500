import { useTranslation } from "react-i18next";
import { coverageOf } from "../../lib/fleet.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import type { Outputs } from "../../trpc.ts";

type Figure = { readonly name: string; readonly text: string; readonly note?: string | undefined };

/** The pool in figures: cards, use, money. */
export function PoolFigures({ page }: { page: Outputs["board"]["pool"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesMoney = useSeesMoney();
  const { pool, currency, week, weekMoney, isSunk } = page;
  const { cardCounts, day, money, tier } = pool;
  const line = page.prices?.find(({ from, to }) => page.asOf >= from && page.asOf < to);
  const observed = (use: typeof day) =>
    use.ownedMs === 0
      ? t("poolPage.figures.hour")
      : t("poolPage.figures.coverage", { share: format.coverage(coverageOf(use)) });
  const doubts = ({ unpricedMs, isEstimate }: typeof money) =>
    [
      ...(unpricedMs > 0 ? [t("poolPage.figures.unpricedTime", { hours: format.cardHours(unpricedMs) })] : []),
      ...(isEstimate === true ? [t("ledger.estimate.bookShort")] : []),
    ].join(" · ") || undefined;
  const cost = (sum: typeof money | null, ownedMs: number) =>
    format.money(sum === null || ownedMs === 0 || sum.unpricedMs >= ownedMs ? null : sum.costMicro, currency);
  const idle = money.unpricedMs >= day.ownedMs ? null : money.idleMicro;
  const termTo = line?.price?.termTo ?? null;
  const cards: Figure[] = [
    ...(cardCounts.declared === null
      ? []
      : [
          {
            name: t("poolPage.figures.declared"),
            text: format.count(cardCounts.declared),
            note: cardCounts.missing > 0 ? t("poolPage.figures.missing", { count: cardCounts.missing }) : undefined,
          },
        ]),
    {
      name: t("poolPage.figures.delivered"),
      text: format.count(cardCounts.delivered),
      note: cardCounts.ghost > 0 ? t("poolPage.figures.ghost", { count: cardCounts.ghost }) : undefined,
    },
    { name: t("poolPage.figures.healthy"), text: format.count(cardCounts.healthy) },
    { name: t("poolPage.figures.held"), text: format.count(cardCounts.held) },
    { name: t("poolPage.figures.busy"), text: format.count(cardCounts.busy) },
  ];
  const prices = (): Figure[] => [
    {
      name: t("poolPage.figures.price"),
      text: tier.hourlyMicro === null ? t("poolPage.figures.unpriced") : unitPrice(tier.hourlyMicro, currency, lang),
      note: tier.isList
        ? t("poolPage.figures.list")
        : isSunk && termTo !== null
          ? t("poolPage.figures.paid", { time: format.day(termTo) })
          : undefined,
    },
    { name: t("poolPage.figures.cost"), text: cost(money, day.ownedMs), note: doubts(money) },
    {
      name: t("poolPage.figures.costWeek"),
      text: cost(weekMoney, week.ownedMs),
      note: weekMoney === null ? undefined : doubts(weekMoney),
    },
    {
      name: t("poolPage.figures.waste"),
      text: format.money(idle, currency),
      note:
        money.sunkIdleMicro === "0"
          ? undefined
          : t("poolPage.figures.sunk", { money: format.money(money.sunkIdleMicro, currency) }),
    },
  ];
  const use: Figure[] = [
    { name: t("poolPage.figures.utilDay"), text: format.percent(day.meanRatio), note: observed(day) },
    { name: t("poolPage.figures.utilWeek"), text: format.percent(week.meanRatio), note: observed(week) },
    ...(seesMoney ? prices() : []),
  ];
  return (
    <div className="pool-figures">
      <Figures label={t("poolPage.figures.cards")} figures={cards} />
      <Figures label={t("poolPage.figures.use")} figures={use} />
    </div>
  );
}

function Figures({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <dl aria-label={label}>
      {figures.map(({ name, text, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
          {note !== undefined && <dd className="pool-note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

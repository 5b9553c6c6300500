import type { RowIssue } from "../../db/model/imports.ts";
import { decimalMoney } from "../../db/model/money.ts";
import { type PriceChange, SELECTOR_PARTS } from "../../db/model/price.ts";
import type { Dialect, ReadOffer } from "./offer.ts";

export type Settled = {
  readonly taken: readonly ReadOffer[]; // at most one for each card, place and time
  readonly issues: readonly RowIssue[]; // why the others are left out, or contradict
};

/**
 * Decides between rows that price the same cards at the same time. In a published list they are machines of different
 * size, and a card's list price is that of its cheapest machine; in a price book they contradict each other, and neither
 * row is believed. Rows that say the same thing are one, whichever table it is.
 */
export function settleOffers(offers: readonly ReadOffer[], repeats: Dialect["repeats"]): Settled {
  const groups = new Map<string, ReadOffer[]>();
  for (const offer of offers) {
    const key = keyOf(offer.change);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [offer]);
    else group.push(offer);
  }
  const taken: ReadOffer[] = [];
  const issues: RowIssue[] = [];
  for (const group of groups.values()) {
    if (group.length === 1) {
      taken.push(...group);
      continue;
    }
    const settled = repeats === "machines" ? cheapest(group) : consistent(group);
    taken.push(...settled.taken);
    issues.push(...settled.issues);
  }
  taken.sort((a, b) => a.row - b.row);
  return { taken, issues: issues.toSorted((a, b) => a.row - b.row) };
}

const keyOf = ({ selector, isList }: PriceChange): string =>
  [...SELECTOR_PARTS.map((part) => selector[part]), isList].join("\u0000");

/** The cheapest machine of a card; of equally cheap ones the first. */
function cheapest(group: readonly ReadOffer[]): Settled {
  const [first, ...rest] = group;
  if (first === undefined) return { taken: [], issues: [] };
  const best = rest.reduce((a, b) => (isCheaper(b, a) ? b : a), first);
  const issues = group
    .filter((offer) => offer !== best)
    .map((offer) => aside(offer, isCheaper(best, offer) ? "cheaper_row" : "duplicate", best));
  return { taken: [best], issues };
}

/** Price ÷ cards, compared without rounding. */
const isCheaper = ({ change: a }: ReadOffer, { change: b }: ReadOffer): boolean =>
  a.terms.amountMicro * BigInt(b.terms.cardsPerInstance) < b.terms.amountMicro * BigInt(a.terms.cardsPerInstance);

/** Offers in order of their start; overlapping ones that differ put each other out. */
function consistent(group: readonly ReadOffer[]): Settled {
  const ordered = group.toSorted((a, b) => a.change.from - b.change.from || a.row - b.row);
  const kept: ReadOffer[] = [];
  const issues: RowIssue[] = [];
  const contradicted = new Set<ReadOffer>();
  let reach: ReadOffer | null = null; // the offer so far that lasts longest
  for (const offer of ordered) {
    if (reach !== null && offer.change.from < endOf(reach)) {
      if (isSame(offer, reach)) {
        issues.push(aside(offer, "duplicate", reach));
        continue;
      }
      issues.push(contradiction(offer, reach));
      if (!contradicted.has(reach)) issues.push(contradiction(reach, offer));
      contradicted.add(offer).add(reach);
    }
    kept.push(offer);
    if (reach === null || endOf(offer) > endOf(reach)) reach = offer;
  }
  return { taken: kept.filter((offer) => !contradicted.has(offer)), issues };
}

const endOf = ({ change }: ReadOffer): number => change.to ?? Infinity;

function isSame({ change: a }: ReadOffer, { change: b }: ReadOffer): boolean {
  const said = ({ from, to, terms }: ReadOffer["change"]): string =>
    JSON.stringify([from, to, terms], (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  return said(a) === said(b);
}

const aside = (offer: ReadOffer, key: "duplicate" | "cheaper_row", other: ReadOffer): RowIssue => ({
  row: offer.row,
  level: "note",
  key,
  column: offer.column,
  read: decimalMoney(offer.perCardMicro),
  expected: decimalMoney(other.perCardMicro),
  other: other.row,
});

const contradiction = (offer: ReadOffer, other: ReadOffer): RowIssue => ({
  row: offer.row,
  level: "error",
  key: "two_prices",
  column: offer.column,
  read: decimalMoney(offer.change.terms.amountMicro),
  expected: decimalMoney(other.change.terms.amountMicro),
  other: other.row,
});

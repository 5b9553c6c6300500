import { microText } from "../../../db/model/money.ts";
import type { Price, PriceRevision } from "../../../db/model/price.ts";
import type { PriceView, RevisionView } from "../../../db/model/pricing-views.ts";

export type PlainPriceView = Omit<PriceView, "hourlyMicro" | "isInForce" | "poolIds">;

/** A row of the book as JSON can say it. */
export function priceView(price: Price, revisions: ReadonlyMap<number, PriceRevision>): PlainPriceView {
  const { id, selector, basis, currency, cardsPerInstance, owned, termTo, from, to, isList } = price;
  return {
    id,
    selector,
    basis,
    currency,
    cardsPerInstance,
    termTo,
    from,
    to,
    isList,
    amountMicro: microText(price.amountMicro),
    owned:
      owned === null
        ? null
        : {
            ...owned,
            purchaseMicro: microText(owned.purchaseMicro),
            powerMicroPerKwh: microText(owned.powerMicroPerKwh),
          },
    revision: revisionView(price, revisions.get(price.revision)),
  };
}

/** A revision older than the ones that are kept at hand still has its number and its instant. */
function revisionView({ revision, knownFrom }: Price, known: PriceRevision | undefined): RevisionView {
  if (known === undefined) return { id: revision, at: knownFrom, who: "", why: "", source: "" };
  const { id, at, who, why, source } = known;
  return { id, at, who, why, source };
}

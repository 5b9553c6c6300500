import { PRICE_BOOK_COLUMNS } from "../../../collectors/price-lists/price-book.ts";
import { decimalMoney } from "../../../db/model/money.ts";
import type { Price, PriceRevision } from "../../../db/model/price.ts";
import type { Deps } from "../../context.ts";
import { writeInstant } from "../../domain/pricing/wall-clock.ts";
import { BOM, type Cell, csvLine } from "../../../db/model/csv.ts";
import { askedRows, type BookQuestion } from "./price-book-view.ts";

/** Lines of one piece of the answer: big enough to be quick, small enough to leave the event loop free. */
const PIECE = 500;
/** After the columns that are read back: who said so. */
const SAID = ["revision", "revised_at", "who", "why"] as const;

/** The book as the page shows it, in the columns the import reads: what was downloaded can be corrected and uploaded. */
export async function* priceBookCsv(
  deps: Pick<Deps, "clock" | "pricing"> & { readonly config: Pick<Deps["config"], "current"> },
  question: Pick<BookQuestion, "at" | "knownAt" | "kind" | "search" | "inForce">,
): AsyncGenerator<string> {
  const { rows, revisions } = await askedRows(deps, question, question.at ?? deps.clock.now());
  const { timeZone } = deps.config.current();
  yield BOM + csvLine([...PRICE_BOOK_COLUMNS, ...SAID]);
  for (let i = 0; i < rows.length; i += PIECE)
    yield rows
      .slice(i, i + PIECE)
      .map((price) => csvLine(cells(price, revisions.get(price.revision), timeZone)))
      .join("");
}

function cells(price: Price, revision: PriceRevision | undefined, zone: string): Cell[] {
  const { selector, owned } = price;
  const instant = (at: Price["to"]): Cell => (at === null ? null : writeInstant(at, zone));
  const byColumn: Record<(typeof PRICE_BOOK_COLUMNS)[number], Cell> = {
    ...selector,
    basis: price.basis,
    amount: owned === null ? decimalMoney(price.amountMicro) : null,
    currency: price.currency,
    cards_per_instance: price.basis === "instance_hour" ? price.cardsPerInstance : null,
    from: instant(price.from),
    to: instant(price.to),
    term_to: instant(price.termTo),
    list: price.isList ? "true" : "false",
    purchase: owned === null ? null : decimalMoney(owned.purchaseMicro),
    months: owned?.months ?? null,
    watts: owned?.watts ?? null,
    power_price: owned === null ? null : decimalMoney(owned.powerMicroPerKwh),
  };
  const { id, at, who, why } = revision ?? { id: price.revision, at: price.knownFrom, who: "", why: "" };
  return [...PRICE_BOOK_COLUMNS.map((column) => byColumn[column]), id, new Date(at).toISOString(), who, why];
}

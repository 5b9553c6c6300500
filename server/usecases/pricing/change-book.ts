import type { PriceEffect, RevisionView } from "../../../db/model/pricing-views.ts";
import { type UnixMs } from "../../../db/model/units.ts";
import type { ChangeNote, Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";
import { type PriceWish, readWishes } from "./price-wish.ts";

/** What became of a change. `revision` null = everything was so already, and nothing was written. */
export type BookChanged = {
  readonly revision: RevisionView | null;
  readonly added: number;
  readonly ended: number;
  readonly unchanged: number;
};

type Parts = Pick<Deps, "pricing"> & { readonly config: Pick<Deps["config"], "current"> };

/** The money effect of prices before they are set. @throws ServiceError "invalid" with everything that is wrong */
export const previewPrices = async ({ config, pricing }: Parts, wishes: readonly PriceWish[]): Promise<PriceEffect> =>
  await pricing.effectOf(readWishes(wishes, config.current().timeZone));

/** Sets, ends or corrects prices: all wishes in one revision, or none. */
export async function setPrices(
  { config, pricing }: Parts,
  wishes: readonly PriceWish[],
  note: ChangeNote,
): Promise<BookChanged> {
  const changes = readWishes(wishes, config.current().timeZone);
  const made = await pricing.change(changes, reasoned(note));
  if (made === null) return { revision: null, added: 0, ended: 0, unchanged: changes.length };
  return made;
}

/** Ends one price of the book at an instant; what held until then stays. */
export async function endPrice(
  { pricing }: Parts,
  { id, at }: { readonly id: number; readonly at: UnixMs },
  note: ChangeNote,
): Promise<BookChanged> {
  const price = (await pricing.prices(null)).find((row) => row.id === id);
  if (price === undefined)
    throw new ServiceError("not_found", `price ${id} is not in the book any more; reload it and choose again`);
  if (at < price.from || (price.to !== null && at >= price.to))
    throw new ServiceError(
      "invalid",
      `at: price ${id} does not hold at ${new Date(at).toISOString()}; choose a time in which it does`,
    );
  const { selector, isList, to } = price;
  const made = await pricing.change([{ selector, isList, from: at, to, terms: null }], reasoned(note));
  return made ?? { revision: null, added: 0, ended: 0, unchanged: 1 };
}

/** A change without a reason is a riddle in a year. */
export function reasoned(note: ChangeNote): ChangeNote {
  const why = note.why.trim();
  if (why === "") throw new ServiceError("invalid", "why: say why the book changes, like: contract HT-2026/07 signed");
  return { ...note, why };
}

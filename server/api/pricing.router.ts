import { z } from "zod";
import { BILLING_TYPES } from "../../db/model/fleet.ts";
import { PRICE_BASES } from "../../db/model/price.ts";
import { DAY_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { ServiceError } from "../errors.ts";
import { endPrice, previewPrices, setPrices } from "../usecases/pricing/change-book.ts";
import { setRates } from "../usecases/pricing/change-rates.ts";
import { priceBookView } from "../usecases/pricing/price-book-view.ts";
import { priceHistory } from "../usecases/pricing/price-history.ts";
import { unpricedHoles } from "../usecases/pricing/unpriced-holes.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const LAST_MS = Date.UTC(9999, 0, 1);
const instant = z.int().min(0).max(LAST_MS).transform(unixMs);
const moment = instant.nullable().default(null);
const id = z.int().min(1).max(2_147_483_647);
const word = z.string().max(200);
const written = z.string().max(64);
const why = z.string().max(500);

const bookInput = z.strictObject({
  at: moment,
  knownAt: moment,
  search: word.default(""),
  kind: z.enum(["all", "real", "list"]).default("all"),
  inForce: z.boolean().default(false),
  offset: z.int().min(0).max(1_000_000).default(0),
  limit: z.int().min(1).max(1_000).default(200),
});

const selector = z.strictObject({
  vendor: word.optional(),
  region: word.optional(),
  zone: word.optional(),
  cluster: word.optional(),
  model: word.optional(),
  billing: z.enum([...BILLING_TYPES, ""]).optional(),
  contract: word.optional(),
});

/** Money and dates are text here: the use-case reads them and says what is wrong with them in one sentence. */
const wish = z.strictObject({
  selector,
  isList: z.boolean().optional(),
  from: written,
  to: written.nullable().optional(),
  zone: written.optional(),
  price: z
    .strictObject({
      basis: z.enum(PRICE_BASES),
      currency: written,
      amount: written.optional(),
      cardsPerInstance: z.number().optional(),
      termTo: written.nullable().optional(),
      owned: z
        .strictObject({ purchase: written, months: z.number(), watts: z.number(), powerPrice: written })
        .optional(),
    })
    .nullable(),
});
const wishes = z.array(wish).min(1).max(500);

const windowInput = z
  .strictObject({ from: instant, to: instant, knownAt: moment })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "ends before it begins" })
  .refine(({ from, to }) => to - from <= 1_200 * DAY_MS, {
    path: ["from"],
    message: "is more than 1200 days before to",
  });

const rates = z.array(z.strictObject({ base: written, quote: written, day: written, rate: written.nullable() }));

/** Who acts: until there is sign-in, the console itself. */
const noteOf = ({ actor }: ApiContext, why: string) => ({ who: actor.name, why, source: "console" });

export const pricingRouter = router({
  book: procedure.input(bookInput).query(({ ctx, input }) => priceBookView(ctx, input)),
  holes: procedure.input(windowInput).query(({ ctx, input }) => unpricedHoles(ctx, input, input.knownAt)),
  history: procedure
    .input(windowInput.safeExtend({ poolId: id }))
    .query(({ ctx, input }) => priceHistory(ctx, { poolId: input.poolId, window: input, knownAt: input.knownAt })),
  revisions: procedure
    .input(z.strictObject({ limit: z.int().min(1).max(1_000).default(100) }))
    .query(({ ctx, input }) => ctx.pricing.revisions(input.limit)),
  revision: procedure.input(z.strictObject({ id })).query(async ({ ctx, input }) => {
    const effect = await ctx.pricing.effectOfRevision(input.id);
    if (effect === null) throw new ServiceError("not_found", `revision ${input.id} changed no price`);
    return effect;
  }),
  preview: procedure
    .input(z.strictObject({ prices: wishes }))
    .mutation(({ ctx, input }) => previewPrices(ctx, input.prices)),
  set: procedure
    .input(z.strictObject({ prices: wishes, why }))
    .mutation(({ ctx, input }) => setPrices(ctx, input.prices, noteOf(ctx, input.why))),
  end: procedure
    .input(z.strictObject({ id, at: instant, why }))
    .mutation(({ ctx, input }) => endPrice(ctx, input, noteOf(ctx, input.why))),
  setRates: procedure
    .input(z.strictObject({ rates: rates.min(1).max(1_000), why }))
    .mutation(({ ctx, input }) => setRates(ctx, input.rates, noteOf(ctx, input.why))),
});

import { z } from "zod";
import { OTHER_COST_KINDS } from "../../db/model/feature.ts";
import { listAdapters, saveUsageSource, setOtherCosts, setUnitPrices } from "../usecases/usage/change-usage.ts";
import { applyUsage, previewUsage } from "../usecases/usage/import-usage.ts";
import { featuresSeen } from "../domain/access/team-scope.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

/** Who acts: until there is sign-in, the console itself. */
const key = z.string().min(1).max(63);
const why = z.string().max(500);
const name = z.string().min(1).max(64);
const instant = z.string().max(40);
const amount = z.string().max(40);
const selectors = z.array(z.string().max(2_000)).max(20).readonly();

const promql = z.strictObject({
  prometheus: z.string().min(1).max(64),
  adapter: z.string().max(64).exactOptional(),
  match: z.string().max(2_000).exactOptional(),
  good: selectors.exactOptional(),
  failed: selectors.exactOptional(),
  minus: selectors.exactOptional(),
  unitsPerCount: amount.exactOptional(),
});

const upload = { upload: z.uuid(), currency: z.string().max(64).nullable().default(null) };
const ofFeature = z.strictObject({ feature: key.nullable().default(null) });

/** Rows of the features that are the reader's. Of another's feature there are none, as of one that does not exist. */
async function ofTeams<R extends { readonly feature: string }>(
  { actor, features }: ApiContext,
  key: string | null,
  rows: (key: string | null) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  if (actor.teams === null) return await rows(key);
  const own = new Set([...featuresSeen(features.list(), actor).values()].map((feature) => feature.key));
  return (await rows(null)).filter(({ feature }) => own.has(feature) && (key === null || key === feature));
}

/** `usage…`: where units, revenue and other costs come from. Amounts and instants are text, as people write them. */
export const usageRouter = router({
  adapters: procedure.query(() => listAdapters()),
  prometheis: procedure.query(({ ctx }) =>
    ctx.config.current().sources.flatMap((source) => (source.kind === "prometheus" ? [source.name] : [])),
  ),
  sources: procedure
    .input(ofFeature)
    .query(({ ctx, input }) => ofTeams(ctx, input.feature, (key) => ctx.usage.sources(key))),
  saveSource: procedure
    .input(z.strictObject({ feature: key, name, promql, since: instant.nullable().default(null), why }))
    .mutation(({ ctx, input: { why, ...wish } }) =>
      saveUsageSource(ctx, wish, { who: ctx.actor.name, why, source: "console" }),
    ),
  removeSource: procedure
    .input(z.strictObject({ feature: key, name, why }))
    .mutation(({ ctx, input: { feature, name, why } }) =>
      ctx.usage.removeSource({ feature, name }, { who: ctx.actor.name, why, source: "console" }),
    ),
  testQuery: procedure
    .input(z.strictObject({ promql }))
    .mutation(({ ctx, input }) => ctx.usage.testQuery(input.promql)),

  previewCsv: procedure
    .input(
      z.strictObject({
        ...upload,
        show: z.enum(["all", "wrong"]).default("all"),
        offset: z.int().min(0).max(1_000_000).default(0),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .mutation(({ ctx, input: { show, offset, limit, ...asked } }) => previewUsage(ctx, asked, { show, offset, limit })),
  applyCsv: procedure.input(z.strictObject({ ...upload, why })).mutation(({ ctx, input: { why, ...asked } }) =>
    applyUsage(
      ctx,
      asked,
      { who: ctx.actor.name, why },
      {
        prices: ctx.actor.permissions.has("prices.write"),
        moneyWaits: ctx.approvals.mustWait("usage.setOtherCosts", ctx.actor),
      },
    ),
  ),

  unitPrices: procedure
    .input(ofFeature)
    .query(({ ctx, input }) => ofTeams(ctx, input.feature, (key) => ctx.usage.unitPrices(key))),
  setUnitPrices: procedure
    .input(
      z.strictObject({
        changes: z
          .array(
            z.strictObject({
              feature: key,
              currency: z.string().max(64),
              perUnit: amount.nullable(), // null takes back what holds in the stretch
              from: instant,
              to: instant.nullable(),
            }),
          )
          .min(1)
          .max(500),
        why,
      }),
    )
    .mutation(({ ctx, input: { changes, why } }) =>
      setUnitPrices(ctx, changes, { who: ctx.actor.name, why, source: "console" }),
    ),
  otherCosts: procedure
    .input(ofFeature)
    .query(({ ctx, input }) => ofTeams(ctx, input.feature, (key) => ctx.usage.otherCostRows(key))),
  setOtherCosts: procedure
    .input(
      z.strictObject({
        changes: z
          .array(
            z.strictObject({
              feature: key,
              kind: z.enum(OTHER_COST_KINDS),
              note: z.string().max(200),
              currency: z.string().max(64),
              perDay: amount.nullable(), // null takes back what holds in the stretch
              from: instant,
              to: instant.nullable(),
            }),
          )
          .min(1)
          .max(500),
        why,
      }),
    )
    .mutation(({ ctx, input: { changes, why } }) =>
      setOtherCosts(ctx, changes, { who: ctx.actor.name, why, source: "console" }),
    ),
});

import { z } from "zod";
import { unixMs } from "../../db/model/units.ts";
import { saysMoney } from "../domain/access/says-money.ts";
import { MEASURES } from "../domain/patrol/own-items.ts";
import { ServiceError } from "../errors.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const id = z.int().min(1).max(2_147_483_647);
const text = (max: number) => z.string().max(max);
const names = z.array(text(512)).max(100).readonly();
const instant = z.int().min(0).max(253_402_300_799_999);
const scope = z.strictObject({ vendors: names, regions: names, models: names, billings: names, teams: names });

const item = z.strictObject({
  id: text(100).nullable(),
  title: z.string().trim().min(1, "give the item a name").max(200),
  advice: text(500),
  condition: z.strictObject({
    measure: text(100),
    compare: z.enum([">", ">=", "<", "<="]),
    warn: z.number().nullable(),
    bad: z.number().nullable(),
  }),
});
const guard = z.strictObject({
  id: id.nullable(),
  name: z.string().trim().min(1, "give the window a name").max(200),
  owner: z.string().trim().min(1, "name who answers for it").max(200),
  from: instant.transform(unixMs),
  to: instant.transform(unixMs),
  scope,
  duty: z
    .array(z.strictObject({ who: text(200), reach: text(200), from: instant, to: instant }))
    .max(500)
    .readonly(),
  stricter: z.strictObject({
    waitScale: z.number(),
    families: z.array(text(50)).max(20).readonly(),
    thresholds: z
      .array(z.strictObject({ ruleId: text(100), value: z.number() }))
      .max(100)
      .readonly()
      .default([]),
  }),
});
const day = z.strictObject({
  day: text(10),
  kind: z.enum(["holiday", "workday", "ordinary"]).nullable(),
  name: text(100),
});

/** A window's own limit of a rule about money would try its amount out as the rule's would. @throws ServiceError invalid */
async function mayTighten({ alerts }: ApiContext, thresholds: readonly { readonly ruleId: string }[]): Promise<void> {
  if (thresholds.length === 0) return;
  const ofMoney = (await alerts.rules()).rows.filter(({ rule }) => saysMoney(rule.condition));
  const first = thresholds.find(({ ruleId }) => ofMoney.some(({ rule }) => rule.id === ruleId));
  if (first !== undefined)
    throw new ServiceError(
      "invalid",
      `stricter.thresholds: the rule ${first.ruleId} is about money and needs the right "money.see"`,
    );
}

export const patrolRouter = router({
  checks: procedure.query(({ ctx }) => ctx.patrol.checks()),
  runChecks: procedure.mutation(({ ctx }) => ctx.patrol.runNow()),
  saveItem: procedure.input(item).mutation(async ({ ctx, input }) => {
    const measured = MEASURES.find(({ id }) => id === input.condition.measure);
    // its verdict against one limit after the other would give the amount away
    if (measured?.group === "cost" && !ctx.actor.permissions.has("money.see"))
      throw new ServiceError("invalid", 'condition.measure: an item about money needs the right "money.see"');
    return { id: await ctx.patrol.saveItem(input, ctx.actor.name) };
  }),
  removeItem: procedure
    .input(z.strictObject({ id: text(100) }))
    .mutation(({ ctx, input }) => ctx.patrol.removeItem(input.id)),
  coverage: procedure
    .input(z.strictObject({ from: text(10), to: text(10), scope }))
    .query(({ ctx, input }) => ctx.patrol.coverage(input)),
  guard: procedure.query(({ ctx }) => ctx.patrol.guard()),
  saveGuard: procedure.input(guard).mutation(async ({ ctx, input }) => {
    if (!ctx.actor.permissions.has("money.see")) await mayTighten(ctx, input.stricter.thresholds);
    return { id: await ctx.patrol.saveGuard(input) };
  }),
  removeGuard: procedure.input(z.strictObject({ id })).mutation(({ ctx, input }) => ctx.patrol.removeGuard(input.id)),
  guardReport: procedure
    .input(z.strictObject({ id, which: z.enum(["readiness", "closing"]) }))
    .mutation(({ ctx, input }) => ctx.patrol.guardReport(input.id, input.which)),
  setDay: procedure.input(day).mutation(({ ctx, input }) => ctx.patrol.setDay(input.day, input.kind, input.name)),
});

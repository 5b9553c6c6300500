import { z } from "zod";
import { LANGUAGES } from "../../db/model/channel.ts";
import { REPORT_KINDS } from "../../db/model/report.ts";
import { sightOf } from "../domain/access/sight.ts";
import { ServiceError } from "../errors.ts";
import { procedure, router } from "./trpc.ts";

const id = z.int().min(1).max(2_147_483_647);
const text = (max: number) => z.string().max(max);
const names = z.array(text(512)).max(200).readonly();
const language = z.enum(LANGUAGES);
const scope = z.strictObject({ vendors: names, regions: names, models: names, billings: names, teams: names });
const cron = text(100);
const zone = text(100);
const recipient = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("mail"), channelId: id, to: z.array(text(320)).max(100).readonly() }),
  z.strictObject({ kind: z.literal("chat"), channelId: id }),
]);
const definition = z.strictObject({
  id: id.nullable(),
  name: text(120),
  kind: z.enum(REPORT_KINDS),
  cron,
  zone,
  scope,
  language,
  recipients: z.array(recipient).max(50).readonly(),
  isPaused: z.boolean(),
  showsMoney: z.boolean().exactOptional(),
});
const filter = z.strictObject({
  q: text(200),
  kinds: z.array(z.enum(REPORT_KINDS)).max(REPORT_KINDS.length).readonly(),
  definitionId: z.int().min(0).max(2_147_483_647).nullable(),
  withSuperseded: z.boolean(),
});
const runAsk = z.union([
  z.strictObject({ definitionId: id, period: text(20) }),
  z.strictObject({ definitionId: z.literal(0), kind: z.enum(REPORT_KINDS), period: text(20), zone, scope }),
]);

/** `reports.*`: shapes in db/model/patrol-views.ts. */
export const reportsRouter = router({
  archive: procedure
    .input(z.strictObject({ filter, after: text(40).nullable(), limit: z.int().min(1).max(200) }))
    .query(({ ctx, input }) => ctx.reports.archive({ ...input, sight: sightOf(ctx.actor) })),
  read: procedure.input(z.strictObject({ runId: id, language })).query(async ({ ctx, input }) => {
    const page = await ctx.reports.read(input.runId, input.language, sightOf(ctx.actor));
    if (page === null) throw new ServiceError("not_found", "there is no such report");
    return page;
  }),
  definitions: procedure.query(({ ctx }) => ctx.reports.definitions()),
  saveDefinition: procedure
    .input(definition)
    .mutation(async ({ ctx, input }) => ({ id: await ctx.reports.saveDefinition(input, sightOf(ctx.actor)) })),
  pauseDefinition: procedure
    .input(z.strictObject({ id, isPaused: z.boolean() }))
    .mutation(({ ctx, input }) => ctx.reports.pauseDefinition(input.id, input.isPaused)),
  removeDefinition: procedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => ctx.reports.removeDefinition(input.id)),
  nextRuns: procedure
    .input(z.strictObject({ cron, zone }))
    .query(({ ctx, input }) => ctx.reports.nextRuns(input.cron, input.zone)),
  sendTest: procedure.input(z.strictObject({ id })).mutation(({ ctx, input }) => ctx.reports.sendTest(input.id)),
  run: procedure.input(runAsk).mutation(async ({ ctx, input }) => ({ runId: await ctx.reports.run(input) })),
  revise: procedure
    .input(z.strictObject({ runId: id }))
    .mutation(async ({ ctx, input }) => ({ runId: await ctx.reports.revise(input.runId) })),
  links: procedure.input(z.strictObject({ runId: id })).query(({ ctx, input }) => ctx.reports.links(input.runId)),
  share: procedure
    .input(z.strictObject({ runId: id, days: z.int().min(1).max(90) }))
    .mutation(({ ctx, input }) => ctx.reports.share(input, ctx.actor.name, sightOf(ctx.actor))),
  revokeLink: procedure
    .input(z.strictObject({ id: text(64) }))
    .mutation(({ ctx, input }) => ctx.reports.revokeLink(input.id)),
  shared: procedure.input(z.strictObject({ token: text(64), language })).query(async ({ ctx, input }) => {
    const report = await ctx.reports.shared(input.token, input.language);
    if (report === null) throw new ServiceError("not_found", "this link is not valid, or not any more");
    return report;
  }),
});

import { z } from "zod";
import { INCIDENT_SETS } from "../../db/model/alert-views.ts";
import { CHANNEL_KINDS, LANGUAGES } from "../../db/model/channel.ts";
import { ACTIONS, type Condition, RULE_FAMILIES, SCOPES, SEVERITIES } from "../../db/model/rule.ts";
import { unixMs } from "../../db/model/units.ts";
import { saysMoney } from "../domain/access/says-money.ts";
import { sightOf } from "../domain/access/sight.ts";
import { ServiceError } from "../errors.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const YEAR_MS = 366 * 86_400_000;

const id = z.int().min(1).max(2_147_483_647);
const text = (max: number) => z.string().max(max);
const names = (most: number) => z.array(text(512)).max(most);
const instant = z.int().min(0).max(253_402_300_799_999);
const where = z.strictObject({
  vendor: names(100).optional(),
  region: names(100).optional(),
  zone: names(100).optional(),
  cluster: names(100).optional(),
  model: names(100).optional(),
  billing: names(10).optional(),
  feature: names(100).optional(),
  team: names(100).optional(),
});
/** Parts left out are absent, not undefined. */
const whereOf = (said: z.infer<typeof where>) =>
  Object.fromEntries(Object.entries(said).filter(([, values]) => values !== undefined && values.length > 0));

export const incidentFilter = z.strictObject({
  set: z.enum(INCIDENT_SETS),
  severities: z.array(z.enum(SEVERITIES)).max(3),
  families: z.array(z.enum(RULE_FAMILIES)).max(20),
  ruleId: text(200),
  region: text(512),
  cluster: text(512),
  poolId: z.int().min(0).max(2_147_483_647),
  featureId: id.nullable(),
  card: text(512),
  q: text(200),
  from: instant.nullable(),
  to: instant.nullable(),
});

/** The shape of a condition is judged by the rule book, which can name the part at fault; here only that it is data. */
const condition = z
  .looseObject({ kind: text(64) })
  .refine((value) => JSON.stringify(value).length <= 16_384, "a condition of more than 16 KiB")
  .transform((value) => value as unknown as Condition);

const rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/, "lower-case letters, digits and dashes, 2 to 64 of them"),
  family: z.enum(RULE_FAMILIES),
  scope: z.enum(SCOPES),
  condition,
  forMs: z
    .int()
    .min(0)
    .max(7 * 86_400_000),
  keepFiringMs: z
    .int()
    .min(0)
    .max(7 * 86_400_000),
  severity: z.enum(SEVERITIES),
  summary: z.strictObject({ zh: z.string().min(1).max(500), en: z.string().min(1).max(500) }),
  action: z.enum(ACTIONS),
  runbook: text(100),
  source: text(500),
  where: where.transform(whereOf),
});
const draft = z.strictObject({ rule, enabled: z.boolean(), why: text(500) });

/** Amounts could be found by trying one threshold after the other. @throws ServiceError invalid */
function mayAskOf({ actor }: ApiContext, condition: Condition): void {
  if (!actor.permissions.has("money.see") && saysMoney(condition))
    throw new ServiceError("invalid", 'condition: a rule about money needs the right "money.see"');
}

const silence = z.strictObject({
  kind: z.enum(["silence", "maintenance"]),
  where: where.transform(whereOf),
  ruleIds: names(200),
  nodes: names(1_000),
  cards: names(1_000),
  fingerprint: text(64),
  from: instant.transform(unixMs),
  to: instant.transform(unixMs).nullable(),
  recurs: z
    .strictObject({
      weekdays: z.array(z.int().min(0).max(6)).max(7),
      fromMinute: z.int().min(0).max(1_440),
      toMinute: z.int().min(0).max(1_440),
      zone: text(64),
    })
    .nullable(),
  why: z.string().trim().min(1, "say why, for the one who finds it at night").max(500),
});

const channel = z.strictObject({
  id: id.nullable(),
  name: z.string().trim().min(1).max(100),
  kind: z.enum(CHANNEL_KINDS),
  language: z.enum(LANGUAGES),
  sendsResolved: z.boolean(),
  showsMoney: z.boolean().exactOptional(),
  settings: z.strictObject({
    mentions: names(50),
    mentionsAll: z.boolean(),
    to: names(50),
    from: text(320),
    keyword: text(100),
  }),
  secrets: z.strictObject({
    url: text(2_048).optional(),
    secret: text(1_024).optional(),
    previousSecret: text(1_024).optional(),
  }),
});

const route = z.strictObject({
  id: id.nullable(),
  name: z.string().trim().min(1).max(100),
  where: where.transform(whereOf),
  severities: z.array(z.enum(SEVERITIES)).max(3),
  ruleIds: names(200),
  channelIds: z.array(id).max(20),
  goesOn: z.boolean(),
  groupWaitMs: z.int().min(0).max(3_600_000),
  groupIntervalMs: z.int().min(10_000).max(86_400_000),
  repeatMs: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000),
  escalations: z
    .array(z.strictObject({ afterMs: z.int().min(60_000).max(86_400_000), channelIds: z.array(id).min(1).max(20) }))
    .max(5),
});

const note = text(2_000);
const one = z.strictObject({ id });

export const alertsRouter = router({
  head: procedure.query(({ ctx }) => ctx.alerts.head(sightOf(ctx.actor))),
  incidents: procedure
    .input(
      z.strictObject({
        filter: incidentFilter,
        after: text(200).nullable(),
        limit: z.int().min(1).max(1_000),
      }),
    )
    .query(({ ctx, input }) =>
      ctx.alerts.incidents(input.filter, { after: input.after, limit: input.limit }, sightOf(ctx.actor)),
    ),
  incident: procedure.input(one).query(({ ctx, input }) => ctx.alerts.incident(input.id, sightOf(ctx.actor))),
  cardHealth: procedure
    .input(
      z
        .strictObject({ uuid: text(512), from: instant, to: instant })
        .refine(({ from, to }) => to > from && to - from <= 2 * YEAR_MS),
    )
    .query(({ ctx, input }) => ctx.alerts.cardHealth(input.uuid, input)),
  acknowledge: procedure
    .input(z.strictObject({ id, note }))
    .mutation(({ ctx, input }) => ctx.alerts.acknowledge(input.id, ctx.actor.name, input.note)),
  unacknowledge: procedure.input(one).mutation(({ ctx, input }) => ctx.alerts.unacknowledge(input.id, ctx.actor.name)),
  assign: procedure
    .input(z.strictObject({ id, assignee: text(100) }))
    .mutation(({ ctx, input }) => ctx.alerts.assign(input.id, ctx.actor.name, input.assignee)),
  note: procedure
    .input(z.strictObject({ id, text: z.string().trim().min(1).max(2_000) }))
    .mutation(({ ctx, input }) => ctx.alerts.note(input.id, ctx.actor.name, input.text)),
  resolve: procedure
    .input(z.strictObject({ id, note }))
    .mutation(({ ctx, input }) => ctx.alerts.resolve(input.id, ctx.actor.name, input.note)),
  confirm: procedure.input(one).mutation(({ ctx, input }) => ctx.alerts.confirm(input.id, ctx.actor.name)),
  rules: procedure.query(({ ctx }) => ctx.alerts.rules()),
  saveRule: procedure.input(draft).mutation(({ ctx, input }) => {
    mayAskOf(ctx, input.rule.condition);
    return ctx.alerts.saveRule(input, ctx.actor.name);
  }),
  dropRule: procedure
    .input(z.strictObject({ ruleId: text(64), why: text(500) }))
    .mutation(({ ctx, input }) => ctx.alerts.dropRule(input.ruleId, ctx.actor.name, input.why)),
  startLab: procedure.input(z.strictObject({ draft, days: z.int().min(1).max(90) })).mutation(({ ctx, input }) => {
    mayAskOf(ctx, input.draft.rule.condition);
    return ctx.alerts.startLab(input.draft, input.days);
  }),
  lab: procedure
    .input(z.strictObject({ id: text(64) }))
    .query(({ ctx, input }) => ctx.alerts.lab(input.id, sightOf(ctx.actor))),
  cancelLab: procedure
    .input(z.strictObject({ id: text(64) }))
    .mutation(({ ctx, input }) => ctx.alerts.cancelLab(input.id)),
  silences: procedure.query(({ ctx }) => ctx.alerts.silences()),
  addSilence: procedure
    .input(silence)
    .mutation(({ ctx, input }) => ctx.alerts.addSilence({ ...input, who: ctx.actor.name })),
  endSilence: procedure.input(one).mutation(({ ctx, input }) => ctx.alerts.endSilence(input.id, ctx.actor.name)),
  channels: procedure.query(({ ctx }) => ctx.alerts.channels()),
  saveChannel: procedure
    .input(channel)
    .mutation(({ ctx, input: { secrets, ...wish } }) =>
      ctx.alerts.saveChannel(
        { ...wish, secrets: Object.fromEntries(Object.entries(secrets).filter(([, said]) => said !== undefined)) },
        ctx.actor.name,
        sightOf(ctx.actor),
      ),
    ),
  removeChannel: procedure.input(one).mutation(({ ctx, input }) => ctx.alerts.removeChannel(input.id, ctx.actor.name)),
  testChannel: procedure.input(one).mutation(({ ctx, input }) => ctx.alerts.testChannel(input.id)),
  enableChannel: procedure
    .input(z.strictObject({ id, enabled: z.boolean() }))
    .mutation(({ ctx, input }) => ctx.alerts.enableChannel(input.id, input.enabled, ctx.actor.name)),
  saveRoutes: procedure
    .input(z.strictObject({ routes: z.array(route).max(100) }))
    .mutation(({ ctx, input }) => ctx.alerts.saveRoutes(input.routes, ctx.actor.name)),
  deadLetters: procedure
    .input(z.strictObject({ channelId: id.nullable() }))
    .query(({ ctx, input }) => ctx.alerts.deadLetters(input.channelId)),
  replay: procedure
    .input(z.strictObject({ outboxId: text(64) }))
    .mutation(({ ctx, input }) => ctx.alerts.replay(input.outboxId, ctx.actor.name)),
});

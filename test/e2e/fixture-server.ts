import fastifyStatic from "@fastify/static";
import { initTRPC, TRPCError, tracked } from "@trpc/server";
import { fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import Fastify, { type FastifyReply } from "fastify";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Me } from "../../db/model/access-views.ts";
import type { FleetDelta } from "../../db/model/views.ts";
import { contentSecurityPolicy } from "../../server/api/security.ts";
import { addUploads } from "../../server/api/uploads.ts";
import { shownTo, sightOf } from "../../server/domain/access/sight.ts";
import { createImports, type ImportsPort } from "../../server/usecases/pricing/imports-port.ts";
import { PAGES } from "../../web/shell/pages.ts";
import { accessFixture, actorOf, refusedTo } from "./fixtures/access.ts";
import { approvalsFixture, auditFixture } from "./fixtures/acts.ts";
import { alertsFixture } from "./fixtures/alerts.ts";
import { boardFixture } from "./fixtures/board.ts";
import { costFixture } from "./fixtures/cost.ts";
import { featuresFixture, proofFixture } from "./fixtures/features.ts";
import { lifeFixture } from "./fixtures/life.ts";
import { inventoryFixture } from "./fixtures/inventory.ts";
import { mappingFixture, memoryFeatures } from "./fixtures/mapping.ts";
import { FIXTURE_CLOCK, pricingFixture } from "./fixtures/pricing.ts";
import { patrolFixture } from "./fixtures/patrol.ts";
import { peopleFixture } from "./fixtures/people.ts";
import { reportsFixture } from "./fixtures/reports.ts";
import { reviewFixture } from "./fixtures/review.ts";
import { tiersFixture } from "./fixtures/tiers.ts";
import { todayFixture } from "./fixtures/today.ts";
import { memoryUsage, unitsFixture } from "./fixtures/units.ts";
import { FIXTURE_NOW, type FixtureFleet, fixtureDetail, fixtureFleet } from "./fixture-fleet.ts";

/** What a story shows. `loading` never answers, `error` answers 500 with an id, `stale` is an old answer. */
export type Story = {
  readonly cards: number;
  readonly mood?: "normal" | "loading" | "error" | "partial" | "stale" | "hostile";
  /** Rows changed in each live message, once a second; none = a quiet stream. */
  readonly churn?: number;
  /** How many features there are; none said = as belong to a fleet of this size. */
  readonly features?: number;
  /** How many incidents, open or not; none said = as belong to a fleet of this size. */
  readonly incidents?: number;
  /** How many silences, channels and rules of their own there are; none said = a few. */
  readonly desks?: number;
  /** Who looks at it; none said = everybody of an open console. */
  readonly person?: Partial<Me>;
  /** Older hours are being booked again. */
  readonly booking?: boolean;
};

export type FixtureServer = { readonly url: string; readonly close: () => Promise<void> };

/** What fails in the mood "partial". */
const PARTIAL: ReadonlySet<string> = new Set(["fleet.history", "board.compare", "sources.targets"]);

const ERROR_ID = "01JD-9F3K-77QX";

/** The console as built in `dist`, in front of fixture answers, under the CSP of the real server. Loopback, a free port. */
export async function startFixture(story: Story, dist: string, port = 0): Promise<FixtureServer> {
  const app = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 5_000 } });
  const html = await readFile(path.join(dist, "index.html"), "utf8");
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("date", new Date(FIXTURE_NOW).toUTCString());
  });
  const imports = createImports(FIXTURE_CLOCK);
  addUploads(app, { imports });
  await app.register(fastifyTRPCPlugin, {
    prefix: "/api/trpc",
    trpcOptions: { router: fixtureRouter(story, imports), createContext: () => ({}) },
  });
  for (const file of ["cards.csv", "incidents.csv"])
    app.get(`/api/${file}`, async (request, reply) => {
      reply.header("content-disposition", `attachment; filename="${file}"`);
      return reply.type("text/csv").send(`asked\n${request.url}\n`);
    });
  await app.register(fastifyStatic, { root: dist, index: false, wildcard: true });
  app.setNotFoundHandler((_request, reply) => sendPage(reply, html));
  for (const page of ["/", ...PAGES.map(({ to }) => to)]) app.get(page, (_request, reply) => sendPage(reply, html));
  const url = await app.listen({ host: "127.0.0.1", port });
  return { url, close: () => app.close() };
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  const nonce = randomBytes(16).toString("base64");
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", contentSecurityPolicy(nonce))
    .send(html.replaceAll("__CSP_NONCE__", nonce));
}

/** The procedures of server/api/router.ts over fixture data; test/web/fixture-router.test.ts holds the shapes together. */
export function fixtureRouter(story: Story, imports: ImportsPort = createImports(FIXTURE_CLOCK)) {
  const mood = story.mood ?? "normal";
  const fleet = fixtureFleet(story.cards, mood === "hostile");
  const t = initTRPC.create({
    errorFormatter: ({ shape }) => ({ ...shape, data: { ...shape.data, errorId: ERROR_ID } }),
  });
  const seen = t.procedure.use(async ({ next, path: asked, type }) => {
    const refusal = refusedTo(story, asked);
    if (refusal !== null) throw new TRPCError({ code: "FORBIDDEN", message: refusal });
    const result = await next();
    const isShort = result.ok && type === "query" && story.person !== undefined;
    return isShort ? { ...result, data: shownTo(sightOf(actorOf(story)), result.data) } : result;
  });
  const answer = seen.use(async ({ next, path: asked }) => {
    if (mood === "loading") await new Promise(() => undefined);
    if (mood === "error" || (mood === "partial" && PARTIAL.has(asked)))
      throw new TRPCError({
        code: "INTERNAL_SERVER_ERROR",
        message: "The database did not answer within 5 s. Check that it runs: dapan doctor.",
      });
    return next();
  });
  const late = mood === "stale" ? 11 * 60_000 : 0;
  const kit = { answer, fleet, story };
  const people = peopleFixture(kit);
  const pricing = pricingFixture(kit, imports);
  const features = memoryFeatures(story);
  const usage = memoryUsage(story, features);
  return t.router({
    access: t.router({ ...accessFixture({ answer: t.procedure, story }), ...people.access }), // known in every mood: it is no figure
    alerts: t.router(alertsFixture(kit)),
    approvals: t.router(approvalsFixture(kit)),
    audit: t.router(auditFixture(kit)),
    tokens: t.router(people.tokens),
    board: t.router({ ...boardFixture(kit), ...lifeFixture(kit) }),
    inventory: t.router(inventoryFixture(kit)),
    pricing: t.router({ ...pricing.procedures, import: t.router(pricing.importing) }),
    patrol: t.router(patrolFixture(kit)),
    reports: t.router(reportsFixture(kit)),
    review: t.router(reviewFixture(kit)),
    tiers: t.router(tiersFixture(kit)),
    today: t.router(todayFixture(kit)),
    features: t.router(featuresFixture(kit)),
    mapping: t.router(mappingFixture(kit, features, usage)),
    usage: t.router(unitsFixture(kit, usage, features, imports)),
    cost: t.router({ ...costFixture(kit), ...proofFixture(kit) }),
    fleet: t.router({
      summary: answer.query(() => ({ ...fleet.summary, asOf: fleet.summary.asOf - late })),
      cards: answer.query(() => ({ asOf: fleet.summary.asOf - late, cursor: "fixture:0", rows: fleet.rows })),
      history: answer
        .input(z.object({ hours: z.number(), poolIds: z.array(z.number()).optional() }))
        .query(({ input }) => narrowed(fleet, input.poolIds)),
      live: t.procedure
        .input(z.object({ lastEventId: z.string().optional() }).optional())
        .subscription(async function* ({ signal }) {
          for (let round = 1; ; round++) {
            await new Promise((resolve) => setTimeout(resolve, 1_000));
            if (signal?.aborted === true) return;
            if (story.churn !== undefined) yield tracked(`fixture:${round}`, delta(fleet, story.churn, round));
          }
        }),
    }),
    card: t.router({
      detail: answer.input(z.object({ uuid: z.string() })).query(({ input }) => {
        const row = fleet.rows.find((r) => r.uuid === input.uuid);
        if (row === undefined) throw new TRPCError({ code: "NOT_FOUND", message: "No card with this UUID." });
        return fixtureDetail(fleet, row);
      }),
    }),
    sources: t.router({
      list: answer.query(() => ({ asOf: fleet.summary.asOf, sources: fleet.sources })),
      targets: answer
        .input(z.object({ source: z.string().optional(), onlyDown: z.boolean().optional() }))
        .query(({ input }) => {
          const targets = fleet.targets
            .filter((x) => (input.source ?? x.source) === x.source && (!input.onlyDown || x.up === false))
            .sort((a, b) => Number(a.up) - Number(b.up));
          return { targets: targets.slice(0, 1_000), total: targets.length };
        }),
    }),
  });
}

function narrowed(fleet: FixtureFleet, poolIds: readonly number[] | undefined): FixtureFleet["history"] {
  if (poolIds === undefined) return fleet.history;
  const share = poolIds.length / Math.max(1, fleet.summary.pools.length);
  const part = (ms: number) => Math.round(ms * share);
  const hours = fleet.history.hours.map((h) => ({
    ...h,
    busyMs: part(h.busyMs),
    idleHeldMs: part(h.idleHeldMs),
    freeMs: part(h.freeMs),
    startingMs: part(h.startingMs),
    faultMs: part(h.faultMs),
    unknownMs: part(h.unknownMs),
  }));
  return { ...fleet.history, hours };
}

function delta(fleet: FixtureFleet, churn: number, round: number): FleetDelta {
  const start = (round * churn) % Math.max(1, fleet.rows.length);
  const rows = fleet.rows.slice(start, start + churn).map((row, i) => ({
    ...row,
    utilRatio: row.utilRatio === null ? null : ((round * 37 + i * 13) % 100) / 100,
    util24h: null,
    coverage24h: null,
    lastReadAt: FIXTURE_NOW + round * 1_000,
  }));
  return { asOf: FIXTURE_NOW + round * 1_000, counts: fleet.summary.counts, rows, reload: false };
}

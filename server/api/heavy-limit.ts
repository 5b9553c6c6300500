import { availableParallelism } from "node:os";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { asQuestion } from "../../db/question.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { Deps } from "../context.ts";

/**
 * Questions that read days of every card are worked out two at once for one caller, or one where there are two cores: one
 * core is left to everybody else (API-08).
 */
export const heavyAtOnce = (cores: number): number => Math.max(1, Math.min(2, cores - 1));
const AT_ONCE = heavyAtOnce(availableParallelism());
const WAITING = 16; // a board with all its panels, twice
const MOST_WAIT_MS = 10_000;

/** What is heavy: reads that grow with days × cards. Everything else is answered from memory or by a key. */
export const HEAVY: ReadonlySet<string> = new Set([
  "board.compare",
  "cost.pivot",
  "cost.proof",
  "cost.recompute",
  "cost.view",
  "features.list",
  "features.page",
  "mapping.preview",
  "mapping.previewYaml",
  "patrol.coverage",
  "pricing.holes",
  "pricing.import.effect",
  "pricing.preview",
  "tiers.preview",
  "/api/cost.csv",
  "/api/proof.csv",
  "/api/features.csv",
  "/api/ledger/export",
  "/api/coverage.csv",
  "/api/incidents.csv",
  "/api/reports/:of",
  "/api/reports/:of/:table",
  "/api/shared/:of",
  "/api/shared/:of/:table",
]);

/** A line of one caller. `running` counts turns that were given; a turn that ends is handed on to who waits first. */
type Line = { running: number; readonly waiting: ((isMine: boolean) => void)[] };

/**
 * What is asked is answered as a question (db/question.ts), and of the heavy ones each caller has one or two at once: the
 * others wait their turn, and what waits too long or stands too far behind is told so.
 */
export function limitHeavy(app: FastifyInstance, { clock }: Pick<Deps, "clock">): void {
  const lines = new Map<string, Line>();
  const worked = new WeakMap<FastifyRequest, () => void>(); // to be told that there is an answer

  app.addHook("preHandler", async (request, reply) => {
    if (!isHeavy(request)) return;
    const caller = callerOf(request);
    const line = lines.get(caller) ?? { running: 0, waiting: [] };
    lines.set(caller, line);
    if (!(await turn(line, reply, clock))) return refuse(reply);
    let open = 2; // the answer and the connection: who hangs up has not stopped the work
    const end = (): void => {
      open -= 1;
      if (open > 0) return;
      const next = line.waiting.shift();
      if (next !== undefined) return next(true);
      line.running -= 1;
      if (line.running === 0) lines.delete(caller);
    };
    worked.set(request, end);
    if (reply.raw.closed) end();
    else reply.raw.once("close", end);
  });
  app.addHook("onSend", async (request) => {
    worked.get(request)?.();
    worked.delete(request);
  });
  app.addHook("preHandler", (request, _reply, done) => {
    const isAsked = request.method === "GET" && request.routeOptions.url?.startsWith("/api/") === true; // a probe is no question
    if (isAsked) asQuestion(done);
    else done();
  });
}

/** false = the line is too long, nothing became free in time, or whoever waited has gone. */
function turn(line: Line, reply: FastifyReply, clock: Clock): boolean | Promise<boolean> {
  if (line.running < AT_ONCE) {
    line.running += 1;
    return true;
  }
  if (line.waiting.length >= WAITING) return false;
  return new Promise((resolve) => {
    const settle = (isMine: boolean): void => {
      timer.cancel();
      reply.raw.off("close", leave);
      resolve(isMine);
    };
    const leave = (): void => {
      const place = line.waiting.indexOf(settle);
      if (place >= 0) line.waiting.splice(place, 1);
      settle(false);
    };
    const timer = clock.after(MOST_WAIT_MS, leave);
    reply.raw.once("close", leave);
    line.waiting.push(settle);
  });
}

/** A person or a token is one caller wherever they are; where nobody signs in, an address is. */
const callerOf = ({ actor, ip }: FastifyRequest): string =>
  actor.id === "" ? `at ${ip}` : `${actor.kind} ${actor.id}`;

function isHeavy({ routeOptions, raw }: FastifyRequest): boolean {
  const route = routeOptions.url ?? "";
  if (!route.startsWith("/api/trpc/")) return HEAVY.has(route);
  const [path = ""] = (raw.url ?? "").split("?", 1);
  const names = decodeURIComponent(path.slice("/api/trpc/".length));
  return names.split(",").some((name) => HEAVY.has(name));
}

const refuse = (reply: FastifyReply): FastifyReply =>
  reply
    .code(429)
    .header("retry-after", "10")
    .header("cache-control", "no-store")
    .send({ error: "your earlier questions are still being worked out; ask again when they are answered" });

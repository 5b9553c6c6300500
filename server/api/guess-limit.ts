import type { FastifyInstance, FastifyRequest } from "fastify";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { Deps } from "../context.ts";
import { saidToken } from "../domain/access/said-token.ts";

/** Wrong tokens one address may try in a minute. 160 bits are not guessed; what cannot be tried need not be counted on. */
const MOST_WRONG = 20;
const MOST_ADDRESSES = 10_000; // remembered at once
const BY_TOKEN = /^\/(?:alert-act|api\/shared)\//;

/** Addresses that try tokens without having one wait a minute (API-12, AUT-08). Tokens that lead somewhere count nothing. */
export function limitGuesses(app: FastifyInstance, { clock }: Pick<Deps, "clock">): void {
  let minute = 0;
  const wrong = new Map<string, number>(); // of this minute, by address

  app.addHook("onRequest", async (request, reply) => {
    if (!isByToken(request)) return;
    const now = Math.floor(clock.monotonicMs() / MINUTE_MS);
    if (now !== minute || wrong.size > MOST_ADDRESSES) wrong.clear();
    minute = now;
    if ((wrong.get(request.ip) ?? 0) < MOST_WRONG) return;
    return reply
      .code(429)
      .header("retry-after", "60")
      .header("cache-control", "no-store")
      .send({ error: "too many links or tokens that lead nowhere; try again in a minute" });
  });
  app.addHook("onResponse", async (request, reply) => {
    const isWrong = isProgram(request)
      ? reply.statusCode === 401
      : reply.statusCode !== 200 && reply.statusCode !== 429;
    if (!isByToken(request) || !isWrong) return;
    wrong.set(request.ip, (wrong.get(request.ip) ?? 0) + 1);
  });
}

const isProgram = ({ headers }: FastifyRequest): boolean => saidToken(headers.authorization) !== null;

const isByToken = (request: FastifyRequest): boolean => {
  const { routeOptions, raw } = request;
  const route = routeOptions.url ?? "";
  if (isProgram(request)) return true;
  return BY_TOKEN.test(route) || (route.startsWith("/api/trpc/") && (raw.url ?? "").includes("reports.shared"));
};

import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Actor } from "../../db/model/access.ts";
import type { Timer } from "../../db/model/clock.ts";
import type { Deps } from "../context.ts";
import { callerOf } from "./caller.ts";

/** Every other door asks at each request; a stream is one request that lasts for hours. */
const CHECK_MS = 10_000;

/**
 * Ends a live stream when who opened it may not be answered as they were: signed out, disabled, another role or team.
 * The page comes back at once and is asked who it is.
 */
export function checkStreams(
  app: FastifyInstance,
  { access, clock, log }: Pick<Deps, "access" | "clock" | "log">,
): void {
  app.addHook("preHandler", async (request, reply) => {
    if (!isStream(request) || request.actor.kind === "open") return;
    const asked = callerOf(request);
    let timer: Timer;
    const check = async (): Promise<void> => {
      const now = await access.who(asked);
      if (isSame(request.actor, now)) watch();
      else reply.raw.destroy();
    };
    const watch = (): void => {
      timer = clock.after(CHECK_MS, () => {
        check().catch((error: unknown) => {
          log.warn({ err: error }, "who follows a stream could not be asked: the stream was ended");
          reply.raw.destroy();
        });
      });
    };
    watch();
    reply.raw.once("close", () => timer.cancel());
  });
}

const isStream = ({ headers }: FastifyRequest): boolean => headers.accept?.includes("text/event-stream") === true;

/** What decides an answer: who, with which rights, for which teams. */
function isSame(a: Actor, b: Actor): boolean {
  const shape = ({ kind, id, sessionId, permissions, teams }: Actor): string =>
    JSON.stringify([kind, id, sessionId, [...permissions].toSorted(), teams]);
  return shape(a) === shape(b);
}

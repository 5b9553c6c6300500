import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Deps } from "../context.ts";
import { featuresSeen } from "../domain/access/team-scope.ts";
import { pushUsage } from "../usecases/usage/push-usage.ts";
import { mayPush, type PushDeps } from "./push-door.ts";

const featuresPushed = z.object({ lines: z.array(z.object({ feature: z.string() }).nullable().catch(null)) });

/** The features a push speaks for; what is no push names none, and is told so later. */
const featuresOf = (body: unknown): readonly string[] => [
  ...new Set(featuresPushed.safeParse(body).data?.lines.flatMap((line) => line?.feature ?? [])),
];

/** Printable ASCII, as a UUID or a name with a date. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * `POST /api/v1/usage`: units and revenue from programs. JSON up to 1 MiB and 5,000 lines; an Idempotency-Key makes a
 * repeat harmless. Answers 200 with what was written, 400 with each line that is wrong, 401, 403, or 409 for a key used twice.
 */
export function addUsagePush(app: FastifyInstance, deps: PushDeps & Pick<Deps, "features">): void {
  const keysOf = (teams: readonly string[]) =>
    new Set([...featuresSeen(deps.features.list(), { teams }).values()].map((feature) => feature.key));
  app.post("/api/v1/usage", async (request, reply) => {
    reply.header("cache-control", "no-store");
    if (!(await mayPush(request, reply, deps, featuresOf(request.body), keysOf))) return reply;
    const key = request.headers["idempotency-key"];
    if (typeof key !== "string" || !KEY.test(key))
      return reply.code(400).send({
        error:
          "send an Idempotency-Key header of 1 to 200 printable characters: one key for one body, the same when you repeat it",
      });
    const outcome = await pushUsage(deps, key, request.body);
    switch (outcome.status) {
      case 200:
        if (outcome.kept) reply.header("idempotent-replayed", "true");
        return outcome.answer;
      case 400:
        return reply.code(400).send({ error: outcome.error, lines: outcome.faults });
      case 409:
        return reply.code(409).send({ error: outcome.error });
    }
  });
}

import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Config } from "../config/config.ts";
import type { Deps } from "../context.ts";
import { pushRefusal, pushUsage } from "../usecases/usage/push-usage.ts";
import { hostKind, isLoopbackAddress } from "./host-names.ts";

/** Printable ASCII, as a UUID or a name with a date. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * `POST /api/v1/usage`: units and revenue from programs. JSON up to 1 MiB and 5,000 lines; an Idempotency-Key makes a
 * repeat harmless. Answers 200 with what was written, 400 with each line that is wrong, 401, or 409 for a key used twice.
 */
export function addUsagePush(app: FastifyInstance, deps: Pick<Deps, "config" | "usage" | "log">): void {
  app.post("/api/v1/usage", async (request, reply) => {
    reply.header("cache-control", "no-store");
    const caller = {
      isLocal: isLocal(request, deps.config.current().listen),
      authorization: request.headers.authorization ?? "",
    };
    const refusal = await deps.usage.pushSecret().then(
      (secret) => pushRefusal(caller, secret),
      (error: unknown) => {
        deps.log.error({ err: error }, "the token for pushes cannot be read");
        return "the token cannot be read on the server; look at its log";
      },
    );
    if (refusal !== null)
      return reply.code(401).header("www-authenticate", 'Bearer realm="dapan usage"').send({ error: refusal });
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

/** What proxies add. One that adds nothing and speaks to 127.0.0.1 cannot be told from this machine (docs/usage.md). */
const PROXY_SIGN =
  /^(?:forwarded|via|x-forwarded.*|x-original-.*|x-real-ip|x-client-ip|x-cluster-client-ip|cf-connecting-ip|true-client-ip)$/;

/** From this machine itself, asked for by a name of it alone, and not through a proxy on it, which would make everybody local. */
function isLocal({ headers, raw }: FastifyRequest, listen: Config["listen"]): boolean {
  if (Object.keys(headers).some((name) => PROXY_SIGN.test(name))) return false;
  return isLoopbackAddress(raw.socket.remoteAddress ?? "") && hostKind(headers.host, listen) === "loopback";
}

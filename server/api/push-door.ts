import type { FastifyRequest } from "fastify";
import type { Config } from "../config/config.ts";
import type { Deps } from "../context.ts";
import { pushRefusal } from "../usecases/usage/push-usage.ts";
import { hostKind, isLoopbackAddress } from "./host-names.ts";

/**
 * Whether a program may push: with the token, or from this machine while no token is set. null = it may, else why not and
 * the way out.
 */
export async function mayPush(
  request: FastifyRequest,
  deps: Pick<Deps, "config" | "usage" | "log">,
): Promise<string | null> {
  const caller = {
    isLocal: isLocal(request, deps.config.current().listen),
    authorization: request.headers.authorization ?? "",
  };
  return await deps.usage.pushSecret().then(
    (secret) => pushRefusal(caller, secret),
    (error: unknown) => {
      deps.log.error({ err: error }, "the token for pushes cannot be read");
      return "the token cannot be read on the server; look at its log";
    },
  );
}

/** What proxies add. One that adds nothing and speaks to 127.0.0.1 cannot be told from this machine (docs/usage.md). */
const PROXY_SIGN =
  /^(?:forwarded|via|x-forwarded.*|x-original-.*|x-real-ip|x-client-ip|x-cluster-client-ip|cf-connecting-ip|true-client-ip)$/;

/** From this machine itself, asked for by a name of it alone, and not through a proxy on it, which would make everybody local. */
function isLocal({ headers, raw }: FastifyRequest, listen: Config["listen"]): boolean {
  if (Object.keys(headers).some((name) => PROXY_SIGN.test(name))) return false;
  return isLoopbackAddress(raw.socket.remoteAddress ?? "") && hostKind(headers.host, listen) === "loopback";
}

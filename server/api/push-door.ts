import type { FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config/config.ts";
import type { Deps } from "../context.ts";
import { pushRefusal } from "../usecases/usage/push-usage.ts";
import { hostKind, isLoopbackAddress } from "./host-names.ts";

export type PushDeps = Pick<Deps, "access" | "audit" | "config" | "usage" | "log">;
/** What teams may push for, by name. */
type OfTeams = (teams: readonly string[]) => ReadonlySet<string>;
type Refusal = { readonly status: 401 | 403; readonly why: string };

/**
 * Whether a program may push what it names (features, a node, a receiver; none = the push says nobody's name): with a token
 * of its own, with the one of the configuration, or, where nobody signs in, from this machine while no token is set.
 * false = it may not, and was told why and the way out.
 * @param ofTeams what a token with teams may name; left out = this push is about the whole fleet, and closed to it
 */
export async function mayPush(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: PushDeps,
  names: readonly string[],
  ofTeams: OfTeams = () => new Set(),
): Promise<boolean> {
  const refusal = request.actor.kind === "token" ? ofToken(request, names, ofTeams) : await ofOthers(request, deps);
  if (refusal === null) return true;
  const { status, why } = refusal;
  if (status === 403) {
    const action = `${request.method} ${request.routeOptions.url}`;
    await deps.audit.denied({ actor: request.actor, address: request.ip, action, input: {} }, why);
  }
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="dapan"');
  void reply.code(status).send({ error: why });
  return false;
}

/** A token pushes if it was given the right, for its teams if it has some, and for what it was bound to only. */
function ofToken({ actor }: FastifyRequest, names: readonly string[], ofTeams: OfTeams): Refusal | null {
  if (!actor.permissions.has("push"))
    return { status: 403, why: 'this token may not push: make one with the right "push"' };
  const { sources, teams } = actor;
  const own = teams === null ? null : ofTeams(teams);
  if (own !== null && (names.length === 0 || names.some((name) => !own.has(name))))
    return {
      status: 403,
      why: "this token sees its teams only: it pushes units of their features; nothing was stored",
    };
  if (sources === null) return null;
  if (names.length === 0)
    return { status: 403, why: `this token is bound to ${said(sources)}, and this push names nothing` };
  const foreign = names.find((name) => !sources.includes(name));
  return foreign === undefined
    ? null
    : {
        status: 403,
        why: `this token is bound to ${said(sources)}, not to "${foreign.slice(0, 100)}"; nothing was stored`,
      };
}

async function ofOthers(request: FastifyRequest, { access, config, usage, log }: PushDeps): Promise<Refusal | null> {
  const caller = {
    isLocal: access.accounts === undefined && isLocal(request, config.current().listen),
    hasAccounts: access.accounts !== undefined,
    authorization: request.headers.authorization ?? "",
  };
  const why = await usage.pushSecret().then(
    (secret) => pushRefusal(caller, secret),
    (error: unknown) => {
      log.error({ err: error }, "the token for pushes cannot be read");
      return "the token cannot be read on the server; look at its log";
    },
  );
  return why === null ? null : { status: 401, why };
}

const said = (sources: readonly string[]): string => {
  const few = sources
    .slice(0, 3)
    .map((name) => `"${name.slice(0, 100)}"`)
    .join(", ");
  return sources.length > 3 ? `${few} and ${sources.length - 3} more` : few;
};

/** What proxies add. One that adds nothing and speaks to 127.0.0.1 cannot be told from this machine (docs/usage.md). */
const PROXY_SIGN =
  /^(?:forwarded|via|x-forwarded.*|x-original-.*|x-real-ip|x-client-ip|x-cluster-client-ip|cf-connecting-ip|true-client-ip)$/;

/** From this machine itself, asked for by a name of it alone, and not through a proxy on it, which would make everybody local. */
function isLocal({ headers, raw }: FastifyRequest, listen: Config["listen"]): boolean {
  if (Object.keys(headers).some((name) => PROXY_SIGN.test(name))) return false;
  return isLoopbackAddress(raw.socket.remoteAddress ?? "") && hostKind(headers.host, listen) === "loopback";
}

import type { FastifyInstance, FastifyReply } from "fastify";
import type { Deps } from "../context.ts";
import type { Sent } from "../usecases/access/oidc.ts";
import { callerOf } from "./caller.ts";

/** Providers send browsers here, from their own pages: the one address under /api that foreign pages may lead to. */
export const OIDC_CALLBACK = "/api/oidc/:provider/callback";

type Params = { readonly provider: string };
type Asked = { readonly next?: unknown; readonly connect?: unknown };

/** To a provider and back. Whatever fails leads to the page of sign-in, which has words for it. */
export function addOidc(app: FastifyInstance, { access: { oidc } }: Pick<Deps, "access">): void {
  app.get<{ Params: Params; Querystring: Asked }>("/api/oidc/:provider", async (request, reply) => {
    const { next, connect } = request.query;
    // A page of ours, or nobody: a foreign one could give somebody's account a way in of its own.
    if (connect !== undefined && request.headers["sec-fetch-site"] !== "same-origin")
      return reply.code(403).send({ error: "open this from the page of your account" });
    const path = typeof next === "string" ? next : "/";
    return answer(reply, await oidc?.begin(request.params.provider, path, connect !== undefined, callerOf(request)));
  });
  app.get<{ Params: Params }>(OIDC_CALLBACK, async (request, reply) => {
    const { search } = new URL(request.url, "http://console.invalid");
    return answer(reply, await oidc?.finish(request.params.provider, search, callerOf(request)));
  });
}

function answer(reply: FastifyReply, sent: Sent | null | undefined): FastifyReply {
  reply.header("cache-control", "no-store");
  if (sent === null || sent === undefined) return reply.code(404).send({ error: "nobody signs in through this" });
  return reply.header("set-cookie", [...sent.cookies]).redirect(sent.to, 302);
}

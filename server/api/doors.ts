import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../db/model/access.ts";
import type { Deps } from "../context.ts";
import { NOBODY } from "../domain/access/roles.ts";
import { type Door, refusalAt } from "../domain/access/door.ts";
import { doorAt } from "./access-table.ts";
import { saidToken } from "../domain/access/said-token.ts";
import { callerOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyRequest {
    actor: Actor; // who asks; nobody on pages and files, which tell nothing
  }
}

/**
 * Asks everybody who comes to a route who they are, and lets pass whom its line in the access table lets pass. A route
 * without a line does not even start.
 */
export function addDoors(app: FastifyInstance, { access, audit }: Pick<Deps, "access" | "audit">): void {
  app.decorateRequest("actor", null as unknown as Actor); // set below before anything else sees the request
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat())
      if (doorAt(one, url) === undefined) throw new Error(`${one} ${url} has no line in server/api/access-table.ts`);
  });
  app.addHook("onRequest", async (request, reply) => {
    request.actor = NOBODY;
    const door = doorOf(request);
    if (door === undefined) return;
    request.actor = await access.who(callerOf(request));
    if (request.actor.kind === "nobody" && saidToken(request.headers.authorization) !== null)
      return refuse(reply, 401, DEAD_TOKEN); // and never a try with the cookie beside it
    const refusal = refusalAt(door, request.actor);
    if (refusal === null) return;
    if (refusal.kind === "unknown") return refuse(reply, 401, refusal.why);
    const action = `${request.method} ${request.routeOptions.url}`;
    await audit.denied({ actor: request.actor, address: request.ip, action, input: request.query }, refusal.why);
    return refuse(reply, 403, refusal.why);
  });
}

const DEAD_TOKEN = "this token is not known, is over or was revoked; make another one on the page of tokens";

/** undefined = no route: the not-found handler serves pages and files, which are the same for everybody. */
const doorOf = ({ method, routeOptions }: FastifyRequest): Door | undefined =>
  routeOptions.url === undefined ? undefined : doorAt(method, routeOptions.url);

const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply =>
  reply.code(status).header("cache-control", "no-store").send({ error });

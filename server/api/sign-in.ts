import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Deps } from "../context.ts";
import { ServiceError } from "../errors.ts";
import type { Accounts } from "../usecases/access/accounts.ts";
import { createTurns } from "../usecases/access/turns.ts";
import { callerOf } from "./caller.ts";

const password = z.string().min(1).max(512);
const token = z.string().regex(/^[\w-]{27}$/);
const credentials = z.strictObject({ email: z.string().min(1).max(254), password });
const linkForm = z.strictObject({
  token,
  name: z.string().max(100).optional(),
  email: z.string().max(254).optional(),
  password,
});
const DEAD = "this link was used or is over; an administrator can give you a new one";

/** Signing in and out, and one-time links. The session's cookie is set here and nowhere else. */
export function addSignIn(app: FastifyInstance, { access, log }: Pick<Deps, "access" | "log">): void {
  const { accounts } = access;
  const inTurn = createTurns(); // a flood of tries is turned away before the database is asked
  app.post("/api/sign-in", (request, reply) =>
    answered(reply, accounts, async (here) => {
      const form = credentials.safeParse(request.body);
      if (!form.success) return reply.code(400).send({ error: "send an e-mail and a password" });
      const result = await inTurn(() => here.signIn(form.data.email, form.data.password, callerOf(request)));
      if ("cookie" in result) return reply.header("set-cookie", result.cookie).send({});
      if (result.waitS === null) return reply.code(401).send({ error: result.wrong });
      return reply.code(429).header("retry-after", result.waitS).send({ error: result.wrong });
    }),
  );
  app.post("/api/sign-out", (request, reply) =>
    answered(reply, accounts, async (here) => {
      const { kind, sessionId } = request.actor;
      if (kind === "person" && sessionId === null)
        return reply.code(409).send({ error: "the proxy in front signed you in: sign out there" });
      const cookie = await here.signOut(callerOf(request));
      return reply.header("set-cookie", cookie).header("clear-site-data", '"storage"').send({});
    }),
  );
  app.get<{ Querystring: { token?: unknown } }>("/api/link", (request, reply) =>
    answered(reply, accounts, async (here) => {
      const asked = token.safeParse(request.query.token);
      const link = asked.success ? await here.readLink(asked.data) : null;
      return link === null ? reply.code(404).send({ error: DEAD }) : reply.send(link);
    }),
  );
  app.post("/api/link", (request, reply) =>
    answered(reply, accounts, async (here) => {
      const form = linkForm.safeParse(request.body);
      if (!form.success) return reply.code(400).send({ error: "send the link's token and a password" });
      const cookie = await inTurn(() => here.useLink(form.data, callerOf(request)));
      if (cookie === null) {
        log.warn({ address: request.ip }, "a one-time link that was used or is over was tried");
        return reply.code(404).send({ error: DEAD });
      }
      return reply.header("set-cookie", cookie).send({});
    }),
  );
}

/** Faults of the caller as sentences; nothing of it is kept by anybody in between. */
async function answered(
  reply: FastifyReply,
  accounts: Accounts | undefined,
  work: (accounts: Accounts) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  reply.header("cache-control", "no-store");
  if (accounts === undefined) return reply.code(404).send({ error: "nobody signs in here" });
  try {
    return await work(accounts);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const isBusy = error.fault === "unavailable";
    if (isBusy) reply.header("retry-after", "5");
    return reply.code(isBusy ? 503 : 400).send({ error: error.message });
  }
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../context.ts";
import type { KernelLogOf } from "../ingest/kernel-intake.ts";
import { mayPush, type PushDeps } from "./push-door.ts";
import { KMSG, LINE_TYPES } from "./security.ts";

const MOST_LINES = 10_000;
const MOST_LINE = 16_384;
/** As Kubernetes and DNS spell names of hosts and clusters, and a little wider. */
const NAME = /^[\w][\w.:-]{0,252}$/;

type Pushed = KernelLogOf & { readonly lines: readonly string[] };

/**
 * `POST /api/v1/kmsg`: lines of a kernel's log, `{"node": "gpu-a17", "lines": ["NVRM: Xid …"]}`, or the lines themselves as
 * application/octet-stream with the node in the query. Up to 1 MiB and 10,000 lines; a repeat is harmless. Answers 200 with
 * what became of them once that is committed, 400 with the reason, 401, 403, or 503 when nothing could be stored.
 */
export function addKmsgPush(app: FastifyInstance, deps: PushDeps & Pick<Deps, "kernelLog">): void {
  const take = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header("cache-control", "no-store");
    const pushed = readPush(request.body, request.query);
    const nodes = typeof pushed === "string" ? [] : nameOf(pushed);
    if (!(await mayPush(request, reply, deps, nodes))) return reply;
    if (typeof pushed === "string") return reply.code(400).send({ error: pushed });
    try {
      return await deps.kernelLog.take(pushed.lines, pushed);
    } catch (error) {
      deps.log.error({ err: error }, "lines of a kernel's log could not be stored; their sender was asked to repeat");
      return reply.code(503).send({ error: "nothing could be stored just now; send it again" });
    }
  };
  void app.register(async (scope) => {
    scope.addContentTypeParser(LINE_TYPES, { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.post(KMSG, take);
  });
}

/** Whose log a push says it is: nodes of two clusters may have one name. */
const nameOf = ({ node, cluster }: Pushed): string[] =>
  node === "" ? [] : [cluster === "" ? node : `${cluster}/${node}`];

/** What a body asks for, or why it cannot be. */
function readPush(body: unknown, query: unknown): Pushed | string {
  const asked = fieldsOf(typeof body === "string" ? query : body);
  if (asked === null) return 'send a JSON object: {"node": "gpu-a17", "lines": ["NVRM: Xid (PCI:0000:3b:00): 79, …"]}';
  const { node = "", cluster = "" } = asked;
  const lines = typeof body === "string" ? body.split("\n").filter((line) => line.trim() !== "") : asked["lines"];
  for (const [name, value] of Object.entries({ node, cluster }))
    if (typeof value !== "string" || (value !== "" && !NAME.test(value)))
      return `${name} must be a name of letters, digits, ".", "-" and "_"; leave node out where the lines name their host`;
  if (!Array.isArray(lines) || lines.length === 0) return "lines must be a list with at least one line";
  if (lines.length > MOST_LINES) return `${lines.length} lines; send at most ${MOST_LINES} at once`;
  const wrong = (lines as unknown[]).findIndex(
    (line) => typeof line !== "string" || line.length > MOST_LINE || line.includes("\0"),
  );
  if (wrong >= 0) return `lines[${wrong}] must be text of at most ${MOST_LINE} characters without NUL`;
  return { node: node as string, cluster: cluster as string, lines: lines as string[] };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;

import type { FastifyInstance } from "fastify";
import { MOST_IMPORT_BYTES } from "../../db/model/imports.ts";
import type { Deps } from "../context.ts";
import { UPLOAD_TYPES, UPLOADS } from "./security.ts";

/**
 * `POST /api/pricing/uploads?name=prices.csv`: a table as bytes, kept until it is previewed and applied. Answers its id.
 * Only types a form of another site cannot send without being asked first (CORS preflight).
 */
export function addUploads(app: FastifyInstance, deps: Pick<Deps, "imports">): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      UPLOAD_TYPES,
      { parseAs: "buffer", bodyLimit: MOST_IMPORT_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post<{ Querystring: { name?: string } }>(UPLOADS, async (request, reply) => {
      reply.header("cache-control", "no-store");
      const bytes = request.body;
      if (!Buffer.isBuffer(bytes) || bytes.length === 0)
        return reply.code(400).send({ error: "the file is empty; choose one with a header and rows" });
      const { id, name } = deps.imports.keep(shownName(request.query.name), bytes);
      return { id, name, bytes: bytes.length };
    });
  });
}

/** A file's name as it may stand in a revision: no path, no control characters, not long. */
function shownName(name: unknown): string {
  const plain = typeof name === "string" ? (name.split(/[\\/]/).at(-1) ?? "") : "";
  return plain.replace(/\p{C}/gu, "").trim().slice(0, 120) || "table.csv";
}

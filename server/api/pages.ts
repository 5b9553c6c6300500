import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Asset, Assets } from "./assets.ts";

const UNBUILT = `<!doctype html><meta charset="utf-8"><title>Dapan</title><p>The console is not built: run <code>npm run build</code>.</p>`;

/**
 * Serves the console: files by exact name, index.html for the addresses of its pages, 404 for everything else.
 * Set as the not-found handler, so routes of the API win.
 */
export function addPages(app: FastifyInstance, assets: Assets): void {
  app.setNotFoundHandler(async (request, reply) => {
    const path = (request.raw.url ?? "/").split("?", 1)[0] ?? "/";
    const isRead = request.method === "GET" || request.method === "HEAD";
    const file = isRead ? assets.files.get(path) : undefined;
    if (file !== undefined) return sendFile(request, reply, file);
    if (isRead && isPage(path)) return sendIndex(reply, assets);
    return reply.code(404).header("cache-control", "no-store").send({ error: "there is nothing here" });
  });
}

/** Names a page of the console, not a file and not an attempt to leave the folder. */
export function isPage(path: string): boolean {
  if (/^\/(?:api|assets|metrics|healthz|readyz)(?:\/|$)/i.test(path)) return false;
  if (!/^(?:\/[\w~!$&'()*+,;=:@.%-]*)+$/.test(path) || path.includes("//")) return false;
  if (/%(?:2e|2f|5c|00|25|[8-9a-f][0-9a-f])/i.test(path)) return false; // dots, slashes, NUL, %, broken UTF-8 in disguise
  return (
    path.split("/").every((segment) => !segment.includes("..") && segment !== ".") && !/\.[a-z0-9]{1,11}$/i.test(path)
  );
}

function sendIndex(reply: FastifyReply, assets: Assets): FastifyReply {
  const html = (assets.index ?? UNBUILT).replaceAll("__CSP_NONCE__", reply.pageNonce);
  return reply
    .code(assets.index === null ? 503 : 200)
    .header("cache-control", "no-store") // the nonce is of this answer only
    .type("text/html; charset=utf-8")
    .send(html);
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: Asset): Promise<FastifyReply> {
  const encoding = accepted(request.headers["accept-encoding"]);
  const encoded = encoding === null ? null : await file.encoded(encoding);
  if (encoded !== null && encoding !== null) reply.header("content-encoding", encoding);
  return reply
    .code(200)
    .header("vary", "accept-encoding")
    .header("cache-control", file.isHashed ? "public, max-age=31536000, immutable" : "no-cache")
    .type(file.type)
    .send(encoded ?? file.body);
}

function accepted(header: string | string[] | undefined): "br" | "gzip" | null {
  const offers = String(header ?? "")
    .split(",")
    .map((part) => part.split(";"));
  const takes = (name: string) => offers.some(([coding, q]) => coding?.trim() === name && q?.trim() !== "q=0");
  return takes("br") ? "br" : takes("gzip") ? "gzip" : null;
}

import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import helmet from "@fastify/helmet";
import type { Config } from "../config/config.ts";
import type { Deps } from "../context.ts";
import { OIDC_CALLBACK } from "./oidc.ts";
import { hostKind, hostRefusal } from "./host-names.ts";

/** Longest path and query; a batch of ten filters fits many times. */
const MAX_URL = 8_192;

declare module "fastify" {
  interface FastifyReply {
    pageNonce: string;
  }
}

/** Headers of every answer, the refused ones included: WEB-06, WEB-07, ASVS 3.4. */
export async function addSecurity(app: FastifyInstance, { config }: Pick<Deps, "config">): Promise<void> {
  app.decorateReply("pageNonce", "");
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: false, // ours is below: script-src takes no nonce
    strictTransportSecurity: false, // plain http is a lawful install; a TLS proxy in front sets it
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.pageNonce = newNonce();
    reply.header("content-security-policy", contentSecurityPolicy(reply.pageNonce));
    reply.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    const refused = strangerRefusal(request, config.current().listen) ?? refusal(request);
    if (refused !== null) return refuse(reply, refused);
  });
  app.addHook("onSend", async (request, reply) => {
    if (isData(request) && !reply.hasHeader("cache-control")) reply.header("cache-control", "no-store"); // API-15
  });
}

/** A browser that a provider of sign-in sends back, in its own window and not in a part of a foreign page. */
const isBack = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.url === OIDC_CALLBACK &&
  headers["sec-fetch-mode"] === "navigate" &&
  headers["sec-fetch-dest"] === "document";

/** By the route, however its path was written. */
const isData = ({ routeOptions }: FastifyRequest): boolean => routeOptions.url?.startsWith("/api/") === true;

/** Nothing is loaded from elsewhere; inline styles need the nonce of the page they stand in. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}

/** Headers of the few answers that are given before a request is understood, and so before any hook. */
export function barestHeaders(): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(newNonce()),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
}

const newNonce = (): string => randomBytes(16).toString("base64");

/** Tables as bytes come here; both types need the leave of CORS, as JSON does. */
export const UPLOADS = "/api/pricing/uploads";
export const UPLOAD_TYPES = ["text/csv", "application/octet-stream"];

/** A kernel's log comes here, as JSON or as the lines themselves. */
export const KMSG = "/api/v1/kmsg";
export const LINE_TYPES = ["application/octet-stream"];

/** The button of a link in a message: a plain form, as its page has no script. */
export const ALERT_ACT = "/alert-act/:token";
export const FORM_TYPE = "application/x-www-form-urlencoded";

const TYPES_OF: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  [UPLOADS, UPLOAD_TYPES],
  [ALERT_ACT, [FORM_TYPE]],
  [KMSG, ["application/json", ...LINE_TYPES]],
]);

type Refusal = { readonly status: number; readonly message: string };

/** Names that are not ours, and foreign pages that ask for data: only a page itself may be opened from elsewhere. */
function strangerRefusal(request: FastifyRequest, listen: Config["listen"]): Refusal | null {
  const { host, "sec-fetch-site": site } = request.headers;
  if (hasManyHosts(request)) return { status: 400, message: "the Host header is said more than once" };
  if (hostKind(host, listen) === null) return { status: 421, message: hostRefusal(host) };
  const isForeign = site === "cross-site" || site === "same-site";
  return isData(request) && isForeign && !isBack(request)
    ? { status: 403, message: "only pages of this console may ask for this" }
    : null;
}

/** Node takes the first, a proxy in front might have taken the last. Names and values alternate in rawHeaders. */
const hasManyHosts = ({ raw }: FastifyRequest): boolean =>
  raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === "host").length > 1;

/** What no route may see: foreign pages calling us with a user's reach, and shapes no client of ours sends (API-01, 02, 11). */
function refusal(request: FastifyRequest): Refusal | null {
  if (request.raw.url !== undefined && request.raw.url.length > MAX_URL)
    return { status: 414, message: `the address is longer than ${MAX_URL} characters` };
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return null;
  if (!isSameOrigin(request)) return { status: 403, message: "only pages of this console may send this" };
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  const takes = TYPES_OF.get(request.routeOptions.url) ?? ["application/json"];
  return takes.includes(type ?? "") ? null : { status: 415, message: `send ${takes.join(" or ")}` };
}

/** Browsers say Sec-Fetch-Site or Origin with every unsafe request. A caller that says neither is not a page. */
function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host;
}

function refuse(reply: FastifyReply, { status, message }: Refusal): FastifyReply {
  return reply.code(status).header("cache-control", "no-store").send({ error: message });
}

import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import compress from "@fastify/compress";
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from "fastify";
import { DatabaseSilent } from "../../db/question.ts";
import type { Deps } from "../context.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Assets } from "./assets.ts";
import { addAlertActs } from "./alert-acts.ts";
import { addAlertReceivers } from "./alert-receivers.ts";
import { addAuditCsv } from "./audit-csv.ts";
import { addCardsCsv } from "./cards-csv.ts";
import { addCostCsv } from "./cost-csv.ts";
import { errorIdOf } from "./error-id.ts";
import { addHealth } from "./health.ts";
import { addKmsgPush } from "./kmsg-push.ts";
import { addPages } from "./pages.ts";
import { limitGuesses } from "./guess-limit.ts";
import { limitHeavy } from "./heavy-limit.ts";
import { limitLiveReaders } from "./live-limit.ts";
import { measureRequests } from "./request-metrics.ts";
import { addCoverageCsv } from "./coverage-csv.ts";
import { addDoors } from "./doors.ts";
import { addEvidence, addIncidentsCsv } from "./incidents-csv.ts";
import { addInventoryCsv } from "./inventory-csv.ts";
import { addPricesCsv } from "./prices-csv.ts";
import { addPoolsCsv } from "./pools-csv.ts";
import { addReportFiles } from "./report-files.ts";
import { addReviewCsv } from "./review-csv.ts";
import { type AppRouter, appRouter } from "./router.ts";
import { addOidc } from "./oidc.ts";
import { addSignIn } from "./sign-in.ts";
import { addSecurity, barestHeaders } from "./security.ts";
import { checkStreams } from "./stream-check.ts";
import { addUploads } from "./uploads.ts";
import { addUsagePush } from "./usage-push.ts";

const MEBIBYTE = 1_048_576;
/** Calls in one HTTP request: a page asks a handful. */
const MAX_BATCH = 10;

export type ApiParts = { readonly deps: Deps; readonly assets: Assets; readonly metrics: Metrics };

/** The HTTP side of Dapan, not yet listening. Closing it ends open streams at once. */
export async function createApi({ deps, assets, metrics }: ApiParts): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = deps.log;
  const { proxies } = deps.config.current().listen;
  const app = Fastify({
    loggerInstance: logger,
    trustProxy: proxies.length === 0 ? false : [...proxies], // X-Forwarded-* is believed from nobody else (AUT-12)
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: MEBIBYTE,
    routerOptions: { maxParamLength: 4_096 }, // a batch lists its procedures in the path
    requestTimeout: 30_000,
    connectionTimeout: 0, // streams stay open
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16_384 },
    forceCloseConnections: true, // else close() waits for every open stream
    exposeHeadRoutes: true,
    frameworkErrors: (error, _request, reply) => answerBadAddress(error, reply as unknown as FastifyReply),
    clientErrorHandler: answerUnreadable,
  });
  maskErrors(app, deps, metrics);
  await addSecurity(app, deps);
  limitGuesses(app, deps); // before anybody is asked who they are
  addDoors(app, deps);
  measureRequests(app, deps, metrics.instruments);
  limitLiveReaders(app, metrics.instruments);
  limitHeavy(app, deps);
  checkStreams(app, deps);
  await app.register(compress, { global: true, threshold: 1_024, encodings: ["gzip", "br"] });
  addHealth(app, deps, deps.config.current().telemetry.metrics ? metrics.text : null);
  addSignIn(app, deps);
  addOidc(app, deps);
  addAuditCsv(app, deps);
  addCardsCsv(app, deps);
  addCostCsv(app, deps);
  addInventoryCsv(app, deps);
  addPricesCsv(app, deps);
  addPoolsCsv(app, deps);
  addReviewCsv(app, deps);
  addReportFiles(app, deps);
  addIncidentsCsv(app, deps);
  addCoverageCsv(app, deps);
  addEvidence(app, deps);
  await addAlertActs(app, deps);
  addUploads(app, deps);
  addUsagePush(app, deps);
  addAlertReceivers(app, deps);
  addKmsgPush(app, deps);
  await app.register(fastifyTRPCPlugin, trpcOptions(deps, metrics));
  addPages(app, assets);
  return app;
}

function trpcOptions(deps: Deps, metrics: Metrics): FastifyTRPCPluginOptions<AppRouter> {
  return {
    prefix: "/api/trpc",
    trpcOptions: {
      router: appRouter,
      createContext: ({ req }) => ({ ...deps, actor: req.actor, address: req.ip }),
      maxBatchSize: MAX_BATCH,
      allowMethodOverride: false,
      responseMeta: () => ({ headers: { "cache-control": "no-store" } }),
      onError: ({ error, path }) => {
        if (error.code !== "INTERNAL_SERVER_ERROR") return;
        metrics.instruments.errors.add(1);
        deps.log.error({ err: error.cause ?? error, errorId: errorIdOf(error), path }, "a procedure failed");
      },
    },
  };
}

/** An address that cannot be decoded, before any hook has run. */
function answerBadAddress(error: FastifyError, reply: FastifyReply): void {
  void reply
    .code(error.statusCode ?? 400)
    .headers(barestHeaders())
    .send({ error: "the address cannot be read" });
}

/** Bytes that are no HTTP, headers that are too long or too slow: one short answer, then the end. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = UNREADABLE.get(error.code ?? "") ?? "400 Bad Request";
  const headers = Object.entries(barestHeaders()).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`);
}

const UNREADABLE = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** Whatever escapes a route: the caller learns a sentence and an id, the log learns the rest. */
function maskErrors(app: FastifyInstance, deps: Deps, metrics: Metrics): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    reply.header("cache-control", "no-store");
    if (status < 500 || error instanceof DatabaseSilent)
      return reply.code(status).send({ error: error.message.slice(0, 512) });
    const errorId = errorIdOf(error);
    metrics.instruments.errors.add(1);
    deps.log.error({ err: error, errorId }, "a request failed");
    return reply.code(status).send({ error: "Something went wrong on the server.", errorId });
  });
}

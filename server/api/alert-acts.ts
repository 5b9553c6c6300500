import type { FastifyInstance } from "fastify";
import type { Deps } from "../context.ts";
import { ALERT_ACT, FORM_TYPE } from "./security.ts";

/** Somebody who pressed a button in chat. */
type Act = { readonly title: string; readonly button: string };
const PAGES: Readonly<Record<"ack" | "mute", Act>> = {
  ack: { title: "确认事件 · Acknowledge incident", button: "确认 · Acknowledge" },
  mute: { title: "静默 2 小时 · Mute for 2 h", button: "静默 2 小时 · Mute for 2 h" },
};

/**
 * `GET /alert-act/<token>` asks, `POST` does: chat programs open links to show a preview, and a preview must not
 * acknowledge anything. The token is signed by us, names one incident and one act, and runs out after a day.
 */
export async function addAlertActs(app: FastifyInstance, deps: Pick<Deps, "alerts">): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      FORM_TYPE,
      { parseAs: "string", bodyLimit: 1_024 },
      (_request, _body, done) => done(null, null), // the token says it all
    );
    addRoutes(scope, deps);
  });
}

function addRoutes(app: FastifyInstance, deps: Pick<Deps, "alerts">): void {
  app.get<{ Params: { token: string } }>(ALERT_ACT, async (request, reply) => {
    const { token } = request.params;
    const claim = deps.alerts.readLink(token);
    reply.header("cache-control", "no-store").type("text/html; charset=utf-8");
    if (claim === null) return reply.code(410).send(page("链接已失效 · This link has expired", GONE));
    const { title, button } = PAGES[claim.act];
    return page(`${title} #${claim.incidentId}`, `<form method="post"><button>${button}</button></form>`);
  });
  app.post<{ Params: { token: string } }>(ALERT_ACT, async (request, reply) => {
    const done = await deps.alerts.actByLink(request.params.token);
    reply.header("cache-control", "no-store").type("text/html; charset=utf-8");
    if (done === null) return reply.code(410).send(page("链接已失效 · This link has expired", GONE));
    return page(
      done.ok ? "已完成 · Done" : "没有完成 · Not done",
      `<p>${escape(done.said)}</p>${toIncident(done.incidentId)}`,
    );
  });
}

const GONE = '<p><a href="/alerts">打开告警页 · Open the alerts</a></p>';
const toIncident = (id: number): string => `<p><a href="/alerts/incidents/${id}">打开事件 · Open the incident</a></p>`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`;

const SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);

import { callsOf, sampleOf } from "../../security/inputs.ts";
import { leavesOf } from "./seeing-stage.ts";
import type { Answer, Asker } from "./asker.ts";

/** What is of tenant A, as somebody who learned of it would type it. What has no number where it was planted is made up. */
export type ForeignIds = {
  readonly feature: string;
  readonly team: string;
  readonly card: string; // which A's people hold
  readonly pod: string;
  readonly pool: number;
  readonly incident: number;
  readonly report: number;
  readonly definition: number;
  readonly link: string; // of a report
  readonly channel: number;
  readonly silence: number;
  readonly outbox: string;
  readonly view: number;
  readonly override: number;
  readonly price: number;
  readonly token: number;
  readonly approval: number;
  readonly person: string;
  readonly session: string;
  readonly job: string;
};
/** What a step answers: one of these, or word by word what is said where there is no such thing. */
type Answers = readonly number[] | "gone";
type Step = { readonly door: string; readonly input: unknown; readonly is: Answers };

/** Of these nobody has anything: what is A's is answered as these are. */
export const NOBODYS: ForeignIds = {
  feature: "no-such", team: "no-such", card: "GPU-no-such", pod: "no-such", pool: 999_999, incident: 999_999, report: 999_999, definition: 999_999, link: "0".repeat(27), channel: 999_999, silence: 999_999, outbox: "no-such", view: 999_999, override: 999_999, price: 999_999, token: 999_999, approval: 999_999, person: "no-such", session: "no-such", job: "00000000-0000-4000-8000-000000000000",
}; // prettier-ignore

const RANGE = { from: "2026-10-28", to: "2026-11-04" };
const GONE = "gone";
const NARROWED = [200]; // what B has of it
type Of = (a: ForeignIds) => readonly (readonly [is: Answers, input?: unknown])[];

/** What is answered to people with teams: with A's numbers and names, as what does not exist or without anything of A's. */
const OPEN: Readonly<Record<string, Of>> = {
  "access.changePassword": () => [[[400], { present: "a", next: "b" }]],
  "access.endOtherSessions": () => [[[200, 400]]], // one's own
  "access.endSession": (a) => [[[200, 400], { id: a.session }]],
  "access.me": () => [[NARROWED]],
  "access.sessions": () => [[NARROWED]],
  "alerts.head": () => [[NARROWED]],
  "alerts.incident": (a) => [[GONE, { id: a.incident }]],
  "alerts.incidents": (a) =>
    [{ q: a.pod }, { q: a.feature }, { poolId: a.pool }, { card: a.card }, { set: "resolved" }].map((part) => {
      const all = { set: "open", severities: [], families: [], ruleId: "", region: "", cluster: "", poolId: 0, featureId: null, card: "", q: "", from: null, to: null }; // prettier-ignore
      return [NARROWED, { filter: { ...all, ...part }, after: null, limit: 200 }];
    }),
  "approvals.approve": (a) => [[GONE, { id: a.approval }]],
  "approvals.asked": (a) => [[GONE, { id: a.approval }]],
  "approvals.list": () => [[NARROWED]],
  "approvals.refuse": (a) => [[GONE, { id: a.approval }]],
  "board.view": () => [[NARROWED]],
  "board.views.list": () => [[NARROWED, { page: "board" }]],
  "board.wall": () => [[NARROWED, { at: Date.UTC(2026, 10, 4) }]],
  "card.detail": (a) => [[NARROWED, { uuid: a.card }]], // everybody's: a team must see whether a machine is well
  "cost.pivot": (a) => [
    [NARROWED, { rows: "feature", columns: "team", range: RANGE, filter: { feature: [a.feature], team: [a.team] } }],
  ],
  "cost.proof": (a) => [[NARROWED, { range: RANGE, filter: { feature: [a.feature] } }]],
  "cost.view": (a) =>
    [{ team: [a.team] }, { feature: [a.feature] }].map((filter) => [NARROWED, { by: "feature", range: RANGE, filter }]),
  "features.list": () => [[NARROWED, {}]],
  "features.page": (a) => [[GONE, { key: a.feature }]],
  "fleet.cards": () => [[NARROWED]],
  "fleet.history": (a) => [[NARROWED, { hours: 24, poolIds: [a.pool] }]],
  "fleet.live": () => [[NARROWED]],
  "fleet.summary": () => [[NARROWED]],
  "mapping.exportYaml": () => [[NARROWED]],
  "mapping.page": () => [[NARROWED]],
  "reports.archive": (a) =>
    [null, a.definition].map((definitionId) => {
      const filter = { q: "", kinds: [], definitionId, withSuperseded: true };
      return [NARROWED, { filter, after: null, limit: 50 }];
    }),
  "reports.read": (a) => [[GONE, { runId: a.report, language: "en" }]],
  "reports.shared": (a) => [[GONE, { token: String(a.report), language: "en" }]], // the token is the right to it
  "sources.list": () => [[NARROWED]],
  "today.view": () => [[NARROWED]],
  "tokens.create": (a) => [[[400], { name: "x", permissions: ["fleet.see"], teams: [a.team], sources: null, days: 1 }]],
  "tokens.list": () => [[NARROWED]],
  "tokens.revoke": (a) => [[GONE, { id: a.token }]],
  "usage.otherCosts": (a) => [[GONE, { feature: a.feature }]],
  "usage.sources": (a) => [[GONE, { feature: a.feature }]],
  "usage.unitPrices": (a) => [[GONE, { feature: a.feature }]],
  "ANY /api/trpc/:path": (a) => [[[404], `/api/trpc/${a.feature}`]],
  "POST /api/sign-in": () => [[[400, 401, 404], {}]],
  "POST /api/sign-out": () => [], // B stays
  "GET /api/oidc/:provider": (a) => [[[302, 404], `/api/oidc/${a.team}`]],
  "GET /api/oidc/:provider/callback": (a) => [[[302, 404], `/api/oidc/${a.team}/callback`]],
  "GET /api/link": (a) => [[[404, 410], `/api/link?token=${a.person}`]],
  "POST /api/link": (a) => [[[400, 404, 410], { token: a.person, name: "x", email: "x@example.com", password: "a" }]],
  "GET /healthz": () => [[NARROWED, "/healthz"]],
  "GET /readyz": () => [[NARROWED, "/readyz"]],
  "GET /metrics": () => [[NARROWED, "/metrics"]],
  "GET /alert-act/:token": (a) => [[[410], `/alert-act/ack.${a.incident}.1.1795312920000.abc`]],
  "POST /alert-act/:token": (a) => [[[410, 415], `/alert-act/ack.${a.incident}.1.1795312920000.abc`]],
  "GET /api/shared/:of": (a) => [[[404], `/api/shared/${a.report}.pdf`]],
  "GET /api/shared/:of/:table": (a) => [[[404], `/api/shared/${a.report}/features.csv`]],
  "GET /api/reports/:of": (a) => [[GONE, `/api/reports/${a.report}.pdf?lang=en`]],
  "GET /api/reports/:of/:table": (a) => [[GONE, `/api/reports/${a.report}/features.csv?lang=en`]],
  "GET /api/cards.csv": (a) => [[NARROWED, `/api/cards.csv?q=${a.pod}`]],
  "GET /api/incidents.csv": (a) => [[NARROWED, `/api/incidents.csv?q=${a.pod}`]],
  "GET /api/cost.csv": (a) => [[NARROWED, `/api/cost.csv?by=feature&feature=${a.feature}`]],
  "GET /api/proof.csv": (a) => [[NARROWED, `/api/proof.csv?feature=${a.feature}`]],
  "GET /api/features.csv": () => [[NARROWED, "/api/features.csv"]],
};

/** Pushes belong to programs: a person comes to nothing with them, whatever they name. */
const PUSHES = ["POST /api/v1/usage", "POST /api/v1/kmsg", "POST /api/v1/alerts/webhook", "POST /api/v2/alerts"];

/** What is closed to people with teams, whatever they name; and which of A's things its `id` is. */
const CLOSED: Readonly<Record<string, keyof ForeignIds | null>> = {
  "access.endSessionsOf": "person",
  "access.invite": null,
  "access.people": null,
  "access.resetLink": "person",
  "access.setPerson": "person",
  "alerts.acknowledge": "incident",
  "alerts.addSilence": null,
  "alerts.assign": "incident",
  "alerts.cancelLab": "job",
  "alerts.cardHealth": null,
  "alerts.channels": null,
  "alerts.confirm": "incident",
  "alerts.deadLetters": null,
  "alerts.dropRule": null,
  "alerts.enableChannel": "channel",
  "alerts.endSilence": "silence",
  "alerts.lab": "job",
  "alerts.note": "incident",
  "alerts.removeChannel": "channel",
  "alerts.replay": null,
  "alerts.resolve": "incident",
  "alerts.rules": null,
  "alerts.saveChannel": "channel",
  "alerts.saveRoutes": null,
  "alerts.saveRule": null,
  "alerts.silences": null,
  "alerts.startLab": null,
  "alerts.testChannel": "channel",
  "alerts.unacknowledge": "incident",
  "audit.page": null,
  "audit.verify": null,
  "board.card": null,
  "board.cardReadings": null,
  "board.compare": null,
  "board.pool": "pool",
  "board.views.change": "view",
  "board.views.remove": "view",
  "board.views.save": null,
  "cost.recompute": null,
  "inventory.addStep": null,
  "inventory.capacity": null,
  "inventory.capacityHistory": null,
  "inventory.declare": null,
  "inventory.endLine": null,
  "inventory.life": null,
  "inventory.places": null,
  "inventory.preview": null,
  "inventory.takeIn": null,
  "inventory.view": null,
  "mapping.applyYaml": null,
  "mapping.archive": null,
  "mapping.preview": null,
  "mapping.previewYaml": null,
  "mapping.save": null,
  "mapping.saveFeature": null,
  "patrol.checks": null,
  "patrol.coverage": null,
  "patrol.guard": null,
  "patrol.guardReport": null,
  "patrol.removeGuard": null,
  "patrol.removeItem": null,
  "patrol.runChecks": null,
  "patrol.saveGuard": null,
  "patrol.saveItem": null,
  "patrol.setDay": null,
  "pricing.book": null,
  "pricing.end": "price",
  "pricing.history": null,
  "pricing.holes": null,
  "pricing.import.aliases": null,
  "pricing.import.effect": null,
  "pricing.import.job": "job",
  "pricing.import.preview": null,
  "pricing.import.setAlias": null,
  "pricing.import.start": null,
  "pricing.preview": null,
  "pricing.revision": "price",
  "pricing.revisions": null,
  "pricing.set": null,
  "pricing.setRates": null,
  "reports.definitions": null,
  "reports.links": null,
  "reports.nextRuns": null,
  "reports.pauseDefinition": "definition",
  "reports.removeDefinition": "definition",
  "reports.revise": null,
  "reports.revokeLink": "link",
  "reports.run": null,
  "reports.saveDefinition": "definition",
  "reports.sendTest": "definition",
  "reports.share": null,
  "review.list": null,
  "review.step": null,
  "sources.targets": null,
  "tiers.current": null,
  "tiers.endOverride": "override",
  "tiers.events": null,
  "tiers.page": null,
  "tiers.preview": null,
  "tiers.removeBenchmarks": null,
  "tiers.saveLadder": null,
  "tiers.setOverride": null,
  "usage.adapters": null,
  "usage.applyCsv": null,
  "usage.previewCsv": null,
  "usage.prometheis": null,
  "usage.removeSource": null,
  "usage.saveSource": null,
  "usage.setOtherCosts": null,
  "usage.setUnitPrices": null,
  "usage.testQuery": null,
  "GET /api/audit.csv": null,
  "GET /api/capacity.csv": null,
  "GET /api/coverage.csv": null,
  "GET /api/inventory.csv": null,
  "GET /api/inventory-nodes.csv": null,
  "GET /api/pools.csv": null,
  "GET /api/ledger/export": null,
  "GET /api/incidents/:id/evidence.zip": "incident",
  "GET /api/prices.csv": null,
  "GET /api/review.csv": null,
  "POST /api/pricing/uploads": null,
};

/** The doors this walk knows. */
export const walkedDoors = (): string[] => [...Object.keys(OPEN), ...Object.keys(CLOSED), ...PUSHES];

/**
 * Goes through every door for what is A's as B: what each should not have answered, one line each; and how many of these
 * answers hold something of A's for somebody who may see everything.
 */
export async function walkAs(b: Asker, all: Asker, a: ForeignIds, foreignIn: (text: string) => string[]) {
  let whole = 0;
  const faults: string[] = [];
  const twins = foreignWalk(NOBODYS);
  for (const [at, step] of foreignWalk(a).entries()) {
    const asked = wordsOf(step);
    const { status, text } = await take(step, b);
    const told = foreignIn(text).filter((word) => !asked.includes(word));
    let isRight = step.is !== "gone" && step.is.includes(status);
    if (step.is === "gone") {
      const twin = await take(twins[at]!, b);
      isRight = status === twin.status && bare(text, asked) === bare(twin.text, wordsOf(twins[at]!));
    }
    if (!isRight || told.length > 0)
      faults.push(`${step.door} ${asked.join()}: ${status} ${told.join()} ${text.slice(0, 200)}`);
    const isOpen = step.is === "gone" || step.is[0] === 200;
    if (!isOpen || !isRead(step.door) || step.door === "GET /api/reports/:of") continue; // closed; a PDF takes its time
    if (foreignIn((await take(step, all)).text).length > 0) whole += 1;
  }
  return { faults, whole };
}

const wordsOf = ({ input }: Step): string[] => [...leavesOf(input)].map(({ text }) => text);
/** A text without the words that were asked for. */
const bare = (text: string, words: readonly string[]): string =>
  (text.match(/[\w-]+/g) ?? []).map((word) => (words.includes(word) ? "…" : word)).join(" ");
const writes = new Set(callsOf().flatMap(({ path, type }) => (type === "mutation" ? [path] : [])));
const isRead = (door: string): boolean => !door.startsWith("POST ") && !writes.has(door);

async function take({ door, input }: Step, ask: Asker): Promise<Answer> {
  const [, route] = door.split(" ");
  const url = route === undefined ? `/api/trpc/${door}` : typeof input === "string" ? input : route;
  if (!isRead(door)) return await ask(url, input ?? {});
  const isAsked = route === undefined && input !== undefined;
  return await ask(isAsked ? `${url}?input=${encodeURIComponent(JSON.stringify(input))}` : url);
}

/** Every door, asked for what is A's by somebody who may do everything, for their own teams; and what each answers. */
function foreignWalk(a: ForeignIds): Step[] {
  const calls = new Map(callsOf().map(({ path, schema }) => [path, schema]));
  const closed = Object.entries(CLOSED).map(([door, kind]): Step => {
    const id = kind === null ? null : a[kind];
    const schema = calls.get(door) ?? null;
    const url = door.split(" ")[1]?.replace(":id", String(id));
    return {
      door,
      is: door.startsWith("POST") ? [403, 415] : [403],
      input: url ?? (schema === null ? undefined : named(sampleOf(schema), a, id)),
    };
  });
  const open = Object.entries(OPEN).flatMap(([door, of]) => of(a).map(([is, input]): Step => ({ door, is, input })));
  const body = { feature: a.feature, day: "2026-11-01", good: 1, node: a.pod, receiver: a.channel };
  return [...open, ...closed, ...PUSHES.map((door) => ({ door, is: [400, 401, 403], input: body }))];
}

/** The same input, about what is A's. */
function named(value: unknown, a: ForeignIds, id: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => named(one, a, id));
  if (value === null || typeof value !== "object") return value;
  const words: Readonly<Record<string, unknown>> = {
    ...(id === null ? {} : { id }),
    feature: a.feature, key: a.feature, team: a.team, uuid: a.card, card: a.card, poolId: a.pool, runId: a.report, definitionId: a.definition, channelId: a.channel, outboxId: a.outbox,
  }; // prettier-ignore
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wordOf(words, key, one, a, id)]));
}

const wordOf = (words: Readonly<Record<string, unknown>>, key: string, one: unknown, a: ForeignIds, id: unknown) => {
  const word = words[key];
  if (Array.isArray(one) && typeof word === typeof one[0]) return [word];
  return typeof word === typeof one ? word : named(one, a, id);
};

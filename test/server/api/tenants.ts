import { expect, vi } from "vitest";
import type { Stage } from "../demo-stage.ts";
import { type ForeignIds, NOBODYS } from "./foreign-walk.ts";

/** What A's people named, and what B must never read; and amounts nothing but the planted prices has. */
export const CANARY = "kanarie";
export const PLANTED = ["77713", "77714", "77715", "77,713", "77,714", "77,715"];
export const TENANTS_START = Date.UTC(2026, 10, 4, 1, 20, 20);
export const ALL_INCIDENTS = { set: "open" as const, severities: [], families: [], ruleId: "", region: "", cluster: "", poolId: 0, featureId: null, card: "", q: "", from: null, to: null }; // prettier-ignore
export const ALL_REPORTS = { q: "", kinds: [], definitionId: null, withSuperseded: true };

export type Tenants = Awaited<ReturnType<typeof plantTenants>>;

/**
 * The demo's features in two halves: B's is one team, A's is everything else, and names of A's making stand wherever people
 * write something. Needs who may do everything.
 */
export async function plantTenants(api: Stage["api"]) {
  const { features } = await api.features.list.query({});
  const mine = features.find(({ team, time }) => team !== "" && time.ms[0]! > 0)!;
  const foreign = features.filter(({ team }) => team !== mine.team);
  const pods = new Set<string>();
  for (const { key } of foreign)
    for (const { holder, pod } of (await api.features.page.query({ key })).holders) pods.add(holder).add(pod);
  const others = {
    keys: new Set(foreign.flatMap(({ key, name }) => [key, name])),
    pods: [...pods].filter((pod) => pod.length > 5),
  };
  const { key: feature, team } = foreign[0]!;
  const pool = (await api.board.view.query()).pools[0]!;
  const [why, from, currency] = [`${CANARY} why`, "2026-10-28", "CNY"] as const;
  const price = { basis: "card_hour", currency, amount: "77713.131313" } as const;
  await api.pricing.set.mutate({ prices: [{ selector: { vendor: pool.vendor }, from, price }], why });
  await api.usage.setUnitPrices.mutate({ changes: [{ feature, currency, perUnit: "77714.14", from, to: null }], why });
  const other = { feature, kind: "other", note: CANARY, currency, perDay: "77715.15", from, to: null } as const;
  await api.usage.setOtherCosts.mutate({ changes: [other], why });
  const made = { key: `${CANARY}-a`, name: `${CANARY} A`, team: `${CANARY}-team`, kind: "other" } as const;
  await api.mapping.saveFeature.mutate({ feature: made, why });
  await api.board.views.save.mutate({ page: "board", name: `${CANARY} view`, query: `?q=${CANARY}` });
  const until = TENANTS_START + 86_400_000;
  await api.tiers.setOverride.mutate({ poolId: pool.id, tier: 2, owner: CANARY, reason: CANARY, to: until });

  const { rows: open } = await api.alerts.incidents.query({ filter: ALL_INCIDENTS, after: null, limit: 200 });
  for (const { id, features: hit } of open.slice(0, 20))
    if (hit.some(({ name }) => others.keys.has(name)) || hit.length === 0)
      await api.alerts.note.mutate({ id, text: CANARY });
  const archive = async () => (await api.reports.archive.query({ filter: ALL_REPORTS, after: null, limit: 20 })).rows;
  const isMade = async () => expect((await archive()).map(({ run }) => run.state)).toContain("done");
  const definition = (await api.reports.definitions.query()).rows[0]!.definition.id;
  // The demo makes its report in the background. One that came before its hours were booked waits a minute: another does not.
  await vi.waitFor(isMade, { timeout: 5_000, interval: 250 }).catch(async () => {
    await api.reports.run.mutate({ definitionId: definition, period: "2026-W43" });
    await vi.waitFor(isMade, { timeout: 30_000, interval: 250 });
  });
  const runs = (await archive()).filter(({ run }) => run.state === "done");
  const { rows: cards } = await api.fleet.cards.query();
  const theirs = new Set(foreign.map(({ name }) => name));
  const a: ForeignIds = {
    ...NOBODYS,
    feature,
    team,
    card: cards.find(({ holder }) => others.pods.some((pod) => holder.includes(pod)))!.uuid,
    pod: others.pods[0]!,
    pool: pool.id,
    incident: open.find(({ features: hit }) => hit.length > 0 && hit.every(({ name }) => theirs.has(name)))!.id,
    report: runs[0]!.run.id,
    definition,
    channel: (await api.alerts.channels.query()).rows[0]!.id,
    view: (await api.board.views.list.query({ page: "board" }))[0]!.id,
  };
  /** What of the others a text holds. */
  const foreignIn = (text: string): string[] => [CANARY, ...others.pods].filter((word) => text.includes(word));
  return { features, mine, foreign, others, pool, open, runs, cards, a, foreignIn };
}

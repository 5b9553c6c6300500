import type { Database, Executor, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { microText, type Currency, type Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import type { PushAnswer, UsageApplied, UsageEffect, UsageEntry, UsageFault } from "../../../db/model/usage-views.ts";
import { hullOf } from "../../../db/store/line-change.ts";
import { lockRevenue, putRevenueLines, readRevenueLines, type StoredRevenue } from "../../../db/store/revenue.ts";
import { beginRevision } from "../../../db/store/revisions.ts";
import { noteLines } from "../../../db/store/usage-marks.ts";
import {
  featureIdsOf,
  lockUsageSources,
  putUsageSource,
  readFeatureKeys,
  readUsageSources,
  type UsageSourceRecord,
} from "../../../db/store/usage-sources.ts";
import {
  answerPush,
  claimPush,
  putUsageLines,
  pushRevision,
  readUsageLines,
  type StoredLine,
} from "../../../db/store/usage.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import type { ChangeNote } from "../../context.ts";
import { entryFaults, entryLines, keptFaults, type KeptLine } from "../../domain/usage/entries.ts";
import { type EntriesJudged, EntriesRefused, type EntrySource, PushConflict } from "./usage-port.ts";

export type KeepParts = {
  readonly db: Database;
  readonly clock: Clock;
  /** Lines of a window were committed. */
  readonly onLines: (window: Window) => void;
};

/** What is stored of the time entries are about, of their features and source. */
type Held = {
  readonly ids: ReadonlyMap<string, number>; // features by key
  readonly sources: ReadonlyMap<string, UsageSourceRecord>; // by feature key
  readonly lines: readonly StoredLine[];
  readonly money: readonly StoredRevenue[];
};

/** Takes a push: all of it or nothing, and once. See UsagePort.push. */
export async function takePush(
  { db, clock, onLines }: KeepParts,
  { key, digest }: { readonly key: string; readonly digest: string },
  entries: readonly UsageEntry[],
): Promise<{ readonly answer: PushAnswer; readonly kept: boolean }> {
  const taken = await db.transaction(async (tx) => {
    const before = await claimPush(tx, { key, digest, at: clock.now() });
    if (before !== null) {
      if (before.digest !== digest) throw new PushConflict();
      return { answer: before.answer as PushAnswer, kept: true };
    }
    const note = { who: "push", why: "pushed to /api/v1/usage", source: "push", now: () => clock.now() };
    const revisionId = await pushRevision(tx, note);
    const { added, ended, unchanged } = await keep(tx, entries, { kind: "push", name: "push" }, revisionId, clock);
    const answer: PushAnswer = { lines: entries.length, added, replaced: ended, unchanged };
    await answerPush(tx, key, answer);
    return { answer, kept: false };
  });
  if (!taken.kept && entries.length > 0) onLines(hullOf(entries));
  return taken;
}

/** Takes entries in one revision, or none. See UsagePort.put. */
export async function putEntries(
  { db, clock, onLines }: KeepParts,
  entries: readonly UsageEntry[],
  source: EntrySource,
  note: ChangeNote,
): Promise<UsageApplied> {
  const subject = entries.some(({ okMicro }) => okMicro !== null) ? "usage" : "revenue";
  const applied = await db
    .transaction(async (tx): Promise<UsageApplied> => {
      const revision = await beginRevision(tx, { ...note, subject, now: () => clock.now() });
      const { added, ended, unchanged } = await keep(tx, entries, source, revision.id, clock);
      if (added + ended === 0) throw new NothingToChange(unchanged);
      return { revisionId: revision.id, added, replaced: ended, unchanged };
    })
    .catch((error: unknown) => {
      if (!(error instanceof NothingToChange)) throw error;
      return { revisionId: null, added: 0, replaced: 0, unchanged: error.unchanged };
    });
  if (applied.revisionId !== null) onLines(hullOf(entries));
  return applied;
}

class NothingToChange extends Error {
  readonly unchanged: number;
  constructor(unchanged: number) {
    super("nothing to change");
    this.unchanged = unchanged;
  }
}

/** What is wrong with entries beside what is stored, and what they would change. */
export async function judgeEntries(
  { db, clock }: KeepParts,
  entries: readonly UsageEntry[],
  source: EntrySource,
): Promise<EntriesJudged> {
  if (entries.length === 0) return { faults: [], effects: [] };
  const own = entryFaults(entries, clock.now());
  const held = await readHeld(db, entries, source);
  const faults = [...own, ...(await heldFaults(db, entries, held))].sort((a, b) => a.row - b.row);
  return { faults, effects: faults.length > 0 ? [] : effectsOf(entries, held, source) };
}

async function keep(tx: Tx, entries: readonly UsageEntry[], source: EntrySource, revisionId: number, clock: Clock) {
  if (entries.length === 0) return { added: 0, ended: 0, unchanged: 0 };
  const own = entryFaults(entries, clock.now());
  if (own.length > 0) throw new EntriesRefused(own);
  await lockRevenue(tx);
  await lockUsageSources(tx, await makeSources(tx, entries, source, revisionId));
  const held = await readHeld(tx, entries, source); // as it is now that nobody else writes it
  const faults = await heldFaults(tx, entries, held);
  if (faults.length > 0) throw new EntriesRefused(faults);
  const units = await putUsageLines(tx, unitLinesOf(entries, held), {
    now: clock.now(),
    revisionOf: () => revisionId,
  });
  const money = await putRevenueLines(tx, moneyLinesOf(entries, held, source), { now: clock.now(), revisionId });
  if (units.added + units.ended + money.added + money.ended > 0) await noteLines(tx, hullOf(entries), clock.now());
  return {
    added: units.added + money.added,
    ended: units.ended + money.ended,
    unchanged: units.unchanged + money.unchanged,
  };
}

/**
 * The sources of the features, made where they speak in this way for the first time, or again after they were removed.
 * Answers their ids.
 */
async function makeSources(
  tx: Tx,
  entries: readonly UsageEntry[],
  source: EntrySource,
  revisionId: number,
): Promise<number[]> {
  const keys = [...new Set(entries.flatMap(({ feature, okMicro }) => (okMicro === null ? [] : [feature])))];
  const featureIds = [...(await featureIdsOf(tx, keys)).values()].toSorted((a, b) => a - b);
  const there = (await readUsageSources(tx, featureIds)).filter(
    ({ name, removedAt }) => name === source.name && removedAt === null,
  );
  const ids = there.map(({ id }) => id);
  const known = new Set(there.map(({ featureId }) => featureId));
  for (const featureId of featureIds)
    if (!known.has(featureId))
      ids.push(await putUsageSource(tx, { featureId, ...source, config: {}, readTo: null, revisionId }));
  return ids;
}

async function readHeld(db: Executor, entries: readonly UsageEntry[], source: EntrySource): Promise<Held> {
  const ids = await featureIdsOf(
    db,
    entries.map(({ feature }) => feature),
  );
  const window = hullOf(entries);
  const sources = (await readUsageSources(db, [...ids.values()])).filter(({ name }) => name === source.name);
  const lines = await readUsageLines(
    db,
    sources.map(({ id }) => id),
    window,
  );
  const money = (await readRevenueLines(db, window, [...ids.values()])).filter((line) => line.source === source.name);
  return { ids, sources: new Map(sources.map((one) => [one.feature, one])), lines, money };
}

async function heldFaults(db: Executor, entries: readonly UsageEntry[], held: Held): Promise<UsageFault[]> {
  const unknown = new Map<string, number>();
  for (const [row, { feature }] of entries.entries())
    if (!held.ids.has(feature) && !unknown.has(feature)) unknown.set(feature, row);
  const faults: UsageFault[] = [];
  if (unknown.size > 0) {
    const keys = await readFeatureKeys(db);
    for (const [row, { feature }] of entries.entries()) {
      if (held.ids.has(feature)) continue;
      const expected = didYouMean(feature, keys) ?? "";
      const read = feature.slice(0, 80);
      faults.push({ row, field: "feature", code: "feature_unknown", read, expected, other: null });
    }
  }
  const featureOf = new Map([...held.ids].map(([key, id]) => [id, key]));
  const sourceFeature = new Map([...held.sources].map(([feature, { id }]) => [id, feature]));
  const kept: KeptLine[] = [
    ...held.lines.map((line) => ({ ...line, feature: sourceFeature.get(line.sourceId) ?? "", what: "units" as const })),
    ...held.money.map((line) => ({ ...line, feature: featureOf.get(line.featureId) ?? "", what: line.kind })),
  ];
  return [...faults, ...keptFaults(entryLines(entries), kept)].sort((a, b) => a.row - b.row);
}

const unitLinesOf = (entries: readonly UsageEntry[], { sources }: Held): StoredLine[] =>
  entries.flatMap(({ feature, from, to, okMicro, failedMicro }) => {
    const source = sources.get(feature);
    if (okMicro === null || source === undefined) return [];
    return [{ sourceId: source.id, from, to, okMicro, failedMicro, coveredMs: to - from }];
  });

function moneyLinesOf(entries: readonly UsageEntry[], { ids }: Held, source: EntrySource): StoredRevenue[] {
  return entries.flatMap(({ feature, from, to, revenueMicro, refundMicro, currency }) => {
    const featureId = ids.get(feature);
    if (featureId === undefined || currency === null) return [];
    const line = (kind: StoredRevenue["kind"], amountMicro: Micro): StoredRevenue => {
      return { featureId, source: source.name, kind, from, to, currency, amountMicro };
    };
    return [
      ...(revenueMicro === null ? [] : [line("revenue", revenueMicro)]),
      ...(refundMicro === null ? [] : [line("refund", -refundMicro)]),
    ];
  });
}

/** Before and after, by feature in order of their keys. */
function effectsOf(entries: readonly UsageEntry[], held: Held, source: EntrySource): UsageEffect[] {
  const features = [...new Set(entries.map(({ feature }) => feature))].toSorted();
  return features.map((feature) => {
    const own = entries.filter((entry) => entry.feature === feature);
    const after = { lines: unitLinesOf(own, held), money: moneyLinesOf(own, held, source) };
    const [sourceId, featureId] = [held.sources.get(feature)?.id, held.ids.get(feature)];
    const touches = (line: Window): boolean => own.some((entry) => entry.from < line.to && line.from < entry.to);
    const before = {
      lines: held.lines.filter((line) => line.sourceId === sourceId && touches(line)),
      money: held.money.filter((line) => line.featureId === featureId && touches(line)),
    };
    const same =
      own.filter((e) => e.okMicro !== null && before.lines.some((line) => saysSame(line, e))).length +
      after.money.filter((line) => before.money.some((old) => isSameMoney(old, line))).length;
    const units = own.filter(({ okMicro }) => okMicro !== null);
    return {
      feature,
      source: source.name,
      okBeforeMicro: textOf(sum(before.lines)),
      okAfterMicro: textOf(sum(units)),
      money: moneyOf(before.money, after.money),
      added: units.length + after.money.length - same,
      replaced: before.lines.length + before.money.length - same,
      unchanged: same,
    };
  });
}

const saysSame = (line: StoredLine, { from, to, okMicro, failedMicro }: UsageEntry): boolean =>
  line.from === from && line.to === to && line.okMicro === okMicro && line.failedMicro === failedMicro;

const isSameMoney = (a: StoredRevenue, b: StoredRevenue): boolean =>
  a.kind === b.kind &&
  a.from === b.from &&
  a.to === b.to &&
  a.currency === b.currency &&
  a.amountMicro === b.amountMicro;

const sum = (lines: readonly { readonly okMicro: Micro | null }[]): Micro | null =>
  lines.reduce<Micro | null>((total, { okMicro }) => (okMicro === null ? total : (total ?? 0n) + okMicro), null);

function moneyOf(before: readonly StoredRevenue[], after: readonly StoredRevenue[]): UsageEffect["money"] {
  const total = (lines: readonly StoredRevenue[], currency: Currency): Micro =>
    lines.reduce((all, line) => (line.currency === currency ? all + line.amountMicro : all), 0n);
  const currencies = [...new Set([...before, ...after].map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) => ({
    currency,
    before: microText(total(before, currency)),
    after: microText(total(after, currency)),
  }));
}

const textOf = (micro: Micro | null) => (micro === null ? null : microText(micro));

import { isDeepStrictEqual } from "node:util";
import type { Tx } from "../../../db/database.ts";
import type { PromqlUsage } from "../../../db/model/feature.ts";
import { HOUR_MS, hourOf, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { UsageSourceRow, WrittenPromql } from "../../../db/model/usage-views.ts";
import { hullOf } from "../../../db/store/line-change.ts";
import { beginRevision, type RevisionNote } from "../../../db/store/revisions.ts";
import { noteLines } from "../../../db/store/usage-marks.ts";
import {
  featureIdsOf,
  hasNumbers,
  lockUsageSources,
  moveReadTo,
  putUsageSource,
  readActs,
  readUsageSources,
  removeUsageSource,
} from "../../../db/store/usage-sources.ts";
import { putUsageLines, readLineSpans, readStretchSums, type StoredLine } from "../../../db/store/usage.ts";
import type { Config, PrometheusSource } from "../../config/config.ts";
import { ServiceError } from "../../errors.ts";
import { countingSource } from "../../domain/usage/counting.ts";
import type { CountedHour } from "../../domain/usage/increase.ts";
import type { KeepParts } from "./keep-entries.ts";
import { configFrom, configOf, plainWritten, type PromqlConfig, readPromql } from "./promql-source.ts";
import type { CounterSource, SourceWish } from "./usage-port.ts";

export type SourceParts = KeepParts & { readonly config: () => Config };
type Note = Omit<RevisionNote, "subject" | "now">;

/** Names that pushes and files have. */
const RESERVED: readonly string[] = ["push", "csv", "features.yaml"];
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;
const WEEK_MS = 7 * 24 * HOUR_MS;

export const prometheis = (config: Config): PrometheusSource[] =>
  config.sources.filter((source) => source.kind === "prometheus");

/** Makes or changes a promql source. See UsagePort.saveSource. */
export async function saveSource(parts: SourceParts, wish: SourceWish, note: Note): Promise<void> {
  const { db, clock } = parts;
  await db.transaction(async (tx) => {
    const revision = await beginRevision(tx, { ...note, subject: "usage", now: () => clock.now() });
    await writeSource(tx, parts, wish, revision.id);
  });
}

/**
 * Writes a source inside a transaction of a begun revision. Answers whether anything changed: a source that is written as
 * it stands is left alone.
 * @throws ServiceError invalid with everything that is wrong, not_found for an unknown feature
 */
export async function writeSource(
  tx: Tx,
  { clock, config }: SourceParts,
  wish: SourceWish,
  revisionId: number,
): Promise<"add" | "change" | "same"> {
  const servers = prometheis(config());
  const reading = readPromql(
    wish.promql,
    servers.map(({ name }) => name),
  );
  const faults = reading.ok ? [] : reading.faults.map(({ at, value, hint }) => `${at.join(".")}: "${value}": ${hint}`);
  if (!NAME.test(wish.name) || RESERVED.includes(wish.name))
    faults.unshift(
      `name: "${wish.name.slice(0, 80)}" cannot be one; write 1 to 64 letters, digits, - _ or ., but not ${RESERVED.join(", ")}`,
    );
  if (!reading.ok || faults.length > 0) throw new ServiceError("invalid", faults.join("; "));
  const featureId = (await featureIdsOf(tx, [wish.feature])).get(wish.feature);
  if (featureId === undefined)
    throw new ServiceError("not_found", `feature: there is no "${wish.feature.slice(0, 80)}"; make it first`);
  const old = (await readUsageSources(tx, [featureId])).find(({ name }) => name === wish.name);
  if (old !== undefined) await lockUsageSources(tx, [old.id]);
  const before = old === undefined || old.removedAt !== null ? null : configFrom(old.config);
  const isSame = before !== null && saysSame(before, reading.promql, wish.promql);
  if (isSame && wish.since === null) return "same";
  const backfillMs = servers.find(({ name }) => name === reading.promql.prometheus)?.backfillMs ?? 0;
  // a new one is read as far back as its server is; one that changes, or is there again, from where it was read to
  const since = hourOf(wish.since ?? old?.readTo ?? shift(clock.now(), -backfillMs));
  const readTo = unixMs(Math.min(old?.readTo ?? since, since));
  const stored = configOf({ promql: reading.promql, since: readTo, written: plainWritten(wish.promql) });
  await putUsageSource(tx, { featureId, name: wish.name, kind: "promql", config: stored, readTo, revisionId });
  return before === null ? "add" : "change";
}

const saysSame = (before: PromqlConfig, promql: PromqlUsage, written: WrittenPromql): boolean =>
  isDeepStrictEqual(before.promql, promql) && isDeepStrictEqual(before.written, plainWritten(written));

/** @throws ServiceError not_found */
export async function dropSource(
  { db, clock }: KeepParts,
  { feature, name }: { readonly feature: string; readonly name: string },
  note: Note,
): Promise<void> {
  await db.transaction(async (tx) => {
    const revision = await beginRevision(tx, { ...note, subject: "usage", now: () => clock.now() });
    const source = (await readUsageSources(tx)).find(
      (one) => one.feature === feature && one.name === name && one.removedAt === null,
    );
    if (source === undefined)
      throw new ServiceError("not_found", `source: ${feature} has no source "${name.slice(0, 80)}"; reload the page`);
    await lockUsageSources(tx, [source.id]);
    await removeUsageSource(tx, source.id, revision.at, revision.id);
  });
}

/** Sources that are read, as the job needs them; one whose configuration cannot be understood says so. */
export async function counterSources(
  { db }: KeepParts,
  note: (sourceId: number, error: string) => void,
): Promise<CounterSource[]> {
  return (await readUsageSources(db)).flatMap(({ id, kind, revision, feature, name, config, readTo, removedAt }) => {
    if (kind !== "promql" || removedAt !== null) return [];
    const said = configFrom(config);
    if (said === null) note(id, "its configuration cannot be read; save it again");
    if (said === null) return [];
    return [{ id, revision, feature, name, promql: said.promql, since: said.since, readTo: readTo ?? said.since }];
  });
}

/**
 * Stores hours a source counted and moves its watermark, in one transaction. Hours before the first number a source ever
 * had are not missing: the counter was not there yet. null = the source was changed or removed meanwhile.
 */
export async function keepHours(
  { db, clock, onLines }: KeepParts,
  source: CounterSource,
  hours: readonly CountedHour[],
  readTo: UnixMs,
): Promise<boolean> {
  const kept = await db.transaction(async (tx): Promise<Window | "nothing" | null> => {
    const [locked] = await lockUsageSources(tx, [source.id]);
    if (locked === undefined || locked.revision !== source.revision) return null;
    const known = (await hasNumbers(tx, source.id)) ? hours : fromFirstNumber(hours);
    const lines = known.map((hour): StoredLine => {
      const { at: from, okMicro, failedMicro, coveredMs } = hour;
      return { sourceId: source.id, from, to: shift(from, HOUR_MS), okMicro, failedMicro, coveredMs };
    });
    const { added, ended } = await putUsageLines(tx, lines, { now: clock.now(), revisionOf: () => source.revision });
    if (readTo > (locked.readTo ?? 0)) await moveReadTo(tx, source.id, readTo);
    if (added + ended > 0) await noteLines(tx, hullOf(lines), clock.now());
    const [first, last] = [lines[0], lines.at(-1)];
    return first === undefined || last === undefined ? "nothing" : { from: first.from, to: last.to };
  });
  if (kept !== null && kept !== "nothing") onLines(kept);
  return kept !== null;
}

function fromFirstNumber(hours: readonly CountedHour[]): readonly CountedHour[] {
  const first = hours.findIndex(({ okMicro }) => okMicro !== null);
  return first < 0 ? [] : hours.slice(first);
}

/** Every source that is there, with how it does. `feature` null = of all features. */
export async function listSources(
  { db, clock }: KeepParts,
  feature: string | null,
  health: ReadonlyMap<number, { readonly error: string; readonly at: UnixMs }>,
): Promise<UsageSourceRow[]> {
  const all = await readUsageSources(db);
  const shown = all.filter((one) => one.removedAt === null && (feature === null || one.feature === feature));
  const now = clock.now();
  const spans = await readLineSpans(db);
  const acts = await readActs(
    db,
    shown.map(({ revision }) => revision),
  );
  const week = await readStretchSums(db, [hourOf(shift(now, -WEEK_MS)), hourOf(now)]);
  const missing = new Map(week.sums.map(({ sourceId, missingMs }) => [sourceId, missingMs]));
  return shown.map((source): UsageSourceRow => {
    const { id, featureId, name, kind, named, revision, readTo } = source;
    const own = all.filter((one) => one.featureId === featureId);
    const said = kind === "promql" ? configFrom(source.config) : null;
    const [trouble, act] = [health.get(id), acts.get(revision)];
    return {
      feature: source.feature,
      name,
      kind,
      counts: countingSource(own, named, unixMs(now)) === source,
      promql: said?.written ?? null,
      since: said?.since ?? null,
      readTo: kind === "promql" ? readTo : null,
      lastAt: spans.get(id)?.to ?? null,
      missingHours: Math.round((missing.get(id) ?? 0) / HOUR_MS),
      error: trouble?.error ?? "",
      errorAt: trouble?.at ?? null,
      who: act?.who ?? "",
      why: act?.why ?? "",
      at: act?.at ?? 0,
    };
  });
}

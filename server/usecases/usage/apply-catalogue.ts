import type { Tx } from "../../../db/database.ts";
import type { CatalogueChange } from "../../../db/model/mapping-views.ts";
import { decimalMoney } from "../../../db/model/money.ts";
import type { PriceRevision } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { hullOf } from "../../../db/store/line-change.ts";
import {
  lockRevenue,
  putRevenueLines,
  readOtherCosts,
  readRevenueLines,
  readUnitPrices,
  type StoredRevenue,
} from "../../../db/store/revenue.ts";
import { beginRevision, REVISION_LOCK, type RevisionNote, type RevisionSubject } from "../../../db/store/revisions.ts";
import { noteLines } from "../../../db/store/usage-marks.ts";
import { featureIdsOf, readUsageSources } from "../../../db/store/usage-sources.ts";
import type { WrittenPromql } from "../../../db/model/usage-views.ts";
import type { RevenueLine } from "../../../db/model/feature.ts";
import { ServiceError } from "../../errors.ts";
import { dayBegin, daysBegunIn } from "../../domain/usage/calendar.ts";
import { writeInstant } from "../../domain/pricing/wall-clock.ts";
import { type SourceParts, writeSource } from "./keep-sources.ts";
import { writeOtherCosts, writeUnitPrices } from "./keep-terms.ts";
import { configFrom, plainWritten } from "./promql-source.ts";
import type { UsageCatalogue } from "./usage-port.ts";

type Act = CatalogueChange["act"];
type Fields = CatalogueChange["fields"];

/** Takes the units' part of a catalogue inside a transaction of the caller's. See UsagePort.applyCatalogue. */
export async function applyCatalogue(
  tx: Tx,
  parts: SourceParts,
  catalogue: UsageCatalogue,
  note: Omit<RevisionNote, "subject">,
): Promise<CatalogueChange[]> {
  const begun = new Map<RevisionSubject, PriceRevision>();
  const begin = (subject: RevisionSubject) => async (): Promise<PriceRevision> => {
    const revision = begun.get(subject) ?? (await beginRevision(tx, { ...note, subject }));
    begun.set(subject, revision);
    return revision;
  };
  const zone = parts.config().timeZone;
  const changes = [
    ...(await applyPrices(tx, catalogue, begin("revenue"), zone)),
    ...(await applyCosts(tx, catalogue, begin("revenue"), zone)),
    ...(await applyRevenue(tx, parts, catalogue, begin("revenue"), zone)),
    ...(await applySources(tx, parts, catalogue, begin("usage"))),
  ];
  // last: who waits for this row holds a source's lock (keepHours)
  if (changes.some(({ what, act }) => what === "revenue" && act !== "same"))
    await noteLines(tx, hullOf(catalogue.revenue), parts.clock.now());
  return changes;
}

type Begin = () => Promise<PriceRevision>;
type Stretch = { readonly from: UnixMs; readonly to: UnixMs | null };

async function applyPrices(tx: Tx, { unitPrices }: UsageCatalogue, begin: Begin, zone: string) {
  const held = await readUnitPrices(tx);
  const changes = unitPrices.map((price): CatalogueChange => {
    const touched = held.filter((old) => old.feature === price.feature && meet(old, price));
    const text = (one: { perUnitMicro: bigint; currency: string }) =>
      `${decimalMoney(one.perUnitMicro)} ${one.currency}`;
    const isSame = touched.length === 1 && isWithin(price, touched[0]!) && text(touched[0]!) === text(price);
    return change("unit_price", `${price.feature} ${span(price, zone)}`, touched, isSame, text, text(price));
  });
  if (changes.some(({ act }) => act !== "same")) await writeUnitPrices(tx, unitPrices, begin);
  return changes;
}

async function applyCosts(tx: Tx, { otherCosts }: UsageCatalogue, begin: Begin, zone: string) {
  const held = (await readOtherCosts(tx)).flatMap((old) => inWholeDays(old, zone));
  const changes = otherCosts.map((written): CatalogueChange => {
    const cost = inWholeDays(written, zone)[0] ?? written;
    const touched = held.filter(
      (old) => old.feature === cost.feature && old.kind === cost.kind && old.note === cost.note && meet(old, cost),
    );
    const text = (one: { perDayMicro: bigint; currency: string }) => `${decimalMoney(one.perDayMicro)} ${one.currency}`;
    const isSame = touched.length === 1 && isWithin(cost, touched[0]!) && text(touched[0]!) === text(cost);
    const name = [cost.feature, cost.kind, cost.note, span(cost, zone)].filter((part) => part !== "").join(" ");
    return change("other_cost", name, touched, isSame, text, text(cost));
  });
  if (changes.some(({ act }) => act !== "same")) await writeOtherCosts(tx, otherCosts, begin);
  return changes;
}

/** A cost is of the days that begin in its stretch: one that was said to the minute is as good as one of those days. */
function inWholeDays<H extends Stretch>(held: H, zone: string): H[] {
  const days = daysBegunIn(held, zone);
  if (days === null) return [];
  return [{ ...held, from: dayBegin(days.from, zone), to: days.to === null ? null : dayBegin(days.to, zone) }];
}

async function applyRevenue(
  tx: Tx,
  { clock }: SourceParts,
  { revenue }: UsageCatalogue,
  begin: Begin,
  zone: string,
): Promise<CatalogueChange[]> {
  if (revenue.length === 0) return [];
  const ids = await knownFeatures(tx, revenue);
  // the lock of revisions first, as everybody takes the two: no two may wait for each other
  await tx.query("SELECT pg_advisory_xact_lock($1)", [REVISION_LOCK]);
  await lockRevenue(tx);
  const lines = revenue.map(({ feature, ...line }): StoredRevenue => ({ ...line, featureId: ids.get(feature)! }));
  const held = await readRevenueLines(tx, hullOf(lines), [...new Set(ids.values())]);
  const isOne = (a: StoredRevenue, b: StoredRevenue) =>
    a.featureId === b.featureId && a.source === b.source && a.kind === b.kind;
  const changes = revenue.map((line, i): CatalogueChange => {
    const touched = held.filter((old) => isOne(old, lines[i]!) && old.from < line.to && line.from < old.to);
    const text = (one: Pick<RevenueLine, "amountMicro" | "currency">) =>
      `${decimalMoney(one.amountMicro)} ${one.currency}`;
    const [only] = touched;
    const isSame =
      touched.length === 1 && only!.from === line.from && only!.to === line.to && text(only!) === text(line);
    const name = `${line.feature} ${line.kind} ${span(line, zone)}`;
    const partly = touched.find((old) => old.from < line.from || old.to > line.to);
    if (partly !== undefined)
      throw new ServiceError(
        "invalid",
        `revenue: ${name} is a part of ${span(partly, zone)}, which was said before; write the whole of that time`,
      );
    return change("revenue", name, touched, isSame, text, text(line));
  });
  if (changes.some(({ act }) => act !== "same"))
    await putRevenueLines(tx, lines, { now: clock.now(), revisionId: (await begin()).id });
  return changes;
}

async function applySources(
  tx: Tx,
  parts: SourceParts,
  { usage }: UsageCatalogue,
  begin: Begin,
): Promise<CatalogueChange[]> {
  const changes: CatalogueChange[] = [];
  const held = await readUsageSources(tx);
  for (const { feature, name, promql } of usage) {
    const old = held.find((one) => one.feature === feature && one.name === name && one.removedAt === null);
    const written = promql as WrittenPromql; // its shape was read by the catalogue (mapping/catalogue-shape.ts)
    const wish = { feature, name, promql: written, since: null };
    const kept = old === undefined ? null : configFrom(old.config);
    const before = kept === null ? "" : JSON.stringify(plainWritten(kept.written)); // jsonb has its own order of keys
    const after = JSON.stringify(plainWritten(written));
    const isSame = before === after;
    if (!isSame) await writeSource(tx, parts, wish, (await begin()).id);
    const act: Act = isSame ? "same" : before === "" ? "add" : "change";
    const fields: Fields = isSame ? [] : [{ field: "promql", before, after }];
    changes.push({ what: "usage", name: `${feature}/${name}`, act, fields });
  }
  return changes;
}

async function knownFeatures(tx: Tx, rows: readonly { readonly feature: string }[]): Promise<Map<string, number>> {
  const ids = await featureIdsOf(
    tx,
    rows.map(({ feature }) => feature),
  );
  const unknown = rows.find(({ feature }) => !ids.has(feature));
  if (unknown !== undefined)
    throw new ServiceError("invalid", `feature: there is no "${unknown.feature.slice(0, 80)}"; add it to features`);
  return ids;
}

const meet = (a: Stretch, b: Stretch): boolean => a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity);
const isWithin = (inner: Stretch, outer: Stretch): boolean =>
  outer.from <= inner.from && (outer.to ?? Infinity) >= (inner.to ?? Infinity);

function change<H extends Stretch>(
  what: CatalogueChange["what"],
  name: string,
  touched: readonly H[],
  isSame: boolean,
  textOf: (held: H) => string,
  after: string,
): CatalogueChange {
  if (isSame) return { what, name, act: "same", fields: [] };
  const before = touched.map(textOf).join(", ");
  return { what, name, act: touched.length === 0 ? "add" : "change", fields: [{ field: "amount", before, after }] };
}

const span = ({ from, to }: Stretch, zone: string): string =>
  `${from === 0 ? "…" : writeInstant(from, zone)} – ${to === null ? "…" : writeInstant(to, zone)}`;

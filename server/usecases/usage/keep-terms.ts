import type { Executor, Tx } from "../../../db/database.ts";
import { microText } from "../../../db/model/money.ts";
import type { PriceRevision } from "../../../db/model/price.ts";
import type { OtherCostRow, UnitPriceRow, UsageApplied } from "../../../db/model/usage-views.ts";
import { changeOtherCosts, changeUnitPrices, readOtherCosts, readUnitPrices } from "../../../db/store/revenue.ts";
import { beginRevision, type RevisionNote } from "../../../db/store/revisions.ts";
import { featureIdsOf, readActs, readFeatureKeys } from "../../../db/store/usage-sources.ts";
import { currencyFault } from "../../config/values.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { ServiceError } from "../../errors.ts";
import type { KeepParts } from "./keep-entries.ts";
import type { OtherCostChange, UnitPriceChange } from "./usage-port.ts";

type Note = Omit<RevisionNote, "subject">;
type Rows = { readonly added: number; readonly ended: number; readonly unchanged: number };

/** What units sell for now, with who said so. `feature` null = all. */
export async function listUnitPrices(db: Executor, feature: string | null): Promise<UnitPriceRow[]> {
  const prices = await readUnitPrices(db, await onlyFeature(db, feature));
  const acts = await readActs(
    db,
    prices.map(({ revision }) => revision),
  );
  return prices.map(({ id, feature: key, currency, perUnitMicro, from, to, revision }) => {
    return { id, feature: key, currency, perUnitMicro: microText(perUnitMicro), from, to, ...actOf(acts, revision) };
  });
}

/** What features cost besides cards, with who said so. `feature` null = all. */
export async function listOtherCosts(db: Executor, feature: string | null): Promise<OtherCostRow[]> {
  const costs = await readOtherCosts(db, await onlyFeature(db, feature));
  const acts = await readActs(
    db,
    costs.map(({ revision }) => revision),
  );
  return costs.map(({ id, feature: key, kind, note, currency, perDayMicro, from, to, revision }) => {
    const cost = { id, feature: key, kind, note, currency, perDayMicro: microText(perDayMicro), from, to };
    return { ...cost, ...actOf(acts, revision) };
  });
}

const actOf = (acts: ReadonlyMap<number, PriceRevision>, id: number) => {
  const act = acts.get(id);
  return { who: act?.who ?? "", why: act?.why ?? "", at: act?.at ?? 0 };
};

async function onlyFeature(db: Executor, feature: string | null): Promise<number[] | null> {
  return feature === null ? null : [...(await featureIdsOf(db, [feature])).values()];
}

/** @throws ServiceError invalid with everything that is wrong */
export async function putUnitPrices(
  { db, clock }: KeepParts,
  changes: readonly UnitPriceChange[],
  note: Omit<Note, "now">,
): Promise<UsageApplied> {
  return await inRevision(db, { ...note, now: () => clock.now() }, (tx, begin) => writeUnitPrices(tx, changes, begin));
}

/** @throws ServiceError invalid with everything that is wrong */
export async function putOtherCosts(
  { db, clock }: KeepParts,
  changes: readonly OtherCostChange[],
  note: Omit<Note, "now">,
): Promise<UsageApplied> {
  return await inRevision(db, { ...note, now: () => clock.now() }, (tx, begin) => writeOtherCosts(tx, changes, begin));
}

/** Begins the revision of the act when it is first asked for one. */
export type Begin = () => Promise<PriceRevision>;

async function inRevision(
  db: KeepParts["db"],
  note: Note,
  work: (tx: Tx, begin: Begin) => Promise<Rows>,
): Promise<UsageApplied> {
  const undone: { unchanged: number } = { unchanged: 0 };
  try {
    return await db.transaction(async (tx) => {
      const revision = await beginRevision(tx, { ...note, subject: "revenue" });
      const { added, ended, unchanged } = await work(tx, () => Promise.resolve(revision));
      if (added + ended > 0) return { revisionId: revision.id, added, replaced: ended, unchanged };
      undone.unchanged = unchanged;
      throw new NothingToChange();
    });
  } catch (error) {
    if (!(error instanceof NothingToChange)) throw error;
    return { revisionId: null, added: 0, replaced: 0, ...undone };
  }
}

class NothingToChange extends Error {}

export async function writeUnitPrices(tx: Tx, changes: readonly UnitPriceChange[], begin: Begin): Promise<Rows> {
  const ids = await checked(tx, changes, ({ perUnitMicro }) => perUnitMicro);
  return await changeUnitPrices(
    tx,
    await begin(),
    changes.map(({ feature, ...change }) => ({ ...change, featureId: ids.get(feature)! })), // checked knows each
  );
}

export async function writeOtherCosts(tx: Tx, changes: readonly OtherCostChange[], begin: Begin): Promise<Rows> {
  const ids = await checked(tx, changes, ({ perDayMicro }) => perDayMicro);
  return await changeOtherCosts(
    tx,
    await begin(),
    changes.map(({ feature, ...change }) => ({ ...change, featureId: ids.get(feature)! })), // checked knows each
  );
}

type Change = Pick<UnitPriceChange, "feature" | "currency" | "from" | "to">;

/** Ids of the features. @throws ServiceError invalid with everything that is wrong */
async function checked<C extends Change>(
  tx: Tx,
  changes: readonly C[],
  amountOf: (change: C) => bigint | null,
): Promise<ReadonlyMap<string, number>> {
  const ids = await featureIdsOf(
    tx,
    changes.map(({ feature }) => feature),
  );
  const keys = changes.every(({ feature }) => ids.has(feature)) ? [] : await readFeatureKeys(tx);
  const faults = changes.flatMap((change, i) => {
    const where = changes.length === 1 ? "" : `row ${i + 1}, `;
    const { feature, currency, from, to } = change;
    const amount = amountOf(change);
    return [
      ...(ids.has(feature) ? [] : [`${where}feature: there is no ${quoted(feature)}; ${wayOut(feature, keys)}`]),
      ...(to !== null && to <= from ? [`${where}to: it ends at ${iso(to)}, which is not after ${iso(from)}`] : []),
      ...(amount !== null && amount < 0n ? [`${where}amount: it is negative; write 0 or more`] : []),
      ...currencyFaults(currency).map((fault) => `${where}${fault}`),
    ];
  });
  if (faults.length > 0) throw new ServiceError("invalid", faults.slice(0, 20).join("; "));
  return ids;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));
const iso = (at: number): string => new Date(at).toISOString();

const wayOut = (feature: string, keys: readonly string[]): string => {
  const meant = didYouMean(feature, keys);
  return meant === null ? "make it on the mapping page first" : `did you mean ${meant}?`;
};

function currencyFaults(currency: string): string[] {
  const fault = currencyFault(currency);
  return fault === null ? [] : [`currency: ${quoted(currency)} is none; write ${fault || "an ISO 4217 code like CNY"}`];
}

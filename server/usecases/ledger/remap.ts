import {
  countPoolHours,
  type Hours,
  readBookedHours,
  readHeldSince,
  readMovedHours,
} from "../../../db/store/booking.ts";
import { readPools } from "../../../db/store/registry.ts";
import type { Remap } from "../../../db/store/mapping.ts";
import { hourStart } from "../../../db/store/steps.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import {
  type Block,
  blocksOf,
  bookOlderHours,
  cutPools,
  lockCommits,
  type OlderHoursParts,
  type Piece,
} from "./older-hours.ts";
import type { PriceSheets } from "./price-sheet.ts";

export type RemapParts = OlderHoursParts & {
  readonly sheets: PriceSheets;
  readonly features: Pick<FeaturesPort, "remaps" | "settleRemaps">;
};

/**
 * Books the hours of holders that changed hands to whom they belong today, as far back as holders' time is kept. Only
 * hours whose lines are of others are touched.
 */
export async function remapOlder(parts: RemapParts): Promise<void> {
  const { db, sheets, features } = parts;
  const calendar = parts.calendar();
  const remaps = await features.remaps();
  if (remaps.length === 0) return;
  const ids = remaps.map(({ id }) => id);
  const hours = await db.transaction(async (tx) => {
    await lockCommits(tx); // whoever books by the rules of before is done
    return within(await readBookedHours(tx), Math.max(sinceOf(remaps), (await readHeldSince(tx)) ?? 0));
  });
  const window = { from: hourStart(hours?.from ?? 0), to: hourStart(hours?.to ?? 0) };
  const pools = (await readPools(db)).map((pool) => pool.id);
  const difference = { cause: "mapping" as const, revisionId: newestOf(remaps) };
  const blocks: Block[] = [];
  for (const block of hours === null ? [] : blocksOf(hours))
    blocks.push({
      from: block.from,
      poolHours: await countPoolHours(db, block, pools),
      pieces: async () => piecesOf(await readMovedHours(db, block, holdersOf(remaps)), difference),
    });
  await bookOlderHours(parts, {
    name: `mapping ${ids.join()}`,
    cause: "mapping",
    blocks,
    calendar,
    sheet: await sheets.of(window, pools),
    time: "holders",
    finish: (tx) => features.settleRemaps(tx, ids),
  });
}

const sinceOf = (remaps: readonly Remap[]): number => Math.min(...remaps.map(({ sinceHour }) => sinceHour));

/** The last act of changing rules among them; null = only what Kubernetes says of pods is another. */
const newestOf = (remaps: readonly Remap[]): number | null =>
  remaps.reduce<number | null>((newest, { revisionId }) => revisionId ?? newest, null);

function holdersOf(remaps: readonly Remap[]): number[] | null {
  const all = new Set<number>();
  for (const { holderIds } of remaps) {
    if (holderIds === null) return null;
    for (const id of holderIds) all.add(id);
  }
  return [...all];
}

const within = (booked: Hours | null, since: number): Hours | null =>
  booked === null || booked.to <= since ? null : { from: Math.max(booked.from, since), to: booked.to };

/** Hours of the same pools go together. */
function piecesOf(
  moved: readonly { readonly hourNo: number; readonly poolId: number }[],
  difference: Piece["difference"],
): Piece[] {
  const poolsByHour = new Map<number, number[]>();
  for (const { hourNo, poolId } of moved) {
    const pools = poolsByHour.get(hourNo);
    if (pools) pools.push(poolId);
    else poolsByHour.set(hourNo, [poolId]);
  }
  const hoursByPools = new Map<string, { hourNos: number[]; poolIds: readonly number[] }>();
  for (const [hourNo, poolIds] of poolsByHour) {
    const same = hoursByPools.get(poolIds.join());
    if (same) same.hourNos.push(hourNo);
    else hoursByPools.set(poolIds.join(), { hourNos: [hourNo], poolIds });
  }
  return [...hoursByPools.values()].flatMap(({ hourNos, poolIds }) => cutPools(hourNos, poolIds, difference));
}

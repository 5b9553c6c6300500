import type { Database } from "../db/database.ts";
import type { Clock } from "../db/model/clock.ts";
import type { CapacityLine, LifeStage } from "../db/model/inventory.ts";
import { DAY_MS, dayOf, shift } from "../db/model/time.ts";
import { unixMs } from "../db/model/units.ts";
import { appendStep } from "../db/store/card-life.ts";
import { readCapacity } from "../db/store/capacity.ts";
import { readCards, readOwnership, readPools } from "../db/store/registry.ts";
import { layOver } from "./domain/inventory/declare.ts";
import { createDeclarations } from "./usecases/inventory/inventory-port.ts";

/**
 * Declares what the simulated fleet was bought as, through the use-case a person works with, once. What there is to see:
 * every pool under a contract of its vendor; two cards that were paid for and never came, on one node; one card more than
 * the contract of another node says; a card that was repaired, and one whose order is under way.
 */
export async function seedDemoInventory({
  db,
  clock,
}: {
  readonly db: Database;
  readonly clock: Clock;
}): Promise<void> {
  if ((await readCapacity(db, null)).length > 0) return;
  const now = { from: clock.now(), to: shift(clock.now(), 1) };
  const ours = new Set((await readOwnership(db, now)).map(({ cardId }) => cardId));
  const pools = await readPools(db);
  const cards = (await readCards(db)).filter(({ id }) => ours.has(id)); // without what was swapped out
  if (cards.length === 0) return; // without a history the fleet is not known yet: the next start declares it
  const began = dayOf(shift(clock.now(), -120 * DAY_MS));
  const nodes = new Map<string, { poolId: number; node: string; uuids: string[] }>();
  for (const { poolId, node, uuid } of cards) {
    const key = `${poolId} ${node}`;
    const there = nodes.get(key) ?? { poolId, node, uuids: [] };
    there.uuids.push(uuid);
    nodes.set(key, there);
  }
  const lines: CapacityLine[] = [];
  const full = [...nodes.values()].filter((n) => n.uuids.length >= 4);
  const [short, long, told] = [full[0], full.at(-1), full[Math.floor(full.length / 2)]];
  for (const pool of pools) {
    const own = [...nodes.values()].filter((n) => n.poolId === pool.id);
    const about = { selector: pick(pool), from: began, to: null, contract: contractOf(pool) };
    for (const { node, uuids } of own) {
      const more = node === short?.node ? 2 : node === long?.node && long !== short ? -1 : 0;
      lines.push({ ...about, node, count: uuids.length + more });
    }
  }
  const write = createDeclarations(db, { ...clock, now: () => began }, () => undefined);
  const note = { who: "procurement", why: "contracts of this year", source: "demo" };
  await write.declare(note, (current) => layOver(current, lines));
  const [repaired] = told?.uuids ?? [];
  if (repaired === undefined) return;
  await live(repaired, [
    ["ordered", -110, "order 2291"],
    ["delivered", -96, "in rack 14"],
    ["accepted", -94, "burn-in passed"],
    ["in_use", -93, "handed over"],
    ["fault", -20, "row remapping failed"],
    ["rma", -18, "case 88-1042"],
    ["delivered", -9, "same card back, repaired"],
    ["accepted", -8, "burn-in passed"],
    ["in_use", -8, "back in service"],
  ]);
  await live("SN-1653924107733", [["ordered", -6, "order 2417, eight of these"]]);

  async function live(card: string, steps: readonly (readonly [LifeStage, number, string])[]) {
    for (const [stage, days, why] of steps) {
      const at = unixMs(clock.now() + days * DAY_MS);
      const step = { at, card, stage, contract: "", who: "hardware", why, recordedAt: at };
      await appendStep(
        db,
        step,
        () => undefined,
        async () => undefined,
      );
    }
  }
}

type Pool = Awaited<ReturnType<typeof readPools>>[number];
const pick = ({ vendor, region, zone, cluster, model, billing }: Pool): CapacityLine["selector"] => {
  return { vendor, region, zone, cluster, model, billing, contract: "" };
};
const contractOf = ({ vendor, billing, id }: Pool): string =>
  billing === "on_demand" || billing === "spot" ? "" : `${vendor.toUpperCase()}-2026-${String(id).padStart(3, "0")}`;

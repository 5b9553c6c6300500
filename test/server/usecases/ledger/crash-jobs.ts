import { HOUR_MS } from "../../../../db/model/time.ts";
import { BEGIN, PLACES, type Story, tell, type Told } from "./fleet-story.ts";
import type { LedgerStage } from "./ledger-stage.ts";

const slot = (place: number, seq: 1 | 2): Told => ({ kind: "slot", place, seq, seed: 40 + place + 100 * seq });
const FIRST: readonly Told[] = PLACES.slice(0, -1).map((place) => slot(place, 1));
const LAST = PLACES.at(-1)!;
const PRICE: Told = {
  kind: "price",
  pool: 0,
  from: 1_234_567,
  to: 2 * HOUR_MS + 7,
  terms: { basis: "instance_hour", amountMicro: 19_000_001n, cardsPerInstance: 3 },
};
const RULES: Told = { kind: "rules", split: 2 };
const LOOK: Told = { kind: "look" };

/** What is told before anybody is killed: hours that people have seen. */
export const BEFORE: readonly Told[] = [
  { kind: "price", pool: 1, from: 0, to: 3 * HOUR_MS, terms: { basis: "card_hour", amountMicro: 7_777_777n } },
  ...FIRST,
  LOOK,
];

/** What the process is killed at: a slot, one that comes late, a price, rules; each with what it makes of older hours. */
export const JOBS: readonly Told[] = [slot(LAST, 1), slot(PLACES[2], 2), PRICE, LOOK, RULES, LOOK];

/** All of it, for the oracle. */
export const STORY: Story = { seed: 0, told: [...BEFORE, ...JOBS] };

/** Told again, none of it changes anything. */
export async function tellAll(stage: LedgerStage, told: readonly Told[]): Promise<void> {
  for (const one of told) await tell(stage, one);
}

/** Everything has been told to people by then. */
export const NOW = BEGIN + 12 * HOUR_MS;

import "../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIELD } from "../../../db/model/card-fields.ts";
import { COLUMN, type SlotColumn } from "../../../db/model/slot.ts";
import { SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { activityOf, saysFault } from "../../../server/domain/card-state.ts";
import { type Reading, type SlotTotals, summariseSlot } from "../../../server/domain/slot-summary.ts";
import { atOnce } from "../../../server/ingest/pieces.ts";
import { closeSlot, type SlotCard } from "../../../server/ingest/slot-close.ts";
import {
  anyOwned,
  anyReadings,
  byName,
  EVER,
  inOrder,
  reading,
  SMALL_RULES,
  WINDOW,
  wholeReadings,
} from "./slot-readings.ts";

/** facts/pitfalls.md 5.2 over any implementation: the real one obeys T-01 to T-09, each mutant breaks one. */
type Summarise = (readings: readonly Reading[], window: Range, owned: Range) => SlotTotals;
type Range = { readonly from: number; readonly to: number };
type Law = (summarise: Summarise) => fc.IRawProperty<unknown>;

const REAL: Summarise = (readings, window, owned) => summariseSlot(readings, window, owned, "no_reading", SMALL_RULES);

const STATES = ["busyMs", "idleHeldMs", "startingMs", "freeMs", "faultMs"] as const;
const HELD = ["busyMs", "idleHeldMs", "startingMs", "faultMs"] as const;
const total = (c: Record<SlotColumn, number>): number => STATES.reduce((sum, state) => sum + c[state], 0);

/** The milliseconds of a window in which a question is answered with yes by the reading that speaks. */
function measure(readings: readonly Reading[], { from, to }: Range, is: (speaking: Reading) => boolean): number {
  let ms = 0;
  for (let t = from; t < to; t += 1) {
    const speaking = readings.findLast((r) => r.at <= t && t < r.until);
    if (speaking !== undefined && is(speaking)) ms += 1;
  }
  return ms;
}
const whole = (r: Reading): boolean => r.values.length > 0;

const partition: Law = (summarise) =>
  fc.property(anyReadings, anyOwned, (readings, owned) => {
    const totals = summarise(readings, WINDOW, owned);
    const c = byName(totals);
    const overlap = Math.max(0, Math.min(owned.to, WINDOW.to) - Math.max(owned.from, WINDOW.from));
    const unknown = c.ownedMs - total(c);
    const judged = measure(readings, clip(owned), (r) => says(r));
    return (
      c.ownedMs === overlap &&
      total(c) === judged &&
      unknown >= c.ownedMs - c.observedMs &&
      (totals.gapCause === "none") === (c.observedMs === c.ownedMs) &&
      STATES.every((state) => Number.isInteger(c[state]) && c[state] >= 0) &&
      isShared(totals)
    );
  });

const clip = (owned: Range): Range => ({
  from: Math.max(owned.from, WINDOW.from),
  to: Math.min(owned.to, WINDOW.to),
});

/** Whether a reading is enough to judge its card. */
function says({ values, offset, holders }: Reading): boolean {
  if (saysFault(values, offset)) return true;
  const activity = activityOf(values, offset);
  if (Number.isNaN(activity)) return false;
  const isMemorySaid = !Number.isNaN(values[offset + FIELD.memoryUsedBytes]!);
  return holders !== null || activity >= SMALL_RULES.kinds.other.busyFrom || isMemorySaid;
}

/** Of each state the holders' parts are at most the card's; who is named alone had all of it, so nobody has parts. */
function isShared(totals: SlotTotals): boolean {
  const c = byName(totals);
  const ids = totals.holds.map(({ holderId }) => holderId);
  if (totals.holderId !== -1) return ids.length === 0;
  return (
    ids.length > 0 &&
    ids.every((id, i) => id > 0 && (i === 0 || ids[i - 1]! < id)) &&
    HELD.every((state) => totals.holds.reduce((sum, hold) => sum + hold[state], 0) <= c[state])
  );
}

const reach: Law = (summarise) =>
  fc.property(fc.nat(2500), fc.integer({ min: 1, max: 900 }), (at, ms) => {
    const alone = Math.max(0, Math.min(at + ms, WINDOW.to) - Math.max(at, WINDOW.from));
    return byName(summarise([reading(at, at + ms, { utilRatio: 0 })], WINDOW, EVER)).observedMs === alone;
  });

const ADDITIVE = ["ownedMs", "observedMs", "utilSaidMs", "readings", "eccCorrected", "freeMs", "faultMs"] as const;
const halfOpen: Law = (summarise) =>
  fc.property(wholeReadings, fc.integer({ min: 1000, max: 2000 }), (readings, cut) => {
    const one = readings.map((r) => ({ ...r, origin: "x" })); // two exporters: each window believes the counters of one
    const all = byName(summarise(one, WINDOW, EVER));
    const left = byName(summarise(one, { ...WINDOW, to: cut }, EVER));
    const right = byName(summarise(one, { ...WINDOW, from: cut }, EVER));
    return ADDITIVE.every((name) => left[name] + right[name] === all[name]);
  });

const weighting: Law = (summarise) =>
  fc.property(anyReadings, fc.nat(), fc.integer({ min: 1, max: 899 }), (readings, pick, after) => {
    fc.pre(readings.length > 0);
    const r = readings[pick % readings.length]!;
    const at = r.at + after;
    fc.pre(at < r.until && readings.every((o) => o.at <= r.at || o.at > at));
    fc.pre(readings.every((o) => o === r || o.until <= r.at));
    const { readings: _before, ...before } = byName(summarise(readings, WINDOW, EVER));
    const { readings: _after, ...more } = byName(summarise(inOrder([...readings, { ...r, at }]), WINDOW, EVER));
    return Object.entries(before).every(([name, value]) => more[name as keyof typeof more] === value);
  });

const monotone: Law = (summarise) =>
  fc.property(anyReadings, anyReadings, (some, late) => {
    const before = byName(summarise(some, WINDOW, EVER));
    const after = byName(summarise(inOrder([...some, ...late]), WINDOW, EVER));
    return after.observedMs >= before.observedMs && after.ownedMs === before.ownedMs;
  });

const union: Law = (summarise) =>
  fc.property(anyReadings, anyReadings, (a, b) => {
    const both = inOrder([...a, ...b]);
    return byName(summarise(both, WINDOW, EVER)).observedMs === measure(both, WINDOW, whole);
  });

const idle: Law = (summarise) =>
  fc.property(anyReadings, anyOwned, (readings, owned) => {
    const c = byName(summarise(readings, WINDOW, owned));
    const quiet = measure(readings, clip(owned), (r) => activityOf(r.values, r.offset) < 0.3);
    const active = measure(readings, clip(owned), (r) => activityOf(r.values, r.offset) >= 0.01);
    const slack = readings.length === 0 ? 0 : 1; // a share of a card is rounded once
    return c.idleHeldMs + c.startingMs <= quiet + slack && (active > 0 || c.busyMs === 0);
  });

const down: Law = (summarise) =>
  fc.property(anyReadings, anyOwned, (readings, owned) => {
    const said = measure(readings, clip(owned), (r) => saysFault(r.values, r.offset));
    return byName(summarise(readings, WINDOW, owned)).faultMs === said;
  });

const twoSources: Law = (summarise) =>
  fc.property(anyReadings, anyOwned, (readings, owned) => {
    const doubled = inOrder(readings.flatMap((r) => [r, { ...r, at: r.at + 1, origin: "z" }]));
    const c = byName(summarise(doubled, WINDOW, owned));
    return c.observedMs <= c.ownedMs && c.ownedMs <= WINDOW.to - WINDOW.from && total(c) <= c.observedMs;
  });

const LAWS: Readonly<Record<string, Law>> = {
  "T-01: states partition what was judged, the rest is missing, and holders share what was held": partition,
  "T-02: a reading speaks for its reach and no longer": reach,
  "T-03: a reading on a border belongs to exactly one window": halfOpen,
  "T-04: one more equal reading in between changes nothing": weighting,
  "T-05: with more readings coverage never shrinks": monotone,
  "T-06: coverage is the measure of the union": union,
  "T-07: idle only where a reading was quiet, busy only where one was active": idle,
  "T-08: a fault only where the card said so": down,
  "T-09: two sources never give more than a card-second a second": twoSources,
};

describe("a slot", () => {
  test.each(Object.entries(LAWS))("%s", async (_, law) => {
    await fc.assert(law(REAL), { numRuns: 300 });
  });
});

const edit =
  (change: (c: number[], totals: SlotTotals, readings: readonly Reading[]) => void): Summarise =>
  (readings, window, owned) => {
    const totals = REAL(readings, window, owned);
    const columns = [...totals.columns];
    change(columns, totals, readings);
    return { ...totals, columns };
  };
const given =
  (change: (readings: readonly Reading[], window: Range) => readonly Reading[]): Summarise =>
  (readings, window, owned) =>
    REAL(change(readings, window), window, owned);
const nextAt = (all: readonly Reading[], i: number): number => all[i + 1]?.at ?? Infinity;

/** A wrong summary that somebody could write, and the law that must catch it. */
const MUTANTS: readonly (readonly [string, Law, Summarise])[] = [
  ["slices nobody has are busy too", partition, edit((c) => (c[COLUMN.busyMs]! += c[COLUMN.freeMs]!))],
  [
    "each holder gets the whole card",
    partition,
    (...asked) => {
      const totals = REAL(...asked);
      const all = byName(totals);
      return {
        ...totals,
        holds: totals.holds.map((hold) => ({ ...hold, busyMs: all.busyMs, idleHeldMs: all.idleHeldMs })),
      };
    },
  ],
  [
    "a card somebody had a part of is all his",
    partition,
    (...asked) => {
      const totals = REAL(...asked);
      return totals.holderId === -1 ? { ...totals, holderId: totals.holds[0]!.holderId } : totals;
    },
  ],
  [
    "a millisecond is lost in rounding",
    partition,
    edit((c, { holds }) => (c[COLUMN.busyMs]! -= holds.length > 1 ? 1 : 0)),
  ],
  ["a reading speaks until the next one", reach, given((all) => all.map((r, i) => ({ ...r, until: nextAt(all, i) })))],
  ["a reading speaks twice its reach", reach, given((all) => all.map((r) => ({ ...r, until: 2 * r.until - r.at })))],
  [
    "a reading on the closing border counts as well",
    halfOpen,
    (readings, window, owned) => {
      const wider = REAL(readings, { ...window, to: window.to + 1 }, owned);
      const columns = [...REAL(readings, window, owned).columns];
      columns[COLUMN.readings] = wider.columns[COLUMN.readings]!;
      return { ...wider, columns };
    },
  ],
  ["a counter is compared within its window only", halfOpen, given((all, { from }) => all.filter((r) => r.at >= from))],
  [
    "the mean is over readings and not over time",
    weighting,
    edit((c, _, readings) => {
      const said = readings.map((r) => activityOf(r.values, r.offset)).filter((a) => !Number.isNaN(a));
      const mean = said.reduce((sum, a) => sum + a, 0) / Math.max(1, said.length);
      c[COLUMN.utilMs] = Math.round(mean * c[COLUMN.utilSaidMs]!);
    }),
  ],
  ["a pause is counted in readings", weighting, edit((c, _, readings) => (c[COLUMN.busyMs]! += readings.length))],
  [
    "only the newest reading speaks",
    monotone,
    given((all) => all.map((r, i) => ({ ...r, until: Math.min(r.until, nextAt(all, i)) }))),
  ],
  [
    "late readings are thrown away, and so is what they overlap",
    monotone,
    given((all) => all.filter((r, i) => all.slice(0, i).every((o) => o.until <= r.at)).slice(0, 3)),
  ],
  [
    "what two exporters saw is added up",
    union,
    edit((c, _, readings) => {
      const lengths = readings.map((r) => Math.max(0, Math.min(r.until, WINDOW.to) - Math.max(r.at, WINDOW.from)));
      c[COLUMN.observedMs] = Math.min(
        c[COLUMN.ownedMs]!,
        lengths.reduce((sum, ms) => sum + ms, 0),
      );
    }),
  ],
  [
    "time nobody watched is idle",
    idle,
    edit((c) => (c[COLUMN.idleHeldMs]! += c[COLUMN.ownedMs]! - c[COLUMN.observedMs]!)),
  ],
  [
    "a short quiet time is busy though nobody saw work",
    idle,
    edit((c) => {
      if (c[COLUMN.idleHeldMs]! > 60) return;
      c[COLUMN.busyMs]! += c[COLUMN.idleHeldMs]!;
      c[COLUMN.idleHeldMs] = 0;
    }),
  ],
  ["silence is a fault", down, edit((c) => (c[COLUMN.faultMs]! += c[COLUMN.ownedMs]! - c[COLUMN.observedMs]!))],
  [
    "an active card cannot be bad",
    down,
    given((all) => all.map((r) => (activityOf(r.values, r.offset) > 0 ? healthy(r) : r))),
  ],
  [
    "each exporter has its own card-seconds",
    twoSources,
    (readings, window, owned) => {
      const parts = ["x", "y", "z"].map((origin) =>
        REAL(
          readings.filter((r) => r.origin === origin),
          window,
          owned,
        ),
      );
      return {
        ...parts[0]!,
        columns: parts[0]!.columns.map((_, i) => parts.reduce((sum, one) => sum + one.columns[i]!, 0)),
      };
    },
  ],
];

function healthy(r: Reading): Reading {
  const values = r.values.slice();
  values[r.offset + FIELD.rowRemapFailed] = 0;
  return { ...r, values };
}

describe("each law catches a wrong summary", () => {
  test.each(MUTANTS)("%s", async (_, law, mutant) => {
    expect((await fc.check(law(mutant), { numRuns: 1_000 })).failed).toBe(true);
  });
});

/** T-09 of a place: whoever stood in it, all exporters naming both cards all the time. */
const SLOT = unixMs(1_767_600_000_000);
type Close = (cards: readonly SlotCard[]) => readonly number[];
const REAL_CLOSE: Close = (cards) => {
  const named = new Map(
    cards.map(({ uuid }) => [
      uuid,
      { readings: [reading(SLOT - 15_000, SLOT + 2 * SLOT_MS, { utilRatio: 1 })], before: "no_reading" as const },
    ]),
  );
  const readings = (function* () {
    yield;
    return named;
  })();
  const { batch } = atOnce(closeSlot(SLOT, cards, readings, () => "no_reading", SMALL_RULES));
  expect(batch.parts.every(({ from, to }) => to - from < SLOT_MS)).toBe(true);
  const parts = new Map(batch.parts.map((part) => [part.cardId, part.to - part.from]));
  for (const [row, id] of batch.cardId.entries())
    // a part says the window of exactly the cards that were not ours all of it
    expect(parts.get(id) ?? SLOT_MS).toBe(batch.columns.ownedMs[row]);
  return [...batch.columns.ownedMs];
};
const moment = fc.oneof(fc.integer({ min: 0, max: SLOT_MS }), fc.constantFrom(-1, 0, SLOT_MS, SLOT_MS + 1));
const swaps = (close: Close) =>
  fc.property(fc.uniqueArray(moment, { minLength: 1, maxLength: 4 }), (list) => {
    const moments = list.toSorted((a, b) => a - b).map((ms) => SLOT + ms);
    const cards = [...moments, Infinity].map((to, i) => ({
      id: i + 1,
      uuid: `GPU-${i}`,
      stays: [{ from: moments[i - 1] ?? 0, to, poolId: 1 }],
    }));
    return close(cards).reduce((sum, ms) => sum + ms, 0) === SLOT_MS;
  });

describe("a place in which cards are swapped", () => {
  test("T-09: predecessor and successors together have its wall time", () => fc.assert(swaps(REAL_CLOSE)));

  test.each<[string, Close]>([
    [
      "the successor counts for the whole slot",
      (cards) =>
        REAL_CLOSE(cards.map((card) => ({ ...card, stays: card.stays.map((stay) => ({ ...stay, from: 0 })) }))),
    ],
    ["the predecessor is forgotten", (cards) => REAL_CLOSE(cards.slice(-1))],
  ])("catches that %s", (_, mutant) => {
    expect(fc.check(swaps(mutant), { numRuns: 200 }).failed).toBe(true);
  });
});

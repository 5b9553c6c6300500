import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeValue } from "../../reports/make-value.ts";
import { FLEET_DIMENSIONS, type ReportValue } from "../../reports/report-value.ts";
import { type SampleWish, sampleFacts } from "../fixtures/report-facts.ts";
import "../tools/seed.ts";

const value = (wish: SampleWish = {}): ReportValue => makeValue(sampleFacts(wish));
const sum = (amounts: readonly (string | null)[]): bigint => amounts.reduce((all, one) => all + BigInt(one ?? "0"), 0n);
const facts = sampleFacts();

describe("sums", () => {
  test("every dimension of the fleet adds up to the total, to the last micro-unit and millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 1e6 }), (cards, seed) => {
        const { fleet } = value({ cards, seed });
        for (const by of FLEET_DIMENSIONS) {
          const rows = fleet.groups[by];
          expect(sum(rows.map(({ costMicro }) => costMicro))).toBe(BigInt(fleet.total.costMicro ?? "0"));
          expect(sum(rows.map(({ wasteMicro }) => wasteMicro))).toBe(BigInt(fleet.total.wasteMicro ?? "0"));
          expect(rows.reduce((all, { ownedMs }) => all + ownedMs, 0)).toBe(fleet.total.ownedMs);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("holes listed and left out are together what is missing", () => {
    const { coverage, holesLeftOut } = value({ cards: 200_000 });
    expect(holesLeftOut.count).toBeGreaterThan(0);
    const listed = coverage.holes.reduce((all, { missingMs }) => all + missingMs, 0);
    expect(listed + holesLeftOut.missingMs).toBe(coverage.ownedMs - coverage.observedMs);
  });

  test("each step of the funnel is at most the one before it, bought aside", () => {
    const [, ...steps] = value().funnel.map(({ ms }) => ms ?? 0);
    expect(steps).toEqual(steps.toSorted((a, b) => b - a));
  });

  test("idle money of the pools is the waste of the fleet", () => {
    const { idle, fleet } = value({ cards: 3000 });
    expect(sum(idle.pools.map(({ micro }) => micro))).toBe(BigInt(fleet.total.wasteMicro ?? "0"));
    expect(idle.micro).toBe(fleet.total.wasteMicro);
  });
});

describe("what is not known", () => {
  test("a fleet without cards has no figure of money, time or coverage, and nothing to compare with", () => {
    const { figures, before, fleet } = value({ cards: 0 });
    const known = figures.filter(({ now }) => now.value !== null).map(({ id }) => id);
    expect(known).toEqual(["incidents"]);
    expect(before).toBeNull();
    expect(fleet.total.costMicro).toBeNull();
  });

  test("time without any price costs an unknown amount and not nothing", () => {
    const ms = facts.now.total.byState.ms.reduce((all, one) => all + one, 0);
    const unpriced = {
      ...facts.now.total,
      micro: "0",
      byState: { ms: facts.now.total.byState.ms, micro: ["0", "0", "0", "0", "0", "0"] },
      estimate: { ...facts.now.total.estimate, unpricedMs: ms },
    };
    const { fleet, funnel, idle } = makeValue({ ...facts, now: { ...facts.now, total: unpriced } });
    expect([fleet.total.costMicro, fleet.total.wasteMicro, fleet.total.hourlyMicro, idle.micro]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(funnel.every(({ lostMicro }) => lostMicro === null)).toBe(true);
  });

  test("of what is no feature's, time that is not there costs nothing, and time without a price an unknown amount", () => {
    const estimate = { ...facts.now.total.estimate, unpricedMs: 1 };
    const loose = [
      { what: "fault" as const, micro: "0", ms: 0 },
      { what: "idle" as const, micro: "0", ms: 1 },
    ];
    const now = { ...facts.now, total: { ...facts.now.total, estimate }, features: { ...facts.now.features, loose } };
    expect(makeValue({ ...facts, now }).features.loose.map(({ micro }) => micro)).toEqual(["0", null]);
  });

  test("faults of a fleet nobody observed are not known", () => {
    const { total } = makeValue({ ...facts, now: { ...facts.now, poolSums: [] } }).reliability;
    expect(total.xids).toBeNull();
  });
});

describe("incidents", () => {
  const { from, to } = facts.period;
  const one = facts.now.incidents[0]!;
  const HOUR = 3_600_000;
  const at = (hours: number) => (from + hours * HOUR) as typeof from;
  const incidents = (list: readonly Partial<typeof one>[]) =>
    makeValue({ ...facts, now: { ...facts.now, incidents: list.map((part, i) => ({ ...one, id: i, ...part })) } })
      .incidents;

  test("means are over what fired in the period, as it was known when it ended", () => {
    const part = incidents([
      { firedAt: at(1), ackedAt: at(2), resolvedAt: at(4) },
      { firedAt: at(1), ackedAt: null, resolvedAt: at(2) },
      { firedAt: at(1), ackedAt: (to + 1) as typeof to, resolvedAt: (to + 1) as typeof to },
      { firedAt: at(-5), ackedAt: at(-4), resolvedAt: at(3) },
    ]);
    expect(part).toMatchObject({ fired: 3, acked: 1, resolved: 2, mttaMs: HOUR, mttrMs: 2 * HOUR, open: 1 });
  });

  test("an incident of before counts with the time it was open in the period", () => {
    const [line] = incidents([{ firedAt: at(-5), resolvedAt: at(3), costPerHourMicro: "10000000" }]).lines;
    expect(line).toMatchObject({ openMs: 3 * HOUR, costMicro: "30000000" });
  });

  test("what was found in late data is listed and counts in no mean: nobody could have looked", () => {
    expect(incidents([{ firedAt: at(1), isHistoric: true }])).toMatchObject({ fired: 0, mttrMs: null });
  });
});

describe("repeat offenders", () => {
  const card = { ...facts.now.troubles[0]!, xids: 0, drops: 0, eccUncorrected: 0, rowsRemapped: 0 };
  const offenders = (now: readonly (typeof card)[], prior: readonly (typeof card)[] = []) =>
    makeValue({
      ...facts,
      now: { ...facts.now, troubles: now },
      prior: { ...facts.prior, troubles: prior },
    }).reliability.offenders.map(({ uuid }) => uuid);

  test("two faults in the period make one, and one with another in the period before", () => {
    expect(offenders([{ ...card, xids: 2 }])).toEqual([card.uuid]);
    expect(offenders([{ ...card, xids: 1 }], [{ ...card, drops: 1 }])).toEqual([card.uuid]);
  });

  test("one fault alone is bad luck, and a burst of ECC errors is one fault", () => {
    expect(offenders([{ ...card, drops: 1 }])).toEqual([]);
    expect(offenders([{ ...card, eccUncorrected: 500 }])).toEqual([]);
  });

  test("rows remapped with their XID are one fault", () => {
    expect(offenders([{ ...card, xids: 1, xidCodes: [63], rowsRemapped: 1, eccUncorrected: 2 }])).toEqual([]);
  });

  test("a card that moved between pools is one card", () => {
    const poolId = card.poolId + 1;
    expect(
      offenders([
        { ...card, xids: 1 },
        { ...card, poolId, xids: 1 },
      ]),
    ).toEqual([card.uuid]);
  });
});

describe("changes", () => {
  test("a check that cannot be judged any more is a change of its own kind", () => {
    const checks = facts.prior.checks.map(({ item, result }) => ({
      item,
      result: { ...result, verdict: "ok" as const },
    }));
    const kinds = makeValue({ ...facts, prior: { ...facts.prior, checks } }).changes.map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(["check_worse", "check_unknown"]);
  });

  test("the first report lists no card as new, and cards that came later are by number", () => {
    const arrivals = [1, 2].map((poolId) => ({ poolId, kind: "came" as const, cards: 10 * poolId }));
    const first = makeValue({ ...facts, arrivals, prior: sampleFacts({ cards: 0 }).prior });
    expect(first.changes).toEqual([]);
    const later = makeValue({ ...facts, arrivals }).changes.filter(({ kind }) => kind === "cards_came");
    expect(later.map(({ now }) => now.value)).toEqual([20, 10]);
  });

  test("a tier that came back to where it was is no change", () => {
    const event = facts.tierEvents[0]!;
    const back = { ...event, at: event.at + 1, fromTier: event.toTier, toTier: 1 as const };
    const kinds = makeValue({ ...facts, tierEvents: [back, event] }).changes.map(({ kind }) => kind);
    expect(kinds).not.toContain("tier");
  });
});

test("the value is plain JSON and the same every time", () => {
  const [a, b] = [value(), value()];
  expect(JSON.stringify(a)).toBe(JSON.stringify(b));
  expect(JSON.parse(JSON.stringify(a))).toEqual(a);
});

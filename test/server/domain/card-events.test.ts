import { describe, expect, test } from "vitest";
import { FIELD, FIELD_COUNT, type CardField } from "../../../db/model/card-fields.ts";
import { unixMs } from "../../../db/model/units.ts";
import { addRises, eventsBetween, eventsOfSlot, noRises } from "../../../server/domain/card-events.ts";
import type { Reading } from "../../../server/domain/slot-summary.ts";

const T = Date.UTC(2026, 0, 5);
type Xids = Reading["xidCounts"];
function reading(
  at: number,
  said: Partial<Record<CardField, number>>,
  xidCounts: Xids = [],
  reachMs = 30_000,
): Reading {
  const values = new Float64Array(FIELD_COUNT).fill(Number.NaN);
  for (const [name, value] of Object.entries(said)) values[FIELD[name as CardField]] = value;
  return { origin: "x", at, until: at + reachMs, ends: "no_reading", values, offset: 0, holders: null, xidCounts };
}
const between = (a: Partial<Record<CardField, number>>, b: Partial<Record<CardField, number>>) =>
  eventsBetween(7, reading(T, a), reading(T + 15_000, b)).map(({ kind, code, count }) => [kind, code, count]);

describe("between two readings", () => {
  test.each<[string, Partial<Record<CardField, number>>, Partial<Record<CardField, number>>, unknown[]]>([
    ["a code came", { xidCode: 0 }, { xidCode: 79 }, [["xid", 79, 1]]],
    ["another code", { xidCode: 62 }, { xidCode: 45 }, [["xid", 45, 1]]],
    ["the code stays, whatever happened", { xidCode: 79 }, { xidCode: 79 }, []],
    ["the driver was loaded anew", { xidCode: 79, eccUncorrectedTotal: 5 }, { xidCode: 0, eccUncorrectedTotal: 0 }, []],
    ["after a restart the counter says 2: no event", { eccUncorrectedTotal: 5 }, { eccUncorrectedTotal: 2 }, []],
    ["two errors more", { eccUncorrectedTotal: 5 }, { eccUncorrectedTotal: 7 }, [["ecc_uncorrected", 0, 2]]],
    ["nobody said it before", {}, { xidCode: 79, eccUncorrectedTotal: 7 }, []],
  ])("%s", (_, a, b, events) => expect(between(a, b)).toEqual(events));

  test("the same code twice is seen twice where the exporter counts in a window", () => {
    const counts = (count: number) => [{ code: 31, count }];
    const said = { xidCode: 31 };
    const found = eventsBetween(7, reading(T, said, counts(1)), reading(T + 15_000, said, counts(3)));
    expect(found).toEqual([{ cardId: 7, at: T + 15_000, kind: "xid", code: 31, count: 2, detail: "" }]);
    expect(eventsBetween(7, reading(T, said, counts(3)), reading(T + 15_000, said, counts(1)))).toEqual([]);
  });
});

describe("of a slot", () => {
  const slot = unixMs(T);
  const of = (rises: Partial<ReturnType<typeof noRises>>) =>
    eventsOfSlot(7, slot, { ...noRises(), ...rises }).map(({ kind, count, at }) => [kind, count, at]);

  test.each([
    [{}, []],
    [{ nvlinkErrors: 1 }, [["nvlink_error", 1, T]]],
    [{ pcieReplays: 93 }, []],
    [{ pcieReplays: 94 }, [["pcie_replay", 94, T]]],
    [{ thermalMs: 14_999 }, []],
    [{ thermalMs: 15_000 }, [["throttled", 15_000, T]]],
  ])("%j", (rises, events) => expect(of(rises)).toEqual(events));

  test("rises add up reading by reading; restarts are none, and time across a hole is nobody's", () => {
    const said = (n: number) => ({ nvlinkErrorTotal: n, pcieReplayTotal: 2 * n, thermalThrottleSeconds: n });
    const rises = noRises();
    const readings = [
      reading(T, said(1)),
      reading(T + 15_000, said(4)),
      reading(T + 30_000, said(2)),
      reading(T + 200_000, said(9)),
    ];
    readings.slice(1).forEach((after, i) => addRises(readings[i]!, after, rises));
    expect(rises).toEqual({ nvlinkErrors: 10, pcieReplays: 20, thermalMs: 3_000 });
  });
});

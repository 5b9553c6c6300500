import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Report } from "../../../db/model/frame.ts";
import { unixMs } from "../../../db/model/units.ts";
import { atOnce } from "../../../server/ingest/pieces.ts";
import { ReportLog } from "../../../server/ingest/report-log.ts";
import { frame, sighting } from "../../tools/frames.ts";

const CARDS = ["a", "b", "c"].map((uuid) => sighting(uuid));
const LISTS = [CARDS, CARDS.slice(0, 2), CARDS.slice(1)];

const anyReport: fc.Arbitrary<Report> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ o: fc.constantFrom("x", "y"), at: fc.nat(600), list: fc.nat(2), util: fc.constantFrom(0, 1) })
      .map((r) => frame(r.o, r.at, LISTS[r.list]!, { utilRatio: r.util }, 100)),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ o: fc.constantFrom("x", "y"), at: fc.nat(600) })
      .map((r) => ({ kind: "silence" as const, origin: r.o, at: unixMs(r.at), cause: "source_down" as const })),
  },
);
/** One report per origin and instant, as a scrape loop makes them. */
const anyReports = fc
  .array(anyReport, { maxLength: 25 })
  .map((list) => [...new Map(list.map((r) => [`${r.origin}@${r.at}`, r])).values()]);

const noHolders = () => null;
const shape = (log: ReportLog, to = 1000) =>
  [...atOnce(log.readings(to, noHolders))]
    .map(
      ([uuid, { readings }]) =>
        [uuid, readings.map((r) => ({ at: r.at, until: r.until, ends: r.ends, util: r.values[r.offset] }))] as const,
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
const logOf = (reports: readonly Report[]) => {
  const log = new ReportLog();
  for (const r of reports) log.add(r);
  return log;
};

describe("ReportLog", () => {
  test("gives the same readings whatever the order and however often reports come", () => {
    fc.assert(
      fc.property(
        anyReports.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
        ),
        ([list, mixed]) => {
          expect(shape(logOf(mixed))).toEqual(shape(logOf(list)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("settling forgets nothing that later time still needs", () => {
    fc.assert(
      fc.property(anyReports, fc.nat(600), (list, cut) => {
        const whole = shape(logOf(list))
          .map(([uuid, r]) => [uuid, r.filter((x) => x.until > cut || x.at >= cut)] as const)
          .filter(([, r]) => r.length > 0);
        const log = logOf(list);
        log.settle(cut);
        const kept = shape(log)
          .map(([uuid, r]) => [uuid, r.filter((x) => x.until > cut || x.at >= cut)] as const)
          .filter(([, r]) => r.length > 0);
        expect(kept).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  test("settling keeps the last reading of a card that was dropped, and why it ended", () => {
    fc.assert(
      fc.property(anyReports, fc.nat(600), (list, cut) => {
        const lastOf = (log: ReportLog) =>
          [...atOnce(log.readings(cut, noHolders))].map(([uuid, { readings }]) => {
            const { at, until, ends } = readings.at(-1)!;
            return [uuid, { at, until, ends }] as const;
          });
        const log = logOf(list.filter(({ origin }) => origin === "x"));
        const before = new Map(lastOf(log));
        for (const settleAt of [cut, cut]) log.settle(settleAt);
        expect(new Map(lastOf(log))).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test("settling keeps little of an exporter that makes up new cards each time, and of a drop of long ago nothing", () => {
    const log = new ReportLog();
    for (let at = 0; at < 5_000; at += 50) log.add(frame("x", at, [CARDS[0]!, sighting(`made-up-${at}`)], {}, 100));
    log.settle(5_000);
    expect([...log.all()].length).toBeLessThanOrEqual(18);
    const day = 86_400_000;
    for (let at = 5_000; at < day + 10_000; at += 60_000) log.add(frame("x", at, [CARDS[0]!], {}, 100));
    log.settle(day + 10_000);
    expect([...log.all()]).toHaveLength(1);
  });

  test("settling keeps an endless outage small", () => {
    const log = logOf([frame("x", 0, CARDS, {}, 100)]);
    for (let at = 50; at < 50_000; at += 15)
      log.add({ kind: "silence", origin: "x", at: unixMs(at), cause: "source_down" });
    log.settle(50_000);
    expect([...log.all()].map((r) => r.at)).toEqual([0, 50, 49_985]);
  });

  test("a card its exporter no longer names is gone from that report on, not at the end of its reach", () => {
    const [, [, b]] = shape(logOf([frame("x", 0, CARDS, {}, 100), frame("x", 50, [CARDS[0]!], {}, 100)])) as never as [
      unknown,
      [string, { until: number; ends: string }[]],
    ];
    expect(b).toMatchObject([{ until: 50, ends: "card_gone" }]);
  });

  test("a silence ends what was said before it, with its cause", () => {
    const log = logOf([
      frame("x", 0, [CARDS[0]!], {}, 100),
      { kind: "silence", origin: "x", at: unixMs(30), cause: "source_down" },
    ]);
    expect(shape(log)).toMatchObject([["a", [{ until: 30, ends: "source_down" }]]]);
  });
});

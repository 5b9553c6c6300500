import fc from "fast-check";
import { expect, test } from "vitest";
import { FIELD_COUNT } from "../../../db/model/card-fields.ts";
import type { CardFrame, Report } from "../../../db/model/frame.ts";
import { unixMs } from "../../../db/model/units.ts";
import { atOnce } from "../../../server/ingest/pieces.ts";
import { JournalReader, JournalWriter } from "../../../server/ingest/journal-codec.ts";
import { frame, pod, sighting } from "../../tools/frames.ts";

const LISTS = [
  [sighting("GPU-1", { holders: [pod("a"), pod("\u{1F4A5}\u202E__proto__")] }), sighting("GPU-2", { holders: null })],
  [sighting("GPU-3", { migProfiles: ["1g.10gb"] })],
  [],
];
const anyFrame = fc
  .record({
    o: fc.constantFrom("x", "__proto__", ""),
    at: fc.integer({ min: 0, max: 2e12 }),
    list: fc.nat(2),
    util: fc.double({ noDefaultInfinity: true }),
    row: fc.nat(1),
  })
  .map(({ o, at, list, util, row }): CardFrame => ({
    ...frame(o, at, LISTS[list]!, { utilRatio: util, energyJoules: 2 ** 60 }),
    xidCounts: [{ row, code: 79, count: 3, windowMs: 300_000 }],
  }));
const anyReport: fc.Arbitrary<Report> = fc.oneof(
  anyFrame,
  fc.nat(1e6).map((at) => ({ kind: "silence" as const, origin: "y", at: unixMs(at), cause: "card_gone" as const })),
);

test("what is written is what is read, across payloads and a restart in between", () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyReport, { maxLength: 6 }), { maxLength: 4 }), fc.nat(4), (payloads, restartAt) => {
      let writer = new JournalWriter();
      const reader = new JournalReader();
      const read: Report[] = [];
      payloads.forEach((reports, i) => {
        if (i === restartAt) writer = new JournalWriter(reader.next);
        const encoded = atOnce(writer.encode(reports));
        encoded.committed();
        read.push(...reader.decode(encoded.payload));
      });
      expect(read).toEqual(payloads.flat());
    }),
  );
});

test("a payload that did not reach the database is explained again in the next", () => {
  const writer = new JournalWriter();
  atOnce(writer.encode([frame("x", 1, LISTS[0]!, {})])); // never committed
  const second = atOnce(writer.encode([frame("x", 2, LISTS[0]!, {})]));
  expect(new JournalReader().decode(second.payload)).toHaveLength(1);
});

test("a payload out of order is refused by name", () => {
  const writer = new JournalWriter();
  atOnce(writer.encode([frame("x", 1, LISTS[0]!, {})])).committed();
  const second = atOnce(writer.encode([frame("x", 2, LISTS[0]!, {})])).payload;
  expect(() => new JournalReader().decode(second)).toThrow("no payload explained");
});

test("the mask of said fields holds every field", () => expect(FIELD_COUNT).toBeLessThanOrEqual(32));

import { expect, test } from "vitest";
import { CardTarget } from "../../../collectors/card-target.ts";
import { renderDcgm } from "../../../collectors/simulator/dcgm-text.ts";
import { Fleet } from "../../../collectors/simulator/fleet.ts";
import { fleetHistory, historyFrames } from "../../../collectors/simulator/history.ts";
import type { SimNode } from "../../../collectors/simulator/layout.ts";
import { renderNpu } from "../../../collectors/simulator/npu-text.ts";
import { CARD_FIELDS, FIELD_COUNT } from "../../../db/model/card-fields.ts";
import type { CardFrame, Report } from "../../../db/model/frame.ts";
import { unixMs } from "../../../db/model/units.ts";

const START = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const fleetOf = (cards: number, more: { seed?: number; faults?: number } = {}): Fleet =>
  new Fleet({ seed: 7, cards, startMs: START, ...more });

/** What the collector makes of the rendered text. */
function parsed(target: CardTarget, fleet: Fleet, node: SimNode, t: number): CardFrame | null {
  const text = node.style === "npu" ? renderNpu(fleet, node, t) : renderDcgm(fleet, node, t);
  const about = { origin: node.name, at: unixMs(t), reachMs: 600_000, place: node.pool.place, node: node.name };
  return target.toFrame(new TextEncoder().encode(text), "text", about).frame;
}

function expectSame(live: CardFrame, past: CardFrame, what: string): void {
  expect(past.cards, what).toEqual(live.cards);
  expect(past.place).toEqual(live.place);
  const order = (f: CardFrame) => [...f.xidCounts].sort((a, b) => a.row - b.row || a.code - b.code);
  expect(order(past), what).toEqual(order(live));
  for (let i = 0; i < live.values.length; i++) {
    const [a, b] = [live.values[i] as number, past.values[i] as number];
    const same = Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
    const where = () =>
      `${what} row ${Math.floor(i / FIELD_COUNT)} ${CARD_FIELDS[i % FIELD_COUNT]?.name}: text ${a}, history ${b}`;
    if (!same) expect.fail(where());
  }
}

test("a frame of history is the frame the collectors make of the rendered text, for every kind of exporter", () => {
  const fleet = fleetOf(1_000, { faults: 30 }); // many faults, so that codes, drops and swaps are met too
  const seen = new Map<string, number>();
  let withXids = 0;
  let withDrops = 0;
  for (const node of fleet.nodes) {
    const kind = `${node.style}/${node.role}`;
    if ((seen.get(kind) ?? 0) >= 3) continue;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    const target = new CardTarget();
    const from = unixMs(START - 30 * HOUR);
    for (const past of historyFrames({ fleet, node, from, to: unixMs(START), stepMs: 900_000 })) {
      if (past.kind === "silence") continue;
      const live = parsed(target, fleet, node, past.at);
      if (live === null) continue;
      expectSame(live, past, `${node.name} (${kind}) at ${new Date(past.at).toISOString()}`);
      if (past.xidCounts.some((c) => c.count > 0)) withXids++;
      if (past.cards.length < node.size) withDrops++;
    }
  }
  expect(seen.size).toBeGreaterThanOrEqual(14);
  expect(withXids).toBeGreaterThan(0);
  expect(withDrops).toBeGreaterThan(0);
});

test("the whole fleet's history is its nodes' histories, slot by slot", () => {
  const request = { from: unixMs(START - 5 * HOUR), to: unixMs(START) };
  const slots = [...fleetHistory({ fleet: fleetOf(120), ...request })];
  expect(slots).toHaveLength(60);
  const fleet = fleetOf(120);
  for (const [i, node] of fleet.nodes.entries()) {
    const alone = [...historyFrames({ fleet, node, ...request })];
    expect(slots.map((reports) => reports[i])).toEqual(alone);
  }
});

test("cards stay one array while nothing about them changes, and change when a holder does", () => {
  const fleet = fleetOf(400);
  let frames = 0;
  let changes = 0;
  for (const node of fleet.nodes) {
    let last: Report | null = null;
    for (const report of historyFrames({ fleet, node, from: unixMs(START - DAY), to: unixMs(START) })) {
      if (report.kind === "frame") {
        frames++;
        if (last?.kind === "frame" && last.cards !== report.cards) {
          changes++;
          expect(report.cards).not.toEqual(last.cards);
        }
        last = report;
      }
    }
  }
  expect(changes).toBeGreaterThan(0);
  expect(changes / frames).toBeLessThan(0.1);
});

test("a node that is down is silent at every step, for as long as it is", () => {
  const fleet = fleetOf(1_000);
  const fault = fleet.faultsBetween(START - 2 * DAY, START).find((f) => f.id === "host-other");
  const node = fleet.nodes.find((n) => n.name === fault?.node);
  if (fault === undefined || node === undefined) throw new Error("the show has a node that went down");
  const reports = [...historyFrames({ fleet, node, from: unixMs(START - 2 * DAY), to: unixMs(START) })];
  for (const r of reports) {
    if (r.at >= fault.at && r.at < fault.until) expect(r).toMatchObject({ kind: "silence", cause: "source_down" });
  }
  expect(reports.filter((r) => r.kind === "silence").length).toBeGreaterThan(15);
});

test("a node whose only card is gone is silent, as its empty body is no reading", () => {
  const fleet = fleetOf(1_000, { faults: 400 });
  for (const node of fleet.nodes.filter((n) => n.size === 1)) {
    for (const report of historyFrames({ fleet, node, from: unixMs(START - 10 * DAY), to: unixMs(START) })) {
      if (report.kind !== "silence" || fleet.outageAt(node, report.at) !== undefined) continue;
      expect(() => parsed(new CardTarget(), fleet, node, report.at)).toThrow(/sample|card/);
      return;
    }
  }
  expect.fail("with so many faults some single card is gone at times");
});

test("a step off the exporters' beat is refused", () => {
  const fleet = fleetOf(8);
  const request = { fleet, from: unixMs(START - HOUR), to: unixMs(START), stepMs: 20_000 };
  expect(() => [...fleetHistory(request)]).toThrow("multiple of 15000");
});

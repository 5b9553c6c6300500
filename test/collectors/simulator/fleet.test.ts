import { expect, test } from "vitest";
import { FAULT_CLASSES, dailyRate, type FaultClass } from "../../../collectors/simulator/fault-rates.ts";
import { CARD_TYPES } from "../../../collectors/simulator/card-types.ts";
import { renderDcgm } from "../../../collectors/simulator/dcgm-text.ts";
import { Fleet } from "../../../collectors/simulator/fleet.ts";
import { historyFrames } from "../../../collectors/simulator/history.ts";
import { renderNpu } from "../../../collectors/simulator/npu-text.ts";
import { CARD_FIELDS, FIELD, FIELD_COUNT } from "../../../db/model/card-fields.ts";
import { cardModel } from "../../../db/model/card-models.ts";
import { unixMs } from "../../../db/model/units.ts";

const START = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const bodies = (fleet: Fleet, t: number): string[] =>
  fleet.nodes.map((node) => (node.style === "npu" ? renderNpu(fleet, node, t) : renderDcgm(fleet, node, t)));

const show = (cards = 1_000, seed = 1): Fleet => new Fleet({ seed, cards, startMs: START });

test("a thousand cards stand at three vendors in ten regions, of every model and billing type", () => {
  const pools = show().nodes.map((n) => n.pool);
  const distinct = (of: (p: (typeof pools)[number]) => string) => new Set(pools.map(of));
  expect(distinct((p) => p.place.vendor).size).toBe(3);
  expect(distinct((p) => p.place.region).size).toBe(10);
  expect(distinct((p) => p.place.billing)).toEqual(new Set(["monthly", "reserved", "on_demand", "spot", "owned"]));
  expect(distinct((p) => p.type.id)).toEqual(
    new Set([
      "T4",
      "V100-SXM2-16G",
      "V100-SXM2-32G",
      "A10",
      "A800-80G-SXM",
      "A100-40G-SXM",
      "A100-80G-SXM",
      "H100-SXM",
      "L40S",
      "Ascend910B3",
    ]),
  );
  for (const { type } of pools) expect(cardModel(type.modelName)?.id).toBe(type.id);
});

test("every role and every kind of exporter is met among a thousand cards", () => {
  const { nodes } = show();
  expect(new Set(nodes.map((n) => n.role))).toEqual(
    new Set(["gang", "serving", "batch", "notebook", "spare", "mig", "sliced"]),
  );
  expect(new Set(nodes.map((n) => n.style))).toEqual(new Set(["old", "stock", "site", "lower", "renamed", "npu"]));
});

test.each([0, 1, 2, 3, 64, 1_000, 10_000, 20_000])("a fleet of %i cards has exactly that many", (cards) => {
  const fleet = show(cards);
  expect(fleet.nodes.reduce((sum, n) => sum + n.size, 0)).toBe(cards);
  expect(new Set(fleet.nodes.map((n) => n.name)).size).toBe(fleet.nodes.length);
  if (cards <= 64) expect(bodies(fleet, START).join("").split("UUID=").length > 1).toBe(cards > 0);
});

test("a larger fleet begins with the nodes of the smaller", () => {
  const small = show(500)
    .nodes.map((n) => n.name)
    .slice(0, -1);
  expect(
    show(5_000)
      .nodes.map((n) => n.name)
      .slice(0, small.length),
  ).toEqual(small);
});

test("the same seed gives the same bytes, another seed others", () => {
  expect(bodies(show(200), START)).toEqual(bodies(show(200), START));
  expect(bodies(show(200), START)).not.toEqual(bodies(show(200, 2), START));
});

test("instants may be asked for in any order, and twice", () => {
  const times = [START - 9 * DAY, START + 90_000, START - 40 * HOUR, START - 5 * HOUR, START - 13 * DAY];
  const forward = show(160);
  const inOrder = new Map(times.toSorted((a, b) => a - b).map((t) => [t, bodies(forward, t)]));
  const wild = show(160);
  for (const t of [...times, ...times.toReversed()]) expect(bodies(wild, t)).toEqual(inOrder.get(t));
});

test("a drop of a scrape between two beats repeats the exporter's last values", () => {
  const fleet = show(40);
  expect(bodies(fleet, START + 16_000).map((b) => b.replaceAll(/ \d{13}\n/g, "\n"))).toEqual(
    bodies(fleet, START + 29_999).map((b) => b.replaceAll(/ \d{13}\n/g, "\n")),
  );
});

test("utilisation is bimodal: cards stand still or are near full, hardly any is between", () => {
  const fleet = show();
  let whole = 0;
  let middle = 0;
  let still = 0;
  let full = 0;
  for (const node of fleet.nodes) {
    for (const report of historyFrames({
      fleet,
      node,
      from: unixMs(START - 7 * DAY),
      to: unixMs(START),
      stepMs: 900_000,
    })) {
      if (report.kind === "silence") continue;
      for (let row = 0; row < report.cards.length; row++) {
        const util = report.values[row * FIELD_COUNT + FIELD.utilRatio] as number;
        if (Number.isNaN(util)) continue; // MIG
        whole++;
        if (util < 0.05) still++;
        else if (util > 0.85) full++;
        if (util > 0.2 && util < 0.8) middle++;
      }
    }
  }
  expect(middle / whole).toBeLessThan(0.15);
  expect(middle / whole).toBeGreaterThan(0.005);
  expect(still / whole).toBeGreaterThan(0.25);
  expect(full / whole).toBeGreaterThan(0.35);
});

test("serving follows the day: Shanghai's evening is busier than its small hours", () => {
  const fleet = new Fleet({ seed: 1, cards: 1_000, startMs: START, faults: 0 });
  const busyAt = (t: number): number => {
    let busy = 0;
    for (const node of fleet.nodes.filter((n) => n.role === "serving")) {
      for (const r of historyFrames({ fleet, node, from: unixMs(t), to: unixMs(t + 1) })) {
        if (r.kind === "frame")
          for (let row = 0; row < r.cards.length; row++) busy += Number((r.values[row * FIELD_COUNT] as number) > 0.3);
      }
    }
    return busy;
  };
  const evening = busyAt(Date.UTC(2026, 10, 18, 12)); // 20:00 in Shanghai
  const night = busyAt(Date.UTC(2026, 10, 17, 20)); // 04:00
  expect(evening).toBeGreaterThan(2 * night);
});

test("a gang starts and stops together", () => {
  const fleet = new Fleet({ seed: 1, cards: 1_000, startMs: START, faults: 0 });
  const mates = (block: number) => fleet.nodes.filter((n) => n.block === block);
  const nodes = mates(fleet.nodes.find((n) => n.block >= 0 && mates(n.block).length >= 2)?.block ?? -1);
  expect(nodes.length).toBeGreaterThanOrEqual(2);
  const heldBy = nodes.map((node) =>
    [...historyFrames({ fleet, node, from: unixMs(START - 5 * DAY), to: unixMs(START) })].map((r) =>
      r.kind === "frame" ? r.cards.map((c) => (c.holders ?? []).length).join("") : "silent",
    ),
  );
  expect(heldBy[0]).toEqual(heldBy[1]);
  expect(new Set(heldBy[0]).size).toBe(2); // all held, or none
});

const COUNTERS = CARD_FIELDS.flatMap((f, column) => (f.kind === "counter" ? [{ ...f, column }] : []));

test("counters only rise, but after a reset of the card or its driver", () => {
  const fleet = new Fleet({ seed: 3, cards: 300, startMs: START, faults: 20 });
  let falls = 0;
  let rises = 0;
  for (const node of fleet.nodes) {
    const last = new Map<string, { at: number; values: Float64Array }>();
    for (const r of historyFrames({ fleet, node, from: unixMs(START - 10 * DAY), to: unixMs(START) })) {
      if (r.kind === "silence") continue;
      for (const [row, card] of r.cards.entries()) {
        const values = r.values.slice(row * FIELD_COUNT, (row + 1) * FIELD_COUNT);
        const before = last.get(card.uuid);
        last.set(card.uuid, { at: r.at, values });
        if (before === undefined) continue;
        for (const { name, column } of COUNTERS) {
          const [a, b] = [before.values[column] as number, values[column] as number];
          if (b > a) rises++;
          if (!(b < a)) continue;
          falls++;
          expect(name.startsWith("rows") || name === "pagesRetiredTotal", `${name} of ${card.uuid} fell`).toBe(false);
          const repaired = fleet
            .faultsBetween(START - 15 * DAY, START)
            .some((f) => f.node === node.name && f.until > before.at && f.until <= r.at);
          expect(repaired, `${name} of ${card.uuid} fell ${a} → ${b} without a repair`).toBe(true);
        }
      }
    }
  }
  expect(rises).toBeGreaterThan(100_000);
  expect(falls).toBeGreaterThan(10);
});

test("the energy counter is the integral of the power gauge", () => {
  const fleet = new Fleet({ seed: 5, cards: 60, startMs: START, faults: 0 });
  for (const node of fleet.nodes) {
    const frames = [
      ...historyFrames({ fleet, node, from: unixMs(START - 12 * HOUR), to: unixMs(START + 1), stepMs: 15_000 }),
    ];
    for (let row = 0; row < node.size; row++) {
      let joules = 0;
      for (const r of frames.slice(0, -1))
        if (r.kind === "frame") joules += (r.values[row * FIELD_COUNT + FIELD.powerWatts] as number) * 15;
      const [first, last] = [frames[0], frames.at(-1)];
      if (first?.kind !== "frame" || last?.kind !== "frame" || node.style === "npu") continue;
      const at = row * FIELD_COUNT + FIELD.energyJoules;
      const counted = (last.values[at] as number) - (first.values[at] as number);
      expect(Math.abs(counted - joules) / counted, `${node.name} row ${row}`).toBeLessThan(0.02);
    }
  }
});

test("faults come as often as the published rates say, within Poisson bounds", () => {
  const days = 200;
  const fleet = new Fleet({ seed: 11, cards: 2_000, startMs: START, pastDays: days, staged: false });
  const faults = fleet.faultsBetween(START - days * DAY, START);
  const counts = new Map<FaultClass, number>();
  for (const f of faults) counts.set(f.id, (counts.get(f.id) ?? 0) + 1);
  for (const { id, per, rate } of FAULT_CLASSES) {
    let mean = 0;
    for (const node of fleet.nodes) {
      const type = per === "node" ? CARD_TYPES.A100_80 : node.pool.type;
      mean += dailyRate(id, rate, type, node.lemon && !(per === "node" && id === "exporter-down")) * node.size * days;
    }
    const count = counts.get(id) ?? 0;
    // Faults of what is already broken are not seen: a few percent fewer, and lemons keep themselves busy.
    expect(count, `${id}: ${count} of ${mean.toFixed(1)} expected`).toBeGreaterThan(mean * 0.88 - 4 * Math.sqrt(mean));
    expect(count, `${id}: ${count} of ${mean.toFixed(1)} expected`).toBeLessThan(mean + 4 * Math.sqrt(mean) + 1);
  }
});

test("without faults nothing is ever missing", () => {
  const fleet = new Fleet({ seed: 1, cards: 300, startMs: START, faults: 0 });
  expect(fleet.faultsBetween(START - 15 * DAY, START)).toEqual([]);
  for (const node of fleet.nodes) expect(fleet.outageAt(node, START)).toBeUndefined();
});

test("the show always has something to see in its last two days", () => {
  for (const seed of [1, 2, 3]) {
    const faults = show(1_000, seed).faultsBetween(START - 2 * DAY, START);
    const kinds = new Set(faults.map((f) => f.id));
    for (const id of [
      "gpu-hard-other",
      "gpu-memory-uncorrectable",
      "thermal-or-power",
      "exporter-down",
      "host-other",
      "app-xid",
      "nvlink",
    ] as const) {
      expect(kinds, `seed ${seed}`).toContain(id);
    }
    expect(
      faults.some((f) => f.id === "gpu-hard-other" && f.until > START),
      "a card is gone now",
    ).toBe(true);
    expect(
      faults.some((f) => f.id === "exporter-down" && f.until > START),
      "an exporter is silent now",
    ).toBe(true);
  }
});

test("a card that fell off the bus vanishes while its neighbours go on, and a replacement has another name", () => {
  const fleet = show();
  const fault = fleet
    .faultsBetween(START - 2 * DAY, START)
    .find((f) => f.id === "gpu-hard-other" && f.action === "replace" && f.until < START);
  const node = fleet.nodes.find((n) => n.name === fault?.node);
  if (fault === undefined || node === undefined) throw new Error("the show has a replaced card");
  const uuidsAt = (t: number): string[] => [...new Set(renderDcgm(fleet, node, t).match(/GPU-[0-9a-f-]{36}/g))];
  const before = uuidsAt(fault.at - 60_000);
  const during = uuidsAt(fault.at + HOUR);
  const after = uuidsAt(fault.until + HOUR);
  expect(before).toHaveLength(node.size);
  expect(during).toEqual(before.filter((_, position) => position !== fault.position));
  expect(after).toHaveLength(node.size);
  expect(after[fault.position]).not.toBe(before[fault.position]);
});

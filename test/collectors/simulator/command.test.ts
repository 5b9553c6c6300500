import { describe, expect, test } from "vitest";
import { FIELD, FIELD_COUNT } from "../../../db/model/card-fields.ts";
import { COMMANDED, type FaultCommand, readCommand, strike } from "../../../collectors/simulator/command.ts";
import { Fleet } from "../../../collectors/simulator/fleet.ts";

const NOW = Date.UTC(2026, 10, 22, 8);
const MINUTE = 60_000;
const aFleet = () => new Fleet({ seed: 1, cards: 400, startMs: NOW, faults: 0 });
const ask = (part: Partial<FaultCommand>): FaultCommand => ({
  kind: "drop",
  node: "",
  position: null,
  place: "",
  minutes: 10,
  ...part,
});

function read(fleet: Fleet, nodeName: string, position: number, t: number) {
  const card = fleet.host(fleet.nodes.find(({ name }) => name === nodeName)!).cards[position]!;
  card.fate.seek(t);
  const values = new Float64Array(FIELD_COUNT);
  card.read(t, values, 0);
  return { values, gone: card.fate.gone };
}

describe("a fault on command", () => {
  test("a dropped card shows its XID, is gone a minute later and back when it was said to be", () => {
    const fleet = aFleet();
    const { nodes, cards, until } = strike(fleet, ask({ position: 1 }), NOW);
    expect(cards).toHaveLength(1);
    expect(read(fleet, nodes[0]!, 1, NOW + 1_000)).toMatchObject({ gone: false });
    expect(read(fleet, nodes[0]!, 1, NOW + 1_000).values[FIELD.xidCode]).toBe(79);
    expect(read(fleet, nodes[0]!, 1, NOW + 2 * MINUTE).gone).toBe(true);
    expect(read(fleet, nodes[0]!, 0, NOW + 2 * MINUTE).gone).toBe(false);
    expect(read(fleet, nodes[0]!, 1, until + 1_000).gone).toBe(false);
  });

  test("it strikes although the instant was already read", () => {
    const fleet = aFleet();
    const node = fleet.nodes.find((one) => one.pool.type.rowRemap && one.style === "site")!;
    read(fleet, node.name, 0, NOW);
    const { nodes } = strike(fleet, ask({ kind: "ecc", node: node.name }), NOW);
    const { values } = read(fleet, nodes[0]!, 0, NOW + 15_000);
    expect(values[FIELD.eccUncorrectedTotal]).toBeGreaterThan(0);
    expect(values[FIELD.xidCode]).toBe(48);
  });

  test("a hung job stands at full load with idle tensor cores on every card of every node of it", () => {
    const fleet = aFleet();
    const { nodes, cards } = strike(fleet, ask({ kind: "hang" }), NOW);
    expect(cards.length).toBeGreaterThanOrEqual(8);
    for (const node of nodes) {
      const { values } = read(fleet, node, 0, NOW + MINUTE);
      expect(values[FIELD.utilRatio]).toBe(1);
      expect(values[FIELD.tensorRatio]).toBe(0);
      expect(values[FIELD.dramRatio]).toBeLessThan(0.02);
    }
  });

  test("a hot card is throttled", () => {
    const fleet = aFleet();
    const { nodes } = strike(fleet, ask({ kind: "thermal" }), NOW);
    const before = read(fleet, nodes[0]!, 0, NOW).values[FIELD.thermalThrottleSeconds]!;
    expect(read(fleet, nodes[0]!, 0, NOW + MINUTE).values[FIELD.thermalThrottleSeconds]).toBe(before + 60);
  });

  test("a lost region is lost whole, for as long as was said", () => {
    const fleet = aFleet();
    const region = fleet.nodes.at(-1)!.pool.place.region;
    const { nodes, until } = strike(fleet, ask({ kind: "region-loss", place: region }), NOW);
    const ofRegion = fleet.nodes.filter((node) => node.pool.place.region === region);
    expect(nodes).toHaveLength(ofRegion.length);
    for (const node of ofRegion) {
      expect(fleet.outageAt(node, NOW + MINUTE)?.kind).toBe("node_down");
      expect(fleet.outageAt(node, until + 1)).toBeUndefined();
    }
    const elsewhere = fleet.nodes.find((node) => node.pool.place.region !== region)!;
    expect(fleet.outageAt(elsewhere, NOW + MINUTE)).toBeUndefined();
  });

  test.each(COMMANDED)("%s finds something to strike in a demo's fleet", (kind) => {
    expect(strike(new Fleet({ seed: 1, cards: 1_000, startMs: NOW }), ask({ kind }), NOW).nodes.length).toBeGreaterThan(
      0,
    );
  });
});

describe("what cannot be done says what can", () => {
  test.each([
    [{ node: "nowhere" }, /no node nowhere; there are /],
    [{ position: 99 }, /has no card 99; it has cards 0 to /],
    [{ kind: "region-loss", place: "atlantis" }, /no region atlantis; there are /],
  ] as const)("%j", (part, words) => {
    expect(() => strike(aFleet(), ask(part), NOW)).toThrow(words);
  });

  test.each([
    ["kind=melt", /no fault "melt"; there are drop, ecc/],
    ["kind=drop&minutes=-1", /minutes must be above 0/],
    ["kind=drop&card=x", /card "x" is not a place/],
  ])("%s", (query, words) => {
    expect(() => readCommand(new URLSearchParams(query))).toThrow(words);
  });
});

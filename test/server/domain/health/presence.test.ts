import { describe, expect, test } from "vitest";
import type { PresenceVerdict } from "../../../../db/model/rule.ts";
import { MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { judgeNode } from "../../../../server/domain/health/presence.ts";
import { aRound, type CardWish, cards, type NodeWish } from "./a-round.ts";
import { find, sight } from "./rule-case.ts";

const judge = (node: NodeWish, others: readonly NodeWish[] = []) => {
  const round = aRound({ nodes: [{ name: "gpu-1", ...node }, ...others] });
  return judgeNode(round.nodes[0]!, round);
};
const gone: CardWish = { gap: "card_gone" };
const down: CardWish = { gap: "source_down" };
const prometheus = { isExporterUp: null } as const;

type Row = { readonly when: string; readonly node: NodeWish; readonly is: PresenceVerdict | "well" | "unknown" };

/** facts/health-rules.md section 6, line by line, and what may not be taken for any of them. */
const TABLE: readonly Row[] = [
  { when: "all cards are read", node: { cards: cards(8) }, is: "well" },
  { when: "one card is not named any more, the others fresh", node: { cards: [...cards(7), gone] }, is: "card_drop" },
  {
    when: "one card is gone for less than two scrapes",
    node: { cards: [...cards(7), { ...gone, silent: 59 * SECOND_MS }] },
    is: "well",
  },
  {
    when: "one card is merely not read for a minute",
    node: { cards: [...cards(7), { gap: "no_reading" }] },
    is: "unknown",
  },
  {
    when: "one card is merely not read for five minutes",
    node: { cards: [...cards(7), { gap: "no_reading", silent: 5 * MINUTE_MS }] },
    is: "card_drop",
  },
  {
    when: "one card belongs to another exporter of the node, which is down",
    node: { cards: [...cards(7), { ...down, silent: 60 * MINUTE_MS }] },
    is: "unknown",
  },
  {
    when: "eight were declared and seven ever seen",
    node: { cards: cards(7), expected: 8, expectedBecause: "declared" },
    is: "card_drop",
  },
  {
    when: "seven are there, of eight seen this week: one was given back",
    node: { cards: cards(7), expected: 8 },
    is: "well",
  },
  {
    when: "one is gone, and nobody knows how many there should be",
    node: { cards: [...cards(7), gone], expected: null, expectedBecause: null },
    is: "unknown",
  },
  { when: "the host nobody named lost a card", node: { name: "", cards: [...cards(7), gone] }, is: "unknown" },
  {
    when: "more are there than declared",
    node: { cards: cards(8), expected: 7, expectedBecause: "declared" },
    is: "more_than_expected",
  },
  {
    when: "seven are all a week has seen, and one is gone for longer",
    node: { cards: [...cards(7), gone], expected: 7 },
    is: "unknown",
  },
  { when: "more are there than were seen before", node: { cards: cards(8), expected: 7 }, is: "well" },
  { when: "all are gone, the exporter answers", node: { cards: cards(8, gone) }, is: "all_cards_lost" },
  {
    when: "all are gone, exporter silent, node ready",
    node: { cards: cards(8, down), isExporterUp: false },
    is: "exporter_down",
  },
  {
    when: "all are gone, exporter silent, node not ready",
    node: { cards: cards(8, down), isExporterUp: false, isReady: false },
    is: "node_down",
  },
  {
    when: "all are gone, exporter silent, nobody speaks for the node",
    node: { cards: cards(8, down), isExporterUp: false, isReady: null, isInKube: null },
    is: "exporter_down",
  },
  {
    when: "all are gone, the node's object was removed",
    node: { cards: cards(8, down), isExporterUp: false, isReady: null, isInKube: false },
    is: "node_removed",
  },
  {
    when: "all are gone for half a minute",
    node: { cards: cards(8, { ...down, silent: 30 * SECOND_MS }), isExporterUp: false, isReady: false },
    is: "unknown",
  },
  {
    when: "all are gone behind a Prometheus that tells of nobody",
    node: { cards: cards(8, down), ...prometheus },
    is: "unknown",
  },
  {
    when: "nothing was read since we started",
    node: { cards: cards(8, { gap: "dapan_down", silent: Number.NaN }), ...prometheus, isReady: false },
    is: "unknown",
  },
  {
    when: "cards were declared and never read",
    node: { cards: cards(8, { gap: "not_yet_seen", silent: Number.NaN }) },
    is: "unknown",
  },
];

test.each(TABLE)("$when: $is", ({ node, is }) => {
  expect(judge(node).verdict).toBe(is);
});

test("all are gone behind a Prometheus that tells of others, and the node is ready: its exporter is down", () => {
  expect(judge({ cards: cards(8, down), ...prometheus }, [{ name: "gpu-2", cards: cards(8, {}, "y") }]).verdict).toBe(
    "exporter_down",
  );
});

describe("what a node says of its incidents", () => {
  const labels = { vendor: "aliyun", region: "cn-shanghai", zone: "cn-shanghai-b", cluster: "train-1", node: "gpu-1" };
  const node = (wish: NodeWish) => ({ nodes: [{ name: "gpu-1", ...wish }] });

  test("a node that goes down does not bring the card back that dropped from it", () => {
    const wish = node({ cards: cards(8, down), isExporterUp: false, isReady: false });
    expect(sight("card-drop", wish, labels)).toBe("absent");
  });
  test("a node whose cards all left is no subject any more", () => {
    expect(sight("card-drop", { nodes: [{ name: "gpu-2", cards: cards(8) }] }, labels)).toBe("left");
  });
  test("a replaced card ends a drop: the old one left, the new one is read", () => {
    expect(sight("card-drop", node({ cards: [...cards(7), { uuid: "GPU-new" }] }), labels)).toBe("clear");
  });
  test("XID 79 stands among the evidence of a drop", () => {
    const fell = {
      ...gone,
      events: [{ kind: "xid", code: 79, ago: MINUTE_MS, detail: "GPU has fallen off the bus." } as const],
    };
    const [finding] = find("card-drop", node({ cards: [...cards(7), fell] }));
    expect(finding?.evidence).toContainEqual(expect.objectContaining({ signal: "xid", value: 79 }));
    expect(finding?.since).toBeLessThan(aRound({}).at);
  });
  test("a node without work pages nobody, nor does one that was cordoned", () => {
    const lost = { isExporterUp: false, isReady: false, cards: cards(8, { ...down, holder: "train/llm-7b-0" }) };
    expect(find("node-down", node(lost))[0]?.severity).toBe("P1");
    expect(find("node-down", node({ ...lost, isCordoned: true }))[0]?.severity).toBe("P2");
    expect(find("node-down", node({ ...lost, cards: cards(8, down) }))[0]?.severity).toBe("P2");
  });
});

describe("mass loss", () => {
  const silentFor = (ms: number): CardWish => ({ gap: "source_down", silent: ms });
  /** Two nodes of one cluster, the cards dealt out by turns. */
  const loss = (some: readonly CardWish[], node: NodeWish = {}) => {
    const named = some.map((card, i) => ({ ...card, uuid: `GPU-${i}` }));
    const nodes = [0, 1].map((n) => ({ name: `gpu-${n}`, ...node, cards: named.filter((_, i) => i % 2 === n) }));
    return find("mass-loss", { nodes });
  };

  test("half a cluster is not more than half, two cards are too few", () => {
    expect(loss([...cards(4), ...cards(4, silentFor(MINUTE_MS))])).toEqual([]);
    expect(loss([...cards(3), ...cards(5, silentFor(MINUTE_MS))])).toHaveLength(1);
    expect(loss([...cards(1), ...cards(2, silentFor(MINUTE_MS))])).toEqual([]);
  });
  test("one missed scrape is no loss", () => {
    expect(loss(cards(8, silentFor(59 * SECOND_MS)))).toEqual([]);
  });
  test("one node alone is told as its exporter, or as the node", () => {
    expect(find("mass-loss", { cards: cards(8, silentFor(MINUTE_MS)) })).toEqual([]);
    expect(find("mass-loss", { nodes: [{ name: "", cards: cards(8, silentFor(MINUTE_MS)) }] })).toHaveLength(1);
  });
  test("cards that fell silent one after the other over an hour are no mass loss", () => {
    expect(loss(cards(12).map((card, i) => ({ ...card, ...silentFor((i + 1) * 6 * MINUTE_MS) })))).toEqual([]);
  });
  test("cards that fell silent together stay lost until they are read again", () => {
    expect(loss(cards(8, silentFor(26 * 60 * MINUTE_MS)))).toHaveLength(1);
  });
  test("Kubernetes, which says that their nodes are not ready, is the second source", () => {
    expect(loss(cards(8, silentFor(MINUTE_MS)))[0]?.values).not.toHaveProperty("confirmed");
    expect(loss(cards(8, silentFor(MINUTE_MS)), { isReady: false })[0]?.values).toMatchObject({ confirmed: 1 });
  });
  test("clusters of the same name in two regions are two", () => {
    const found = find("mass-loss", {
      nodes: [
        { name: "gpu-1", cards: cards(4, silentFor(MINUTE_MS), "x") },
        { name: "gpu-2", cards: cards(4, silentFor(MINUTE_MS), "z") },
        { name: "gpu-1", region: "us-east", cards: cards(8, {}, "y") },
      ],
    });
    expect(found.map(({ region }) => region)).toEqual(["cn-shanghai"]);
  });
});

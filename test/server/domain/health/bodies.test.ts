import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CardTarget } from "../../../../collectors/card-target.ts";
import { modelOf } from "../../../../db/model/card-models.ts";
import { MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { evaluate } from "../../../../server/domain/health/evaluate.ts";
import type { Round } from "../../../../server/domain/health/round.ts";
import { about, T0 } from "../../../collectors/dcgm-bodies.ts";
import { known, watching } from "../../ingest/watched.ts";
import { ruleOf } from "./rule-case.ts";

const DATA = path.resolve("../shared/data");
const absent = !existsSync(DATA);
if (absent) console.log(`skipped: the scrape bodies are not at ${DATA}`);
const EVERY_MS = 30 * SECOND_MS;
const LASTS_MS = 20 * MINUTE_MS; // longer than any rule about a fault waits

const bodies = absent
  ? []
  : ["dcgm-scrapes", "npu-exporter"].flatMap((folder) =>
      readdirSync(path.join(DATA, folder))
        .filter((name) => name.endsWith(".prom"))
        .map((name) => `${folder}/${name}`),
    );

/** A machine that says the same for twenty minutes, as the rules see it then. */
function roundOf(file: string, from: number): Round {
  const body = readFileSync(path.join(DATA, file));
  const target = new CardTarget();
  const frames = Array.from({ length: LASTS_MS / EVERY_MS + 1 }, (_, i) => {
    const at = unixMs(from + i * EVERY_MS);
    return target.toFrame(body, "text", about({ at, reachMs: 2 * EVERY_MS, node: "host-1" })).frame;
  });
  const { cards, place } = frames[0]!;
  const fleet = cards.map((card, i) =>
    known(card.uuid, i + 1, { node: "host-1", pool: { ...place, model: modelOf(card.modelName), id: 1 } }),
  );
  const { watch, at } = watching(fleet);
  for (const frame of frames) watch.hear(frame);
  const now = unixMs(from + LASTS_MS);
  const seen = at(now);
  const nodes = seen.nodes.map(({ pools: _pools, origins: _origins, ...node }) => ({
    ...node,
    expected: cards.length,
    expectedBecause: "seen" as const,
    isReady: true,
    isInKube: true,
    isCordoned: false,
    kubeCapacity: cards.length,
    isExporterUp: true,
    exporterSince: null,
  }));
  return {
    at: now,
    cards: seen.cards,
    nodes,
    gangs: [],
    sources: [],
    money: [],
    events: { of: (id) => watch.events.of(id) },
    answers: new Map(),
  };
}

describe.skipIf(absent)("bodies of real exporters raise no alarm", () => {
  test.each(bodies)("%s", (file) => {
    const stamp = /\} \S+ (\d{9,13})$/m.exec(readFileSync(path.join(DATA, file), "utf8"))?.[1];
    const round = roundOf(file, stamp === undefined ? T0 : Number(stamp));
    expect(round.cards.count).toBeGreaterThan(0);
    const found = BUILT_IN_RULES.flatMap((rule) =>
      evaluate(rule, round).findings.map(({ labels }) => [rule.id, labels]),
    );
    expect(found).toEqual([]);
    const xids = evaluate(ruleOf("xid-critical"), round);
    expect(xids.seen({ card: round.cards.uuid[0]!, xid: "79" })).toBe("clear"); // it is judged, and well
  });
});

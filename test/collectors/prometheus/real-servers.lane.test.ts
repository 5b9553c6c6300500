import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cardExporters } from "../../../collectors/card-exporters.ts";
import type { Fetcher } from "../../../collectors/collector.ts";
import { PrometheusPuller, type PullSource } from "../../../collectors/prometheus/pull.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Report } from "../../../db/model/frame.ts";
import { HOUR_MS, hourOf, MINUTE_MS, SLOT_MS, shift } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { startPrometheusSource } from "../../../server/ingest/prometheus-source.ts";
import { startCutProxy } from "../../services/cut-proxy.ts";
import type { Service } from "../../services/program.ts";
import { prometheusMissing, startPrometheus } from "../../services/prometheus.ts";
import { startVictoriaMetrics, type VictoriaMetrics, victoriaMetricsMissing } from "../../services/victoria-metrics.ts";
import { scaledClock } from "../../tools/scaled-clock.ts";
import { asOpenMetrics, asText, cardHistory, type HistorySample, type HistorySpec } from "./card-history.ts";
import { pulledHours } from "./pulled-hours.ts";
import { tinySource } from "./tiny-exporters.ts";

const noPrometheus = prometheusMissing();
const noVictoria = victoriaMetricsMissing();
if (noPrometheus !== null) console.log(`skipped: Prometheus lanes: ${noPrometheus}`);
if (noVictoria !== null) console.log(`skipped: VictoriaMetrics lanes: ${noVictoria}`);

const H0 = shift(hourOf(unixMs(Date.now())), -6 * HOUR_MS); // recent enough for any retention
const STEP = 30_000;
const never = new AbortController().signal;
const fetcher: Fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
afterAll(() => fetcher.close());

const source = (url: string, over: Partial<PullSource> = {}): PullSource =>
  tinySource({ url, intervalMs: STEP, exporters: cardExporters, ...over });
const puller = (url: string, over: Partial<PullSource> = {}, clock: Clock = systemClock): PrometheusPuller =>
  new PrometheusPuller(source(url, over), { fetcher, clock });

const fleet: HistorySpec = { from: H0 - 10 * MINUTE_MS, to: H0 + 2 * HOUR_MS, stepMs: STEP, nodes: 2, cardsPerNode: 4 };

type Kind = {
  readonly name: string;
  readonly missing: string | null;
  readonly start: (samples: HistorySample[]) => Promise<Service>;
};
const kinds: Kind[] = [
  {
    name: "Prometheus",
    missing: noPrometheus,
    start: (samples) => startPrometheus({ history: [asOpenMetrics(samples)] }),
  },
  {
    name: "VictoriaMetrics",
    missing: noVictoria,
    async start(samples): Promise<VictoriaMetrics> {
      const server = await startVictoriaMetrics();
      await server.load(asText(samples));
      return server;
    },
  },
];

describe.each(kinds)("$name", ({ missing, start }) => {
  describe.skipIf(missing !== null)("one past", () => {
    let server: Service;
    beforeAll(async () => void (server = await start(cardHistory(fleet))));
    afterAll(() => server.stop());

    test("every sample of a window becomes exactly one frame, at its own instant", async () => {
      const { reports, samples } = await puller(server.url).pullWindow({ from: H0, to: shift(H0, HOUR_MS) }, never);
      const first = reports.filter((r) => r.kind === "frame" && r.origin.endsWith("10.0.0.0%3A9400"));
      const instants = Array.from({ length: 122 }, (_, i) => H0 - 2 * STEP + i * STEP);
      expect(first.map((r) => r.at)).toEqual(instants); // samples on a whole hour: none at its end, none missed at its start
      expect(samples).toBeGreaterThan(122 * 6 * 8);
      expect(reports.some((r) => r.kind === "silence")).toBe(false);
    });

    test("PUL-01: an hour cut off and restored gives the same hours, bit for bit, as a run without the cut", async () => {
      const proxy = await startCutProxy(server.url);
      try {
        const [plain, cut] = await Promise.all([run(server.url, null), run(proxy.url, proxy)]);
        expect(proxy.refused).toBeGreaterThan(0);
        expect(cut.commits.slice(0, 3)).toEqual(plain.commits.slice(0, 3));
        expect(cut.commits).not.toEqual(plain.commits); // the cut did change the order
        expect([...cut.hours.keys()]).toEqual([H0, H0 + HOUR_MS].map(unixMs));
        expect(cut.hours).toEqual(plain.hours);
        expect(cut.seqs).toEqual(plain.seqs);
        expect(new Set(cut.seqs)).toEqual(new Set([1]));
      } finally {
        await proxy.stop();
      }
    }, 60_000);

    test("the /prometheus path and a tenant header do no harm", async () => {
      const url = missing === null && server.url;
      const over = { tenant: "team-a", authorization: async () => `Basic ${Buffer.from("u:p").toString("base64")}` };
      const window = { from: H0, to: shift(H0, SLOT_MS) };
      const plain = await puller(`${url}`).pullWindow(window, never);
      expect((await puller(`${url}/`, over).pullWindow(window, never)).reports).toEqual(plain.reports);
    });
  });

  test.skipIf(missing !== null)("PUL-02: an hour without data is 3,600,000 ms of gap per card, exactly", async () => {
    const isUp = (at: number): boolean => at < H0 - 2 * STEP - 1_000 || at >= H0 + HOUR_MS; // what was said last ran out at H0
    const server = await start(cardHistory({ ...fleet, isUp }));
    try {
      const ledger = pulledHours();
      const pull = puller(server.url);
      for (let slot = H0 - SLOT_MS; slot < H0 + 2 * HOUR_MS; slot += SLOT_MS) {
        const { reports } = await pull.pullWindow({ from: unixMs(slot), to: unixMs(slot + SLOT_MS) }, never);
        await ledger.commit(unixMs(slot), reports, 1);
      }
      const dead = ledger.gaps(H0);
      expect(dead.map((g) => [g.cardId, g.ownedMs, g.gapMs])).toEqual(
        Array.from({ length: 8 }, (_, i) => [i + 1, HOUR_MS, HOUR_MS]),
      );
      const alive = ledger.gaps(shift(H0, HOUR_MS));
      expect(alive.every((g) => g.gapMs <= 137 + STEP)).toBe(true); // up to the first sample after it
      const { reports } = await pull.pullWindow({ from: H0, to: shift(H0, SLOT_MS) }, never);
      expect(causes(reports)).toEqual(["source_down", "source_down"]); // both targets, from evidence: nobody was scraped
    } finally {
      await server.stop();
    }
  });
});

const causes = (reports: readonly Report[]): string[] =>
  reports.flatMap((r) => (r.kind === "silence" ? [r.cause] : []));

/** Two hours of a fleet through the whole source at 900 times the speed; the proxy is cut for an hour of them. */
async function run(url: string, proxy: { cut(): void; restore(): void } | null) {
  const clock = scaledClock(shift(H0, 100_000), 900);
  const ledger = pulledHours();
  const commits: number[] = [];
  const running = startPrometheusSource({
    name: "prom",
    puller: puller(url, { timeoutMs: 5_000 }), // its questions take as long as they take
    clock,
    lagMs: STEP,
    backfillMs: 0,
    liveEveryMs: MINUTE_MS * 5,
    committedSlots: ledger.committed,
    commitSlotFrames: async (_, slot, reports, seq) => {
      commits.push((slot - H0) / SLOT_MS);
      await ledger.commit(slot, reports, seq);
      return [];
    },
    onLive: () => undefined,
  });
  const at = async (ms: number): Promise<void> => clock.sleep(H0 + ms - clock.now());
  await at(22 * MINUTE_MS);
  proxy?.cut();
  await at(82 * MINUTE_MS);
  proxy?.restore();
  await at(2 * HOUR_MS + 4 * MINUTE_MS);
  for (let i = 0; i < 100 && ledger.slots.size < 24; i += 1) await clock.sleep(MINUTE_MS);
  await running.stop();
  const inOrder = [...ledger.slots].filter(([slot]) => slot < H0 + 2 * HOUR_MS).toSorted(([a], [b]) => a - b);
  const hours = new Map<UnixMs, string>([...ledger.hours()].filter(([hour]) => hour < H0 + 2 * HOUR_MS));
  return { commits, hours, seqs: inOrder.map(([, { seq }]) => seq) };
}

describe.skipIf(noPrometheus !== null || noVictoria !== null)("both servers", () => {
  test("the same data gives the same reports from Prometheus and VictoriaMetrics", async () => {
    const samples = cardHistory({
      ...fleet,
      isRead: (node, at) => node !== 1 || at < H0 + 7 * MINUTE_MS || at > H0 + 12 * MINUTE_MS,
    });
    const servers = await Promise.all(kinds.map((kind) => kind.start(samples)));
    try {
      const window = { from: H0, to: shift(H0, 20 * MINUTE_MS) };
      const [prometheus, victoria] = await Promise.all(servers.map((s) => puller(s.url).pullWindow(window, never)));
      expect(prometheus!.reports.length).toBeGreaterThan(70);
      expect(causes(prometheus!.reports)).toEqual(["source_down"]);
      expect(victoria).toEqual(prometheus);
    } finally {
      await Promise.all(servers.map((s) => s.stop()));
    }
  });
});

test.skipIf(noPrometheus !== null)(
  "PUL-06: a Prometheus with a small sample limit is read in pieces, whole",
  async () => {
    const history = [asOpenMetrics(cardHistory(fleet))];
    const [free, tight] = await Promise.all([
      startPrometheus({ history }),
      startPrometheus({ history, flags: ["--query.max-samples=100"] }),
    ]);
    try {
      const window = { from: H0, to: shift(H0, SLOT_MS) };
      const whole = await puller(free.url).pullWindow(window, never);
      const pull = puller(tight.url);
      expect((await pull.pullWindow(window, never)).reports).toEqual(whole.reports);
      expect((await pull.pullWindow(window, never)).reports).toEqual(whole.reports);
    } finally {
      await Promise.all([free.stop(), tight.stop()]);
    }
  },
);

test.skipIf(noVictoria !== null)(
  "PUL-09: two replicas with disjoint holes are one past without holes, no card counted twice",
  async () => {
    const hole = (from: number, to: number) => (_: number, at: number) =>
      at < H0 + from * MINUTE_MS || at >= H0 + to * MINUTE_MS;
    const server = await startVictoriaMetrics();
    try {
      await server.load(asText(cardHistory({ ...fleet, labels: { replica: "a" }, isRead: hole(10, 20) })));
      await server.load(
        asText(cardHistory({ ...fleet, labels: { replica: "b" }, isRead: hole(30, 40), phaseMs: 11_000 })),
      );
      const ledger = pulledHours();
      const pull = puller(server.url, { replicaLabels: ["replica"] });
      for (let slot: number = H0; slot < H0 + HOUR_MS; slot += SLOT_MS) {
        const { reports } = await pull.pullWindow({ from: unixMs(slot), to: unixMs(slot + SLOT_MS) }, never);
        await ledger.commit(unixMs(slot), reports, 1);
      }
      expect(ledger.gaps(H0).map((g) => [g.ownedMs, g.gapMs])).toEqual(Array.from({ length: 8 }, () => [HOUR_MS, 0]));
    } finally {
      await server.stop();
    }
  },
);

import { describe, expect, test } from "vitest";
import type { CardSighting } from "../../../../db/model/frame.ts";
import type { KubePhase, KubePod } from "../../../../db/model/kube.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { SourceView, TargetView } from "../../../../db/model/views.ts";
import type { RoundFeature } from "../../../../server/domain/health/round.ts";
import type { KnownCard } from "../../../../server/ingest/card-registry.ts";
import { WatchRounds } from "../../../../server/ingest/watch-round.ts";
import { stableMost } from "../../../../server/usecases/alerts/expected-cards.ts";
import { LiveGangs } from "../../../../server/usecases/alerts/live-gangs.ts";
import { LiveNodes } from "../../../../server/usecases/alerts/live-nodes.ts";
import { LiveSources } from "../../../../server/usecases/alerts/live-sources.ts";
import { known, watching } from "../../ingest/watched.ts";
import { frame, pod, sighting } from "../../../tools/frames.ts";

const T = unixMs(Date.UTC(2026, 0, 5, 12));
const target = (over: Partial<TargetView>): TargetView => ({
  source: "s",
  origin: "x",
  address: "http://gpu-1:9400/metrics",
  up: true,
  lastAttemptAt: T,
  lastSuccessAt: T,
  durationMs: 12,
  samples: 1,
  bytes: 1,
  cards: 1,
  duplicateSeries: 0,
  refusedValues: 0,
  clockSkewMs: null,
  fault: null,
  error: "",
  errorAt: null,
  ...over,
});

describe("nodes", () => {
  const silent = { isReady: null, isInKube: null, isCordoned: null, capacity: null };
  const setUp = (targets: TargetView[], word: object = silent) => {
    const of = watching([
      known("a", 1, { node: "gpu-1" }),
      known("b", 2, { node: "gpu-1" }),
      known("c", 3, { node: "gpu-2" }),
    ]);
    of.watch.hear(frame("x", T, [sighting("a"), sighting("b")], { utilRatio: 1 }));
    const asked: string[] = [];
    const nodes = new LiveNodes({
      kube: { word: (cluster, name) => (asked.push(`${cluster}/${name}`), { ...silent, ...word }) },
      targets: () => targets,
      expected: {
        of: (node) => ({
          expected: node.name === "gpu-1" ? 8 : null,
          expectedBecause: node.name === "gpu-1" ? "declared" : null,
        }),
      },
    });
    return { of, asked, at: (now: number) => nodes.at(of.at(now), unixMs(now)) };
  };

  test("carry their cards, what they should carry, and Kubernetes' word", () => {
    const { at, asked } = setUp([target({})], { isReady: false, isInKube: true, isCordoned: true, capacity: 7 });
    const [one, two] = at(T + 1_000);
    expect(one).toMatchObject({
      key: "cloud-a/sh-1/sh-1a/c1/gpu-1",
      name: "gpu-1",
      expected: 8,
      expectedBecause: "declared",
    });
    expect(one).toMatchObject({
      isReady: false,
      isInKube: true,
      isCordoned: true,
      kubeCapacity: 7,
      isExporterUp: true,
    });
    expect([[...one!.rows], [...two!.rows]]).toEqual([[0, 1], [2]]);
    expect(two).toMatchObject({ expected: null, isExporterUp: null, exporterSince: null });
    expect(asked).toEqual(["c1/gpu-1", "c1/gpu-2"]);
  });

  test("an exporter is down since it last answered, and up again since we saw it", () => {
    const targets = [target({ up: false, fault: "connect", lastSuccessAt: T - 60_000 })];
    const { at } = setUp(targets);
    expect(at(T)[0]).toMatchObject({ isExporterUp: false, exporterSince: T - 60_000 });
    expect(at(T + 15_000)[0]).toMatchObject({ isExporterUp: false, exporterSince: T - 60_000 });
    targets[0] = target({});
    expect(at(T + 30_000)[0]).toMatchObject({ isExporterUp: true, exporterSince: T + 30_000 });
    expect(at(T + 45_000)[0]).toMatchObject({ isExporterUp: true, exporterSince: T + 30_000 });
  });

  test("an exporter that answers without a card is up: the cards are lost, not the exporter", () => {
    expect(setUp([target({ up: false, fault: "empty" })]).at(T)[0]).toMatchObject({ isExporterUp: true });
  });

  test("a node with two exporters is read while one of them answers; one not tried yet says nothing", () => {
    const both = setUp([target({ up: false, fault: "connect" }), target({ origin: "y" })]);
    both.of.watch.hear(frame("y", T + 1_000, [sighting("a")], { utilRatio: 1 }));
    expect(both.at(T + 2_000)[0]).toMatchObject({ isExporterUp: true });
    expect(setUp([target({ up: null })]).at(T)[0]).toMatchObject({ isExporterUp: null });
  });

  test("what a node carries is the most of two days, so that a day of moving cards is none", () => {
    expect([stableMost([8, 8, 7]), stableMost([9, 8, 8]), stableMost([4]), stableMost([])]).toEqual([8, 8, 4, 0]);
  });
});

describe("gangs", () => {
  const TRAINING: RoundFeature = { id: 1, name: "llm", team: "t", kind: "training" };
  const SERVING: RoundFeature = { id: 2, name: "chat", team: "t", kind: "inference" };
  const held = (uuid: string, name: string): CardSighting => sighting(uuid, { holders: [pod(name)] });
  const kubePod = (name: string, phase: KubePhase | null, owner: KubePod["owner"]): KubePod => ({
    cluster: "c1",
    namespace: "ns",
    name,
    uid: "",
    node: "",
    phase,
    owner,
    labels: new Map(),
    cards: new Map(),
    startedAt: null,
  });
  const setUp = (featureOf: (name: string) => RoundFeature | null = () => TRAINING) => {
    const cards = ["a", "b", "c", "d"].map((uuid, i) => known(uuid, i + 1));
    const of = watching(cards);
    const pods = new Map<string, KubePod>();
    const gangs = new LiveGangs({
      activity: of.watch.activity,
      kube: { pod: (_cluster, _namespace, name) => pods.get(name) ?? null },
      startedAt: ({ pod: name }) => (name.endsWith("0") ? T - HOUR_MS : T - 2 * HOUR_MS),
    });
    const registry = { all: (): Iterable<KnownCard> => cards };
    const rounds = new WatchRounds({ watch: of.watch, registry, live: { row: () => null } });
    const at = (now: number) =>
      gangs.at(
        rounds.at(now, ({ pod: name }) => featureOf(name)),
        unixMs(now),
      );
    return { watch: of.watch, pods, at };
  };
  const job = { kind: "PyTorchJob", name: "llm-7b" };

  test("are the cards one job holds together, by Kubernetes' owner, else by the names of its pods", () => {
    const { watch, pods, at } = setUp();
    watch.hear(
      frame("x", T, [held("a", "w-0"), held("b", "w-1"), held("c", "lone-0"), sighting("d")], { utilRatio: 1 }),
    );
    expect(at(T)).toMatchObject([
      {
        key: "c1/ns/w",
        job: "w",
        feature: TRAINING,
        phase: null,
        startedAt: T - 2 * HOUR_MS,
        rows: new Int32Array([0, 1]),
      },
    ]);
    for (const name of ["w-0", "w-1", "lone-0"]) pods.set(name, kubePod(name, "Running", job));
    expect(at(T + 1)).toMatchObject([{ key: "c1/ns/llm-7b", phase: "running", rows: new Int32Array([0, 1, 2]) }]);
  });

  test("only of work that trains: a feature says so, or nobody's pods with the owner of a training job", () => {
    const serving = setUp(() => SERVING);
    serving.watch.hear(frame("x", T, [held("a", "w-0"), held("b", "w-1")], { utilRatio: 1 }));
    for (const name of ["w-0", "w-1"]) serving.pods.set(name, kubePod(name, "Running", job));
    expect(serving.at(T)).toEqual([]);
    const nobodys = setUp(() => null);
    nobodys.watch.hear(frame("x", T, [held("a", "w-0"), held("b", "w-1")], { utilRatio: 1 }));
    expect(nobodys.at(T)).toEqual([]);
    for (const name of ["w-0", "w-1"]) nobodys.pods.set(name, kubePod(name, "Running", job));
    expect(nobodys.at(T)).toHaveLength(1);
  });

  test("one failed pod fails the job, and its end is told for an hour after its cards were given up", () => {
    const { watch, pods, at } = setUp();
    watch.hear(frame("x", T, [held("a", "w-0"), held("b", "w-1")], { utilRatio: 1 }));
    pods.set("w-0", kubePod("w-0", "Running", job)).set("w-1", kubePod("w-1", "Failed", job));
    expect(at(T)).toMatchObject([{ phase: "failed" }]);
    watch.hear(frame("x", T + 60_000, [sighting("a"), sighting("b")], { utilRatio: 0 }));
    expect(at(T + 60_000)).toMatchObject([{ phase: "failed", rows: new Int32Array([0, 1]) }]);
    expect(at(T + 62 * MINUTE_MS)).toEqual([]);
  });

  test("a job that ended well and was cleared away is gone, not interrupted", () => {
    const { watch, pods, at } = setUp();
    watch.hear(frame("x", T, [held("a", "w-0"), held("b", "w-1")], { utilRatio: 1 }));
    expect(at(T)).toHaveLength(1);
    watch.hear(frame("x", T + 60_000, [sighting("a"), sighting("b")], { utilRatio: 0 }));
    expect(at(T + 60_000)).toEqual([]); // nobody says how it ended
    pods.clear();
  });

  test("cards another job took are no longer its own", () => {
    const { watch, pods, at } = setUp();
    watch.hear(frame("x", T, [held("a", "w-0"), held("b", "w-1"), held("c", "w-2")], { utilRatio: 1 }));
    for (const name of ["w-0", "w-1", "w-2"]) pods.set(name, kubePod(name, "Succeeded", job));
    at(T);
    watch.hear(frame("x", T + 60_000, [held("a", "other-0"), sighting("b"), sighting("c")], { utilRatio: 0 }));
    expect(at(T + 60_000)).toMatchObject([{ phase: "succeeded", rows: new Int32Array([1, 2]) }]);
  });

  test("tell the hour's activity of their cards by the minute", () => {
    const { watch, at } = setUp();
    for (let minute = 0; minute <= 10; minute += 1) {
      const said = minute < 8 ? [{ utilRatio: 1 }, { utilRatio: 0.6 }] : [{ utilRatio: 0 }, { utilRatio: 0 }];
      watch.hear(frame("x", T + minute * MINUTE_MS, [held("a", "w-0"), held("b", "w-1")], said, 120_000));
    }
    const [gang] = at(T + 10 * MINUTE_MS);
    const last = (column: Float64Array) => Array.from(column).slice(-11);
    expect(gang!.activity.length).toBe(60);
    expect(last(gang!.activity)).toEqual([...Array.from({ length: 8 }, () => 0.8), 0, 0, 0]);
    expect(last(gang!.busyShare)).toEqual([...Array.from({ length: 8 }, () => 1), 0, 0, 0]);
    expect(gang!.activity[0]).toBeNaN();
  });
});

describe("sources", () => {
  const source = (over: Partial<SourceView> = {}): SourceView => ({
    name: "s",
    kind: "static",
    address: "",
    targetsUp: 1,
    targetsTotal: 1,
    cards: 1,
    lastSuccessAt: T - 60_000,
    samplesPerSecond: null,
    clockSkewMs: null,
    lastFault: null,
    lastError: "",
    lastErrorAt: null,
    backlogSlots: null,
    ...over,
  });

  test("one is down when none of its targets answered, since it last did; one never tried is neither", () => {
    const sources = new LiveSources();
    const down = [target({ up: false, durationMs: 5_000 }), target({ origin: "y", up: false })];
    expect(sources.at([source({ lastError: "refused" })], down, T)).toEqual([
      {
        name: "s",
        isDown: true,
        downSince: T - 60_000,
        lastSuccessAt: T - 60_000,
        durationMs: 5_000,
        targets: 2,
        targetsDown: 2,
        fault: "refused",
      },
    ]);
    expect(sources.at([source({ lastSuccessAt: T })], down, unixMs(T + 1))[0]).toMatchObject({ downSince: T - 60_000 });
    expect(sources.at([source()], [down[0]!, target({})], T)[0]).toMatchObject({
      isDown: false,
      downSince: null,
      targetsDown: 1,
    });
    expect(sources.at([source({ lastSuccessAt: null })], down, T)[0]).toMatchObject({ isDown: true, downSince: T });
    expect(sources.at([source()], [target({ up: null })], T)[0]).toMatchObject({ isDown: false });
    expect(sources.at([source()], [], T)[0]).toMatchObject({ isDown: false, targets: 0, durationMs: null });
  });
});

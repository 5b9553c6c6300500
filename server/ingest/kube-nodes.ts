import { nodeIndex, placementOf, holdsCards } from "../../collectors/kube/kube-join.ts";
import { readKube } from "../../collectors/kube/kube.ts";
import type { Fetcher } from "../../collectors/collector.ts";
import { PrometheusClient } from "../../collectors/prometheus/client.ts";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { Place } from "../../db/model/fleet.ts";
import type { Report } from "../../db/model/frame.ts";
import type { KubeSourceView } from "../../db/model/inventory.ts";
import type { KubeNode, KubePod } from "../../db/model/kube.ts";
import { MINUTE_MS, SECOND_MS, type Window } from "../../db/model/time.ts";
import { putSetting, readSetting } from "../../db/store/settings.ts";
import type { Config, PlaceRules, PrometheusSource } from "../config/config.ts";
import { placeOf, placeOnNode } from "../config/place-rules.ts";
import { DownNodes } from "./down-nodes.ts";
import { KubeHolders } from "./kube-holders.ts";
import { credentialHeaders } from "./scrape-headers.ts";

const EVERY_MS = MINUTE_MS;
/** Cards of a first start wait so long for the labels of their nodes; later starts remember them. */
const FIRST_WAIT_MS = 10 * SECOND_MS;
const REMEMBERED = "kube.nodes";
/** Nodes that left the cluster are remembered, so that their cards stay in their pools; the oldest go first. */
const MOST_NODES = 50_000;

/** What Kubernetes says of a node now. null = it does not. */
export type NodeWord = {
  readonly isReady: boolean | null;
  readonly isInKube: boolean | null; // false = it was there once
  readonly isCordoned: boolean | null;
  readonly capacity: number | null; // cards
};
const NO_WORD: NodeWord = { isReady: null, isInKube: null, isCordoned: null, capacity: null };
/** Nodes are asked for once a minute: what is older than this says nothing of now. "ours" */
const FRESH_MS = 5 * MINUTE_MS;

type Source = {
  readonly print: string;
  readonly ending: AbortController;
  readonly first: Promise<void>;
  view: KubeSourceView;
  nodes: readonly KubeNode[];
  pods: readonly KubePod[];
};
type Parts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly fetcher: Fetcher;
  readonly rules: () => PlaceRules;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Kubernetes says something else of these holders than before, or may have before this start. It is written. */
  readonly onHolderFacts?: (holderIds: readonly number[]) => void | Promise<void>;
};

/** What Kubernetes says of nodes and pods, from every Prometheus that has kube-state-metrics. */
export class KubeNodes {
  private readonly parts: Parts;
  private readonly sources = new Map<string, Source>();
  private labels = new Map<string, ReadonlyMap<string, string>>(); // of every node ever named
  private findNode = nodeIndex([]);
  private findRemembered = nodeIndex([]);
  private requestedOn = new Map<string, number>();
  private podsByName = new Map<string, KubePod[]>(); // that ask for cards
  private heardOf = new Map<string, number>(); // cluster → when its nodes were last told
  private readonly placed = new WeakMap<Place, Map<string, Place>>();
  private readonly holders: KubeHolders;
  private readonly down = new DownNodes();

  constructor(parts: Parts) {
    this.parts = parts;
    this.holders = new KubeHolders(parts.db, parts.clock, (ids) => parts.onHolderFacts?.(ids));
  }

  /** The nodes of the process before: their cards must not move to a nameless place and back at each start. */
  async load(): Promise<void> {
    await this.holders.load();
    const saved = await readSetting(this.parts.db, REMEMBERED);
    if (!Array.isArray(saved)) return;
    for (const one of saved as unknown[]) {
      if (!Array.isArray(one) || typeof one[0] !== "string" || typeof one[1] !== "string") continue;
      const labels = new Map(Object.entries((one[2] ?? {}) as Record<string, string>));
      this.labels.set(keyOf(one[0], one[1]), labels);
    }
    this.remakeRemembered();
  }

  /** Takes up the sources of a configuration; waits a moment for the first answer of new ones. */
  async follow(config: Config): Promise<void> {
    const wanted = config.sources.filter((s): s is PrometheusSource => s.kind === "prometheus" && s.kubeStateMetrics);
    const printOf = (s: PrometheusSource) => JSON.stringify([s, [...s.labels], config.labels]);
    for (const [name, source] of this.sources)
      if (!wanted.some((s) => s.name === name && printOf(s) === source.print)) this.end(name, source);
    const started = wanted
      .filter((s) => !this.sources.has(s.name))
      .map((s) => this.begin(s, printOf(s), config.labels));
    if (started.length > 0)
      await Promise.race([Promise.all(started.map((s) => s.first)), this.parts.clock.sleep(FIRST_WAIT_MS)]);
  }

  stop(): void {
    for (const [name, source] of this.sources) this.end(name, source);
  }

  node(cluster: string, name: string): KubeNode | null {
    return this.findNode(cluster, name);
  }

  /** A node as the rules of health see it; nothing is said of it where the last answer is older than FRESH_MS. */
  word(cluster: string, name: string): NodeWord {
    const at = this.heardOf.get(cluster) ?? (cluster === "" ? Math.max(...this.heardOf.values()) : undefined);
    if (at === undefined || this.parts.clock.now() - at > FRESH_MS) return NO_WORD;
    const node = this.findNode(cluster, name);
    if (node === null) return { ...NO_WORD, isInKube: this.findRemembered(cluster, name) === null ? null : false };
    const { isReady, isUnschedulable, capacity } = node;
    const cards = [...capacity.values()].reduce((sum, count) => sum + count, 0);
    return { isReady, isInKube: true, isCordoned: isUnschedulable, capacity: capacity.size === 0 ? null : cards };
  }

  /** Whether Kubernetes said within a window, or right after it, that a node is down. Its silence says nothing. */
  wasDown(cluster: string, name: string, window: Window): boolean {
    const node = this.findNode(cluster, name);
    return node !== null && this.down.wasDown(node, window);
  }

  /** A pod in whatever phase, as last told; of several lives of a name the newest by uid, else any. */
  pod(cluster: string, namespace: string, name: string, uid: string): KubePod | null {
    const named = this.podsByName.get(`${cluster}\0${namespace}\0${name}`) ?? [];
    return named.find((pod) => uid !== "" && pod.uid === uid) ?? named.at(-1) ?? null;
  }

  requested(cluster: string, name: string): number | null {
    if (this.findNode(cluster, name) === null) return null;
    return this.requestedOn.get(keyOf(cluster, name)) ?? this.requestedOn.get(keyOf("", name)) ?? 0;
  }

  /** When Kubernetes started a holder, unix ms; null = not said. */
  startedAt = (holderId: number): number | null => this.holders.startedAt(holderId);

  /** When everything heard so far is written. */
  settled(): Promise<void> {
    return this.holders.settled();
  }

  views(): readonly KubeSourceView[] {
    return [...this.sources.values()].map((source) => source.view);
  }

  /** A report with its unsaid places filled from the labels of its node. The same place object for the same place. */
  fill = <R extends Report>(report: R): R => {
    if (report.kind !== "frame" || this.labels.size === 0) return report;
    const { place } = report;
    const node = report.cards[0]?.node ?? "";
    const found = node === "" ? null : this.findRemembered(place.cluster, node);
    if (found === null) return report;
    const filled = placeOnNode(place, found.labels, this.parts.rules());
    return filled === place ? report : { ...report, place: this.same(place, filled) };
  };

  private same(place: Place, filled: Place): Place {
    const known = this.placed.get(place) ?? new Map<string, Place>();
    const key = JSON.stringify(filled);
    const before = known.get(key) ?? filled;
    known.set(key, before);
    this.placed.set(place, known);
    return before;
  }

  private begin(config: PrometheusSource, print: string, rules: PlaceRules): Source {
    const { clock, fetcher, env } = this.parts;
    const headers = credentialHeaders(config.credentials, { clock, environment: (name) => env[name] });
    const { name, url, tenant, timeoutMs, maxBodyBytes, caFile } = config;
    const authorization = async () => headers()["authorization"] ?? "";
    const client = new PrometheusClient(
      { name, url, tenant, timeoutMs, maxBodyBytes, caFile, authorization },
      { fetcher, clock },
    );
    const ending = new AbortController();
    const cluster = placeOf(config.labels, rules).place.cluster;
    let isFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (isFirst = resolve));
    const view: KubeSourceView = { source: name, at: null, nodes: 0, pods: 0, error: "" };
    const source: Source = { print, ending, first, view, nodes: [], pods: [] };
    this.sources.set(name, source);
    void (async () => {
      while (!ending.signal.aborted) {
        try {
          const { at, nodes, pods } = await readKube(client, [], clock.now());
          const named = <T extends { readonly cluster: string }>(one: T): T =>
            one.cluster === "" && cluster !== "" ? { ...one, cluster } : one;
          source.nodes = nodes.map(named);
          this.down.hear(source.nodes, clock.now());
          source.pods = pods.map(named);
          source.view = { source: name, at, nodes: nodes.length, pods: pods.length, error: "" };
          if (!ending.signal.aborted) await this.takeIn();
          if (!ending.signal.aborted) await this.holders.take(this.pods());
        } catch (error) {
          source.view = {
            ...source.view,
            error: (error instanceof Error ? error.message : String(error)).slice(0, 512),
          };
        }
        isFirst();
        await clock.sleep(EVERY_MS, ending.signal).catch(() => undefined);
      }
      client.forget();
    })();
    return source;
  }

  private end(name: string, source: Source): void {
    source.ending.abort(new Error("stopping"));
    this.sources.delete(name);
    this.remake();
  }

  private pods(): readonly KubePod[] {
    return [...this.sources.values()].flatMap((source) => source.pods);
  }

  private async takeIn(): Promise<void> {
    this.remake();
    const used = new Set(Object.values(this.parts.rules()).flatMap((rule) => rule.from));
    let isChanged = false;
    for (const source of this.sources.values())
      for (const node of source.nodes) {
        const labels = placingLabels(node, used);
        const key = keyOf(node.cluster, node.name);
        const before = this.labels.get(key);
        if (before && isSame(before, labels)) continue;
        isChanged = true;
        this.labels.delete(key);
        this.labels.set(key, labels);
      }
    if (!isChanged) return;
    for (const key of this.labels.keys()) {
      if (this.labels.size <= MOST_NODES) break;
      this.labels.delete(key);
    }
    this.remakeRemembered();
    const saved = [...this.labels].map(([key, labels]) => [...key.split("\0"), Object.fromEntries(labels)]);
    await putSetting(this.parts.db, REMEMBERED, saved, this.parts.clock.now());
  }

  private remake(): void {
    this.findNode = nodeIndex([...this.sources.values()].flatMap((source) => source.nodes));
    this.requestedOn = new Map();
    this.podsByName = new Map();
    this.heardOf = new Map();
    for (const { nodes, view } of this.sources.values())
      if (view.at !== null)
        for (const { cluster } of nodes) this.heardOf.set(cluster, Math.max(view.at, this.heardOf.get(cluster) ?? 0));
    for (const pod of this.pods()) {
      if (pod.cards.size > 0) {
        const name = `${pod.cluster}\0${pod.namespace}\0${pod.name}`;
        const lives = this.podsByName.get(name);
        if (lives === undefined) this.podsByName.set(name, [pod]);
        else lives.push(pod);
      }
      if (pod.node === "" || !holdsCards(pod)) continue;
      const key = keyOf(pod.cluster, pod.node);
      const cards = [...pod.cards.values()].reduce((sum, count) => sum + count, 0);
      this.requestedOn.set(key, (this.requestedOn.get(key) ?? 0) + cards);
    }
  }

  private remakeRemembered(): void {
    this.findRemembered = nodeIndex(
      [...this.labels].map(([key, labels]): KubeNode => {
        const [cluster = "", name = ""] = key.split("\0");
        return { cluster, name, labels, providerId: "", isReady: null, isUnschedulable: null, capacity: new Map() };
      }),
    );
  }
}

const keyOf = (cluster: string, name: string): string => `${cluster}\0${name}`;

/** The labels a placement rule may ask for, under the names of today where a cluster still says those of before 1.17. */
function placingLabels(node: KubeNode, used: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { region, zone } = placementOf(node);
  const all = new Map([
    ["topology_kubernetes_io_region", region],
    ["topology_kubernetes_io_zone", zone],
    ["cluster", node.cluster],
    ...node.labels,
  ]);
  return new Map([...all].filter(([name, value]) => used.has(name) && value !== ""));
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);

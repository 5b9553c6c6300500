/**
 * A simulated fleet: the same (seed, cards, start) is the same fleet, and what a card reads at an instant depends on
 * nothing else, so history and live agree and any instant may be asked for in any order.
 */
import { DAY_MS } from "../../db/model/time.ts";
import { type MigInstance, SimCard } from "./card.ts";
import { NodeFate, type Outage, type SimFault } from "./faults.ts";
import { demand, type Feature, FEATURES } from "./features.ts";
import { draw, keyOf, mix } from "./hash.ts";
import { Lane, type LaneContext } from "./lane.ts";
import { layNodes, type SimNode } from "./layout.ts";
import { stageFaults } from "./staged.ts";
import { NO_STORIES, stageStories, type Stories } from "./stories.ts";

export type FleetOptions = {
  readonly seed?: number;
  readonly cards?: number;
  /** The instant the show starts, unix ms: staged faults end around it, counters begin `pastDays` before it. */
  readonly startMs: number;
  /** How many days before `startMs` the fleet has a past. At least the history to be asked for. */
  readonly pastDays?: number;
  /** Multiplies all drawn fault rates; 0 is a fleet where nothing ever breaks. */
  readonly faults?: number;
  /** Whether the demo's faults of the last two days, and its stories, are placed too. */
  readonly staged?: boolean;
};

export type SimHost = {
  readonly node: SimNode;
  readonly fate: NodeFate;
  readonly cards: readonly SimCard[];
};

const MIG_LAYOUTS: readonly (readonly string[])[] = [
  ["1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb"],
  ["3g.40gb", "3g.40gb"],
  ["3g.40gb", "2g.20gb", "1g.10gb"],
  ["2g.20gb", "2g.20gb", "2g.20gb", "1g.10gb"],
];
const MIG_MEMORY: Readonly<Record<string, number>> = { "1g.10gb": 9_728, "2g.20gb": 19_968, "3g.40gb": 40_192 };
const MIG_FIRST_ID: Readonly<Record<string, number>> = { "1g.10gb": 7, "2g.20gb": 3, "3g.40gb": 1 }; // as nvidia-smi numbers A100 instances
const MIG_SLICES = 7;

export class Fleet {
  readonly seed: number;
  readonly cards: number;
  readonly startMs: number;
  readonly originMs: number;
  readonly nodes: readonly SimNode[];
  readonly clusters: ReadonlyMap<string, readonly SimNode[]>;

  private readonly multiplier: number;
  private readonly staged: ReturnType<typeof stageFaults>;
  private readonly stories: Stories;
  private readonly hosts: (SimHost | undefined)[];
  private readonly fates: (NodeFate | undefined)[];
  private readonly blocks = new Map<number, readonly SimNode[]>();
  private readonly demands = new Map<string, (hour: number) => number>();

  constructor(options: FleetOptions) {
    this.seed = options.seed ?? 1;
    this.cards = options.cards ?? 1_000;
    this.startMs = options.startMs;
    this.originMs = Math.floor(options.startMs / DAY_MS - (options.pastDays ?? 15)) * DAY_MS;
    this.multiplier = options.faults ?? 1;
    this.nodes = layNodes(this.seed, this.cards);
    const isStaged = options.staged ?? this.multiplier > 0;
    this.staged = isStaged ? stageFaults(this.seed, this.nodes, this.startMs) : new Map();
    this.stories = isStaged ? stageStories(this.seed, this.nodes, this.startMs) : NO_STORIES;
    this.hosts = this.nodes.map(() => undefined);
    this.fates = this.nodes.map(() => undefined);
    const clusters = new Map<string, SimNode[]>();
    for (const node of this.nodes) {
      const name = node.pool.place.cluster;
      clusters.set(name, [...(clusters.get(name) ?? []), node]);
      if (node.block >= 0) this.blocks.set(node.block, [...(this.blocks.get(node.block) ?? []), node]);
    }
    this.clusters = clusters;
  }

  /** The node with its cards. Made when first asked for. @throws RangeError for a node that is not of this fleet. */
  host(node: SimNode): SimHost {
    const known = this.hosts[node.index];
    if (known !== undefined) return known;
    if (this.nodes[node.index] !== node) throw new RangeError(`node ${node.name} is not of this fleet`);
    const fate = this.fate(node);
    const cards = Array.from({ length: node.size }, (_, position) => this.makeCard(node, position, fate));
    return (this.hosts[node.index] = { node, fate, cards });
  }

  /** Why nobody answers for the node at `t`; undefined when its exporter does. */
  outageAt(node: SimNode, t: number): Outage | undefined {
    const fate = this.fate(node);
    fate.extendTo(t);
    return fate.outageAt(t);
  }

  /** All faults that began in [from, to), in order of node and time: the truth to hold alerts against. */
  faultsBetween(from: number, to: number): SimFault[] {
    return this.nodes.flatMap((node) => {
      const fate = this.fate(node);
      fate.extendTo(to);
      return fate.faults.filter((f) => f.at >= from && f.at < to);
    });
  }

  /** The service that runs on a node, and how much of it is asked for by hour. */
  serviceOf(node: SimNode): {
    readonly feature: Feature;
    readonly key: number;
    readonly demandAt: (hour: number) => number;
  } {
    const feature = FEATURES[mix(node.key, 81) % FEATURES.length] as Feature; // FEATURES is not empty
    return this.service(feature, node.pool.place.region);
  }

  service(
    feature: Feature,
    region: string,
  ): { readonly feature: Feature; readonly key: number; readonly demandAt: (hour: number) => number } {
    const key = keyOf(this.seed, `${feature.name}@${region}`);
    return { feature, key, demandAt: this.demandOf(feature, key) };
  }

  private fate(node: SimNode): NodeFate {
    return (this.fates[node.index] ??= new NodeFate(
      node,
      this.originMs / DAY_MS,
      this.multiplier,
      this.staged.get(node.index) ?? [],
    ));
  }

  private makeCard(node: SimNode, position: number, fate: NodeFate): SimCard {
    const key = mix(node.key, position);
    const migs = node.role === "mig" ? layMig(key) : [];
    const { memoryMib } = node.pool.type;
    const sharers = node.role === "sliced" ? 2 + (mix(key, 82) % 3) : 1;
    const lanes =
      migs.length > 0
        ? migs.map((m, i) => this.makeLane(node, position, mix(key, 100 + i), m.memoryMib, m.slices / MIG_SLICES))
        : Array.from({ length: sharers }, (_, i) =>
            this.makeLane(node, position, mix(key, 100 + i), Math.floor(memoryMib / sharers), 1 / sharers),
          );
    return new SimCard(node, position, fate, lanes, migs, this.originMs);
  }

  private makeLane(node: SimNode, position: number, key: number, memoryMib: number, weight: number): Lane {
    return new Lane(
      key,
      node.role,
      node.pool.type,
      memoryMib,
      weight,
      Math.floor(this.originMs / 3_600_000),
      this.contextOf(node, position),
    );
  }

  private contextOf(node: SimNode, position: number): LaneContext {
    const { feature, key, demandAt } = this.serviceOf(node);
    const gang = node.block >= 0 ? (this.blocks.get(node.block) ?? [node]) : [node];
    const first = gang[0] ?? node;
    const { hung, forgotten } = this.stories;
    return {
      feature,
      demandAt,
      blockKey: node.block >= 0 ? mix(first.key, 83) : key,
      interruptAt: (hour) => this.interruptOf(gang, hour),
      hung: hung !== null && hung.block === node.block ? hung : null,
      forgottenFrom: forgotten !== null && forgotten.node === node.index && position === 0 ? forgotten.from : Infinity,
      gangPod: (job) => (node.blockRank === 0 ? `${job}-master-0` : `${job}-worker-${node.blockRank - 1}`),
    };
  }

  private interruptOf(gang: readonly SimNode[], hour: number): number {
    let at = Infinity;
    const start = hour * 3_600_000;
    for (const node of gang) {
      const fate = this.fate(node);
      fate.extendTo(start);
      at = Math.min(at, fate.interrupts.get(start) ?? Infinity);
    }
    return at;
  }

  private isCampaign({ name }: Feature, hour: number): boolean {
    const { campaign } = this.stories;
    const at = hour * 3_600_000;
    return campaign !== null && campaign.feature === name && at >= campaign.from && at < campaign.to;
  }

  private demandOf(feature: Feature, key: number): (hour: number) => number {
    const name = `${feature.name}#${key}`;
    const known = this.demands.get(name);
    if (known !== undefined) return known;
    const seen = new Map<number, number>();
    const at = (hour: number): number => {
      const cached = seen.get(hour);
      if (cached !== undefined) return cached;
      if (seen.size > 4_096) seen.clear();
      const value = this.isCampaign(feature, hour) ? 1 : demand(feature, key, hour);
      seen.set(hour, value);
      return value;
    };
    this.demands.set(name, at);
    return at;
  }
}

function layMig(key: number): MigInstance[] {
  const layout = MIG_LAYOUTS[Math.floor(draw(key, 84) * MIG_LAYOUTS.length)] ?? [];
  const used = new Map<string, number>();
  return layout.map((profile) => {
    const nth = used.get(profile) ?? 0;
    used.set(profile, nth + 1);
    return {
      id: (MIG_FIRST_ID[profile] ?? 7) + nth,
      profile,
      slices: Number(profile[0]),
      memoryMib: MIG_MEMORY[profile] ?? 9_728,
    };
  });
}

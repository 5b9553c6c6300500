import type { Place } from "../../db/model/fleet.ts";
import type { StoredSeries } from "./exporter.ts";

/** Where the labels of a series say its card stands, by the rules of the configuration. */
export type PlaceOf = (labels: ReadonlyMap<string, string>) => { readonly place: Place; readonly node: string };

/** One scrape target as Prometheus knew it: series of one target and one instant were read together. */
export type PulledTarget = {
  readonly index: number;
  readonly origin: string;
  readonly job: string;
  readonly instance: string;
  readonly place: Place;
  readonly node: string;
  readonly series: PulledSeries[];
  readonly up: PulledSeries[]; // one for each replica
};

/** A series without its replica labels: what two Prometheus of a pair both store is one series here. */
export type PulledSeries = {
  readonly target: PulledTarget;
  readonly slot: number; // place in `target.series`; -1 for `up`
  readonly stored: StoredSeries;
  readonly key: string; // sorts series the same way in every process
};

/** A stored series and the replica that stored it. */
export type SeriesRef = { readonly series: PulledSeries; readonly replica: string };

/**
 * Every series a source ever showed us, by target. Grows until `clear`: pods come and go, and each new pod label is a
 * new series.
 */
export class SeriesBook {
  readonly targets: PulledTarget[] = [];
  readonly refs: SeriesRef[] = [];
  private readonly sourceName: string;
  private readonly replicaLabels: ReadonlySet<string>;
  private readonly placeOf: PlaceOf;
  private readonly byOrigin = new Map<string, PulledTarget>();
  private readonly byKey = new Map<string, PulledSeries>();
  private readonly perName = new Map<string, number>();

  constructor(sourceName: string, replicaLabels: readonly string[], placeOf: PlaceOf) {
    this.sourceName = sourceName;
    this.replicaLabels = new Set(replicaLabels);
    this.placeOf = placeOf;
  }

  clear(): void {
    this.targets.length = 0;
    this.refs.length = 0;
    this.byOrigin.clear();
    this.byKey.clear();
    this.perName.clear();
  }

  /** How many stored series of this metric are known, replicas counted apart. */
  countOf(name: string): number {
    return this.perName.get(name) ?? 0;
  }

  jobs(): string[] {
    const jobs = new Set<string>();
    for (const target of this.targets) if (target.series.length > 0 && target.job !== "") jobs.add(target.job);
    return [...jobs].toSorted();
  }

  /** The number of a stored series; its labels are only looked at once. */
  describe(labels: Map<string, string>): number {
    const name = labels.get("__name__") ?? "";
    const replica = [...this.replicaLabels].map((label) => labels.get(label) ?? "").join("\0");
    labels.delete("__name__");
    for (const label of this.replicaLabels) labels.delete(label);
    this.perName.set(name, this.countOf(name) + 1);
    this.refs.push({ series: this.seriesOf(name, labels), replica });
    return this.refs.length - 1;
  }

  private seriesOf(name: string, labels: Map<string, string>): PulledSeries {
    const key = keyOf(name, labels);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const target = this.targetOf(labels);
    const isUp = name === "up";
    const series = { target, slot: isUp ? -1 : target.series.length, stored: { name, labels }, key };
    (isUp ? target.up : target.series).push(series);
    this.byKey.set(key, series);
    return series;
  }

  private targetOf(labels: ReadonlyMap<string, string>): PulledTarget {
    const { place, node } = this.placeOf(labels);
    const job = labels.get("job") ?? "";
    const instance = labels.get("instance") ?? "";
    const parts = [this.sourceName, place.cluster || (labels.get("cluster") ?? ""), job, instance];
    const origin = `prometheus:${parts.map(encodeURIComponent).join("/")}`;
    const known = this.byOrigin.get(origin);
    if (known !== undefined) return known;
    const target = { index: this.targets.length, origin, job, instance, place, node, series: [], up: [] };
    this.targets.push(target);
    this.byOrigin.set(origin, target);
    return target;
  }
}

function keyOf(name: string, labels: ReadonlyMap<string, string>): string {
  const parts = [...labels].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, ...parts.flat()]);
}

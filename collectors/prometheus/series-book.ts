import type { Place } from "../../db/model/fleet.ts";

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

/** A label set without name and replica labels: all metrics of a card share one. */
export type LabelSet = {
  readonly target: PulledTarget;
  readonly labels: ReadonlyMap<string, string>;
  readonly key: string; // sorts sets the same way in every process
  readonly series: PulledSeries[]; // a handful of metrics
};

/** A series without its replica labels: what two Prometheus of a pair both store is one series here. */
export type PulledSeries = {
  readonly set: LabelSet;
  readonly name: string;
  readonly slot: number; // place in `target.series`; -1 for `up`
};

/** The order of series in a layout: the same in every process, whatever order answers came in. */
export function bySeriesKey(a: PulledSeries, b: PulledSeries): number {
  if (a.set !== b.set) return a.set.key < b.set.key ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/**
 * Every series a source ever showed us, by target. Grows until `clear`: pods come and go, and each new pod label is a
 * new series.
 */
export class SeriesBook {
  readonly targets: PulledTarget[] = [];
  /** By number of a stored series. Several numbers are one series where replicas store it. */
  readonly series: PulledSeries[] = [];
  readonly replica: string[] = [];
  private readonly sourceName: string;
  private readonly replicaLabels: ReadonlySet<string>;
  private readonly placeOf: PlaceOf;
  private readonly byOrigin = new Map<string, PulledTarget>();
  private readonly sets = new Map<string, LabelSet>();
  private known = new WeakMap<ReadonlyMap<string, string>, { readonly set: LabelSet; readonly replica: string }>();
  private readonly perName = new Map<string, number>();

  constructor(sourceName: string, replicaLabels: readonly string[], placeOf: PlaceOf) {
    this.sourceName = sourceName;
    this.replicaLabels = new Set(replicaLabels);
    this.placeOf = placeOf;
  }

  clear(): void {
    this.targets.length = 0;
    this.series.length = 0;
    this.replica.length = 0;
    this.byOrigin.clear();
    this.sets.clear();
    this.known = new WeakMap();
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

  /** The number of a stored series. Labels that are one Map are looked at once. */
  describe(name: string, labels: ReadonlyMap<string, string>): number {
    let known = this.known.get(labels);
    if (known === undefined) this.known.set(labels, (known = this.setOf(labels)));
    this.perName.set(name, this.countOf(name) + 1);
    this.replica.push(known.replica);
    return this.series.push(seriesOf(known.set, name)) - 1;
  }

  private setOf(said: ReadonlyMap<string, string>): { readonly set: LabelSet; readonly replica: string } {
    const labels = this.replicaLabels.size === 0 ? said : new Map(said);
    let replica = "";
    for (const label of this.replicaLabels) {
      replica += `${labels.get(label) ?? ""}\0`;
      (labels as Map<string, string>).delete(label); // the copy
    }
    const key = JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
    let set = this.sets.get(key);
    if (set === undefined) {
      set = { target: this.targetOf(labels), labels, key, series: [] };
      this.sets.set(key, set);
    }
    return { set, replica };
  }

  /**
   * The target these labels belong to. Job and instance are not enough: several exporters may stand behind one address,
   * and an address may be used again in another cluster.
   */
  private targetOf(labels: ReadonlyMap<string, string>): PulledTarget {
    const { place, node } = this.placeOf(labels);
    const job = labels.get("job") ?? "";
    const instance = labels.get("instance") ?? "";
    const { vendor, region, zone } = place;
    const stands = [vendor, region, zone, place.cluster || (labels.get("cluster") ?? "")].filter((part) => part !== "");
    const name = node || (labels.get("node") ?? "");
    const parts = [this.sourceName, stands.join(","), job, instance, ...(name === "" ? [] : [name])];
    const origin = `prometheus:${parts.map(encodeURIComponent).join("/")}`;
    const known = this.byOrigin.get(origin);
    if (known !== undefined) return known;
    const target = { index: this.targets.length, origin, job, instance, place, node, series: [], up: [] };
    this.targets.push(target);
    this.byOrigin.set(origin, target);
    return target;
  }

  /**
   * The targets that fall silent with this one: itself, or, where only the exporter says its node and `up` does not, those
   * of the same job and instance that carry cards.
   */
  silencedWith(target: PulledTarget): readonly PulledTarget[] {
    if (target.series.length > 0) return [target];
    const { job, instance } = target;
    const same = this.targets.filter((t) => t.series.length > 0 && t.job === job && t.instance === instance);
    return same.length > 0 ? same : [target];
  }
}

function seriesOf(set: LabelSet, name: string): PulledSeries {
  const known = set.series.find((series) => series.name === name);
  if (known !== undefined) return known;
  const { target } = set;
  const isUp = name === "up";
  const series = { set, name, slot: isUp ? -1 : target.series.length };
  (isUp ? target.up : target.series).push(series);
  set.series.push(series);
  return series;
}

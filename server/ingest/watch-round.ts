import { FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { GapCause } from "../../db/model/coverage.ts";
import type { CardState, PoolKey } from "../../db/model/fleet.ts";
import type { CardFrame, Holder } from "../../db/model/frame.ts";
import { HEALTH_FIELD, HEALTH_FIELD_COUNT, type HealthField, type Signal } from "../../db/model/health.ts";
import type { CardField } from "../../db/model/card-fields.ts";
import type { CardRow } from "../../db/model/views.ts";
import { activityOf } from "../domain/card-state.ts";
import type { RoundCards, RoundFeature } from "../domain/health/round.ts";
import { isOurs, type KnownCard } from "./card-registry.ts";
import { type Clock, CLOCKS } from "./health-clocks.ts";
import type { HealthVoice, HealthWatch, WatchedCard } from "./health-watch.ts";

export type WatchRoundsParts = {
  readonly watch: HealthWatch;
  readonly registry: { all(): Iterable<KnownCard> };
  readonly live: { row(uuid: string): CardRow | null };
};

/** Whose work a holder does; null = nobody's. */
export type FeatureOf = (holder: Holder, cluster: string) => RoundFeature | null;

/** A node by its cards, and who reads them. */
export type SeenNode = {
  readonly key: string;
  readonly name: string;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly rows: Int32Array;
  readonly pools: ReadonlySet<number>; // ids
  readonly origins: ReadonlySet<string>; // that named one of its cards since the start
};

export type WatchRound = {
  readonly cards: RoundCards;
  readonly nodes: readonly SeenNode[];
  /** By row: whoever holds it as it was last read; null = its exporter does not map pods, or it was never read. */
  readonly holders: readonly (readonly Holder[] | null)[];
  /** By row: its place in the watch's columns; −1 = it was not read since the start. */
  readonly seats: Int32Array;
};

/**
 * Makes rounds of the cards that are ours. Which these are and where they stand is worked out when it changed. A round is
 * good until the next: its columns are written again, for megabytes made anew every 15 s have V8 mark its whole heap.
 */
export class WatchRounds {
  private readonly parts: WatchRoundsParts;
  private standing = standingOf([]);
  private heard: Heard | null = null;
  private readonly columns = new ColumnPool();

  constructor(parts: WatchRoundsParts) {
    this.parts = parts;
  }

  /** Every card that is ours as the rules see it at an instant. */
  at(now: number, featureOf: FeatureOf): WatchRound {
    const { watch, registry, live } = this.parts;
    if (!isSame(registry.all(), this.standing.all)) {
      this.standing = standingOf([...registry.all()]);
      this.heard = null;
    }
    if (this.heard?.generation !== watch.generation) this.heard = heardOf(watch, this.standing);
    this.columns.begin(this.standing.known.length);
    return new Rows(watch, this.standing, this.heard, this.columns, now).round(live, featureOf);
  }
}

/** Columns of one length, used again from round to round. */
class ColumnPool {
  private readonly made: Float64Array[] = [];
  private taken = 0;
  unsaid = new Float64Array(0);

  begin(length: number): void {
    this.taken = 0;
    if (this.unsaid.length === length) return;
    this.made.length = 0;
    this.unsaid = new Float64Array(length).fill(Number.NaN);
  }

  /** With old content in it. */
  take(): Float64Array {
    const column = (this.made[this.taken] ??= new Float64Array(this.unsaid.length));
    this.taken += 1;
    return column;
  }

  /** The one taken last is not needed. */
  giveBack(): void {
    this.taken -= 1;
  }
}

/** Cards and where they stand: a card's object is another one whenever something of it changed. */
type Standing = {
  readonly all: readonly KnownCard[];
  readonly known: readonly KnownCard[]; // ours
  readonly id: Int32Array;
  readonly uuid: readonly string[];
  readonly node: Int32Array;
  readonly pool: readonly (PoolKey & { readonly id: number })[];
  readonly nodes: readonly Omit<SeenNode, "origins">[];
};

function isSame(now: Iterable<KnownCard>, before: readonly KnownCard[]): boolean {
  let i = 0;
  for (const card of now) if (card !== before[i++]) return false;
  return i === before.length;
}

function standingOf(all: readonly KnownCard[]): Standing {
  const known = all.filter(isOurs);
  const pools = new Map<number, PoolKey & { readonly id: number }>();
  const nodes = new Map<
    string,
    { readonly index: number; readonly card: KnownCard; rows: number[]; pools: Set<number> }
  >();
  const node = new Int32Array(known.length);
  const pool = known.map((card, row) => {
    const key = keyOf(card);
    let there = nodes.get(key);
    if (there === undefined) nodes.set(key, (there = { index: nodes.size, card, rows: [], pools: new Set() }));
    there.rows.push(row);
    there.pools.add(card.pool.id);
    node[row] = there.index;
    const same = pools.get(card.pool.id) ?? card.pool;
    pools.set(card.pool.id, same);
    return same;
  });
  return {
    all,
    known,
    id: Int32Array.from(known, ({ id }) => id),
    uuid: known.map(({ uuid }) => uuid),
    node,
    pool,
    nodes: [...nodes].map(([key, { card, rows, pools: of }]) => {
      const { vendor, region, zone, cluster } = card.pool;
      return { key, name: card.node, vendor, region, zone, cluster, rows: Int32Array.from(rows), pools: of };
    }),
  };
}

const keyOf = ({ pool, node }: KnownCard): string =>
  `${pool.vendor}/${pool.region}/${pool.zone}/${pool.cluster}/${node}`;

/** Who was heard of each card, as long as the watch's generation is the same. */
type Heard = {
  readonly generation: number;
  readonly cards: readonly (WatchedCard | null)[];
  readonly seats: Int32Array;
  readonly nodes: readonly SeenNode[];
};

function heardOf(watch: HealthWatch, { uuid, nodes }: Standing): Heard {
  const cards = uuid.map((one) => watch.get(one));
  return {
    generation: watch.generation,
    cards,
    seats: Int32Array.from(cards, (card) => card?.seat ?? -1),
    nodes: nodes.map((node) => {
      const origins = new Set<string>();
      for (const row of node.rows) for (const { origin } of cards[row]?.voices ?? []) origins.add(origin);
      return { ...node, origins };
    }),
  };
}

class Rows {
  private readonly watch: HealthWatch;
  private readonly standing: Standing;
  private readonly heard: Heard;
  private readonly columns: ColumnPool;
  private readonly at: number;
  private readonly frames: (CardFrame | null)[]; // of the reading that speaks; null = none does
  private readonly frameRow: Int32Array;
  private readonly heardAt: Float64Array;
  private readonly silentSince: Float64Array;
  private readonly gap: GapCause[];
  private readonly last: (HealthVoice | null)[];
  private readonly levels = this.remembered((signal) => this.level(signal));

  constructor(watch: HealthWatch, standing: Standing, heard: Heard, columns: ColumnPool, at: number) {
    this.watch = watch;
    this.standing = standing;
    this.heard = heard;
    this.columns = columns;
    this.at = at;
    const count = standing.known.length;
    this.frames = Array.from({ length: count }, () => null);
    this.last = Array.from({ length: count }, () => null);
    this.gap = Array.from({ length: count }, () => "none");
    this.frameRow = new Int32Array(count);
    this.heardAt = columns.take().fill(Number.NaN);
    this.silentSince = columns.take().fill(Number.NaN);
    this.listen();
  }

  round(live: WatchRoundsParts["live"], featureOf: FeatureOf): WatchRound {
    const { known, id, uuid, node, pool } = this.standing;
    const count = known.length;
    const state: CardState[] = [];
    const stateSince = this.columns.take().fill(Number.NaN);
    const holder: string[] = [];
    const holders: (readonly Holder[] | null)[] = [];
    const feature: (RoundFeature | null)[] = [];
    for (let row = 0; row < count; row += 1) {
      const shown = live.row(uuid[row]!);
      state.push(shown?.state ?? "unknown");
      if (shown?.since != null) stateSince[row] = shown.since;
      const last = this.last[row]!;
      const own = last?.frame.cards[last.row]?.holders ?? null;
      const main = own === null || own.length === 0 ? null : largest(own);
      holders.push(own);
      holder.push(main === null ? "" : nameOf(main));
      feature.push(main === null ? null : featureOf(main, last.frame.place.cluster));
    }
    const cards: RoundCards = {
      count,
      id,
      uuid,
      node,
      pool,
      state,
      stateSince,
      holder,
      feature,
      heardAt: this.heardAt,
      gap: this.gap,
      silentSince: this.silentSince,
      level: this.levels,
      rise: (signal, windowMs) => this.rise(signal, windowMs),
      unsaid: this.columns.unsaid,
    };
    return { cards, nodes: this.heard.nodes, holders, seats: this.heard.seats };
  }

  /** Who speaks for each card, and of the others why nobody does. */
  private listen(): void {
    const { known, node, nodes } = this.standing;
    const speaks = new Uint8Array(nodes.length);
    for (let row = 0; row < known.length; row += 1) {
      const card = this.heard.cards[row]!;
      const last = card === null ? null : lastVoice(card.voices, this.at);
      this.last[row] = last;
      if (last !== null && last.until > this.at) {
        this.frames[row] = last.frame;
        this.frameRow[row] = last.row;
        this.heardAt[row] = last.frame.at;
        speaks[node[row]!] = 1;
      } else this.gap[row] = "no_reading";
    }
    for (let row = 0; row < known.length; row += 1)
      if (this.gap[row] !== "none") this.explain(row, speaks[node[row]!] === 1);
  }

  private explain(row: number, isNodeRead: boolean): void {
    const last = this.last[row]!;
    const readBefore = this.watch.beforeStart(this.standing.id[row]!)?.readAt ?? Number.NaN;
    this.heardAt[row] = last === null ? readBefore : last.frame.at;
    const gap = endOf(last, this.watch.isOurSilence(this.at, last?.frame.at ?? null));
    // Not read since the start while others of its node are: its exporter answers, and does not name it.
    this.gap[row] = last === null && isNodeRead ? "card_gone" : gap;
    if (this.gap[row] !== "dapan_down") this.silentSince[row] = last?.until ?? readBefore; // else we were silent, not it
  }

  private remembered(make: (signal: Signal) => Float64Array): (signal: Signal) => Float64Array {
    const made = new Map<Signal, Float64Array>();
    return (signal) => {
      let column = made.get(signal);
      if (column === undefined) made.set(signal, (column = make(signal)));
      return column;
    };
  }

  private level(signal: Signal): Float64Array {
    if (signal === "unreadMs") return this.column((row) => this.at - this.silentSince[row]!);
    if (signal === "activityRatio") return this.read((frame, row) => activityOf(frame.values, row * FIELD_COUNT));
    if ((CLOCKS as readonly string[]).includes(signal)) return this.lasting(signal as Clock);
    if (signal in FIELD) {
      const field = FIELD[signal as CardField];
      return this.read(({ values }, row) => values[row * FIELD_COUNT + field]!);
    }
    const field = HEALTH_FIELD[signal as HealthField];
    return this.read(({ health }, row) =>
      health === undefined ? Number.NaN : health[row * HEALTH_FIELD_COUNT + field]!,
    );
  }

  private read(of: (frame: CardFrame, row: number) => number): Float64Array {
    return this.column((row) => {
      const frame = this.frames[row]!;
      return frame === null ? Number.NaN : of(frame, this.frameRow[row]!);
    });
  }

  private lasting(clock: Clock): Float64Array {
    const { clocks } = this.watch;
    return this.column((row) =>
      this.frames[row] === null ? Number.NaN : this.at - clocks.sinceOf(this.heard.seats[row]!, clock),
    );
  }

  /** Where nothing rose and nobody watched for the whole window, nobody can tell. */
  private rise(signal: Signal, windowMs: number): Float64Array {
    const said = this.levels(signal);
    const rises = this.watch.rises.get(signal);
    if (rises === undefined || said === this.columns.unsaid) return this.columns.unsaid;
    return this.column((row) => {
      if (said[row] !== said[row]) return Number.NaN;
      const { seat, heardFrom } = this.heard.cards[row]!;
      const rise = rises.since(seat, this.at, windowMs);
      return rise > 0 || heardFrom <= this.at - windowMs ? rise : Number.NaN;
    });
  }

  /** A figure of every card. NaN = not said; where it is of all of them, the one column that says nothing. */
  private column(of: (row: number) => number): Float64Array {
    const column = this.columns.take();
    let isSaid = false;
    for (let row = 0; row < column.length; row += 1) {
      const value = of(row);
      column[row] = value;
      if (value === value) isSaid = true;
    }
    if (isSaid) return column;
    this.columns.giveBack();
    return this.columns.unsaid;
  }
}

/** "namespace/pod", made once for as long as the sighting stays: cards of a pod share nothing else. */
function nameOf(holder: Holder): string {
  let name = names.get(holder);
  if (name === undefined) names.set(holder, (name = `${holder.namespace}/${holder.pod}`));
  return name;
}
const names = new WeakMap<Holder, string>();

function largest(holders: readonly Holder[]): Holder {
  let most = holders[0]!;
  for (const one of holders) if (one.share > most.share) most = one;
  return most;
}

/** Why it is not read: by its exporter's word, whenever that came, else by nobody's. */
function endOf(last: HealthVoice | null, isOurSilence: boolean): GapCause {
  const ended = last?.ended ?? "no_reading";
  if (ended !== "no_reading" && ended !== "dapan_down") return ended;
  return isOurSilence ? "dapan_down" : "no_reading";
}

/** The newest that still speaks, else the one that spoke last. */
function lastVoice(voices: readonly HealthVoice[], at: number): HealthVoice | null {
  let best: HealthVoice | null = null;
  for (const voice of voices) {
    if (best === null) best = voice;
    else if (voice.until > at === best.until > at ? voice.frame.at > best.frame.at : voice.until > at) best = voice;
  }
  return best;
}

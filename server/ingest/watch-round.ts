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

export type WatchRoundParts = {
  readonly registry: { all(): Iterable<KnownCard> };
  readonly live: { row(uuid: string): CardRow | null };
  /** Whose work a holder does; null = nobody's. */
  featureOf(holder: Holder, cluster: string): RoundFeature | null;
};

/** A node by its cards, and who reads them. */
export type SeenNode = {
  readonly key: string;
  readonly name: string;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly rows: readonly number[];
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

/** Every card that is ours as the rules see it at an instant. */
export function watchRound(watch: HealthWatch, parts: WatchRoundParts, at: number): WatchRound {
  const rows = new Rows(watch, parts, at);
  for (const card of parts.registry.all()) if (isOurs(card)) rows.add(card);
  return rows.round();
}

type Draft = Omit<SeenNode, "rows" | "origins"> & {
  readonly index: number;
  readonly rows: number[];
  readonly origins: Set<string>;
  speaks: boolean;
};

class Rows {
  private readonly watch: HealthWatch;
  private readonly parts: WatchRoundParts;
  private readonly at: number;
  private readonly nodes = new Map<string, Draft>();
  private lastNode: Draft | null = null;
  private readonly pools = new Map<number, PoolKey & { readonly id: number }>();
  private readonly known: KnownCard[] = [];
  private readonly cards: (WatchedCard | null)[] = [];
  private readonly frames: (CardFrame | null)[] = []; // of the reading that speaks; null = none does
  private readonly frameRow: number[] = [];
  private readonly node: number[] = [];
  private readonly pool: (PoolKey & { readonly id: number })[] = [];
  private readonly state: CardState[] = [];
  private readonly stateSince: number[] = [];
  private readonly holder: string[] = [];
  private readonly holders: (readonly Holder[] | null)[] = [];
  private readonly feature: (RoundFeature | null)[] = [];
  private readonly heardAt: number[] = [];
  private readonly gap: GapCause[] = [];
  private readonly silentSince: number[] = [];

  constructor(watch: HealthWatch, parts: WatchRoundParts, at: number) {
    this.watch = watch;
    this.parts = parts;
    this.at = at;
  }

  add(card: KnownCard): void {
    const { at, watch } = this;
    const watched = watch.get(card.uuid);
    const last = watched === null ? null : lastVoice(watched.voices, at);
    const isSpeaking = last !== null && last.until > at;
    const node = this.nodeOf(card);
    const row = this.known.push(card) - 1;
    node.rows.push(row);
    for (const { origin } of watched?.voices ?? []) node.origins.add(origin);
    if (isSpeaking) node.speaks = true;
    this.cards.push(watched);
    this.frames.push(isSpeaking ? last.frame : null);
    this.frameRow.push(isSpeaking ? last.row : 0);
    this.node.push(node.index);
    this.pool.push(this.poolOf(card));
    this.hold(card, last);
    const readBefore = watch.beforeStart(card.id)?.readAt ?? Number.NaN;
    this.heardAt.push(last === null ? readBefore : last.frame.at);
    this.gap.push(isSpeaking ? "none" : endOf(last, watch.isAwake(at)));
    this.silentSince.push(isSpeaking ? Number.NaN : (last?.until ?? readBefore));
  }

  round(): WatchRound {
    const nodes = [...this.nodes.values()];
    this.cards.forEach((card, row) => {
      // Not read since the start while others of its node are: its exporter answers, and does not name it.
      if (card === null && nodes[this.node[row]!]!.speaks) this.gap[row] = "card_gone";
      if (this.gap[row] === "dapan_down") this.silentSince[row] = Number.NaN; // we were silent, not it
    });
    const { known, pool, state, holder, feature, gap } = this;
    const cards: RoundCards = {
      count: known.length,
      id: Int32Array.from(known, ({ id }) => id),
      uuid: known.map(({ uuid }) => uuid),
      node: Int32Array.from(this.node),
      pool,
      state,
      stateSince: Float64Array.from(this.stateSince),
      holder,
      feature,
      heardAt: Float64Array.from(this.heardAt),
      gap,
      silentSince: Float64Array.from(this.silentSince),
      level: this.remembered((signal) => this.level(signal)),
      rise: (signal, windowMs) => this.rise(signal, windowMs),
    };
    const seats = Int32Array.from(this.cards, (card) => card?.seat ?? -1);
    return { cards, nodes, holders: this.holders, seats };
  }

  private hold({ uuid }: KnownCard, last: HealthVoice | null): void {
    const row = this.parts.live.row(uuid);
    this.state.push(row?.state ?? "unknown");
    this.stateSince.push(row?.since ?? Number.NaN);
    const holders = last?.frame.cards[last.row]?.holders ?? null;
    const main = holders === null || holders.length === 0 ? null : largest(holders);
    this.holders.push(holders);
    this.holder.push(main ? `${main.namespace}/${main.pod}` : "");
    this.feature.push(main ? this.parts.featureOf(main, last!.frame.place.cluster) : null);
  }

  private nodeOf(card: KnownCard): Draft {
    const last = this.lastNode; // cards of a node nearly always come together
    if (last !== null && last.name === card.node && isPlaced(last, card.pool)) return last;
    return (this.lastNode = this.findNode(card));
  }

  private findNode(card: KnownCard): Draft {
    const { vendor, region, zone, cluster } = card.pool;
    const key = [vendor, region, zone, cluster, card.node].join("/");
    let node = this.nodes.get(key);
    if (node === undefined) {
      const place = { key, name: card.node, vendor, region, zone, cluster };
      node = { ...place, index: this.nodes.size, rows: [], origins: new Set(), speaks: false };
      this.nodes.set(key, node);
    }
    return node;
  }

  private poolOf({ pool }: KnownCard): PoolKey & { readonly id: number } {
    const known = this.pools.get(pool.id);
    if (known === undefined) this.pools.set(pool.id, pool);
    return known ?? pool;
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
    if (signal === "unreadMs") return Float64Array.from(this.silentSince, (since) => this.at - since);
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
    const column = new Float64Array(this.frames.length);
    for (let row = 0; row < column.length; row += 1) {
      const frame = this.frames[row]!;
      column[row] = frame === null ? Number.NaN : of(frame, this.frameRow[row]!);
    }
    return column;
  }

  private lasting(clock: Clock): Float64Array {
    const column = new Float64Array(this.frames.length);
    for (let row = 0; row < column.length; row += 1)
      column[row] =
        this.frames[row] === null ? Number.NaN : this.at - this.watch.clocks.sinceOf(this.cards[row]!.seat, clock);
    return column;
  }

  /** Where nothing rose and nobody watched for the whole window, nobody can tell. */
  private rise(signal: Signal, windowMs: number): Float64Array {
    const said = this.level(signal);
    const rises = this.watch.rises.get(signal);
    if (rises === undefined) return said.fill(Number.NaN);
    for (let row = 0; row < said.length; row += 1) {
      if (said[row] !== said[row]) continue; // NaN
      const { seat, heardFrom } = this.cards[row]!;
      const rise = rises.since(seat, this.at, windowMs);
      said[row] = rise > 0 || heardFrom <= this.at - windowMs ? rise : Number.NaN;
    }
    return said;
  }
}

const isPlaced = (node: SeenNode, pool: PoolKey): boolean =>
  node.vendor === pool.vendor &&
  node.region === pool.region &&
  node.zone === pool.zone &&
  node.cluster === pool.cluster;

function largest(holders: readonly Holder[]): Holder {
  let most = holders[0]!;
  for (const one of holders) if (one.share > most.share) most = one;
  return most;
}

/** Why it is not read. Until everybody had time to be read again after a start, the silence is our own. */
function endOf(last: HealthVoice | null, isAwake: boolean): GapCause {
  const ended = last?.ended ?? "no_reading";
  if (last !== null && ended !== "dapan_down") return ended;
  return isAwake ? "no_reading" : "dapan_down";
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

import { GAP_CAUSES, type GapCause } from "../../../../db/model/coverage.ts";
import type { CardEvent, CardEventKind } from "../../../../db/model/events.ts";
import type { CardState, PoolKey } from "../../../../db/model/fleet.ts";
import type { Signal } from "../../../../db/model/health.ts";
import { DAY_MS, MINUTE_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { NOT_SAID } from "../../../../db/model/slot.ts";
import { type DayPoints, hasPoint, POINT_COLUMNS } from "../../../../db/store/day-points.ts";
import type { Round, RoundFeature, RoundGang, RoundNode } from "../../../domain/health/round.ts";

/** A card as it stands now: the lab replays today's fleet. */
export type PastCard = {
  readonly id: number;
  readonly uuid: string;
  readonly pool: PoolKey & { readonly id: number };
  readonly node: string;
};

/** Who held cards: a pod of a job, and what it works on. */
export type PastHolder = {
  readonly name: string; // "namespace/pod"
  readonly feature: RoundFeature | null;
  readonly gang: {
    readonly key: string;
    readonly cluster: string;
    readonly namespace: string;
    readonly job: string;
  } | null;
};

/** Counters a rule may ask the rise of, and the event that keeps it: count is the increase (throttled: milliseconds). */
const KEPT_RISES: Readonly<Partial<Record<Signal, { readonly event: CardEventKind; readonly unit: number }>>> = {
  eccUncorrectedTotal: { event: "ecc_uncorrected", unit: 1 },
  rowsRemappedUncorrectedTotal: { event: "row_remap", unit: 1 },
  nvlinkErrorTotal: { event: "nvlink_error", unit: 1 },
  pcieReplayTotal: { event: "pcie_replay", unit: 1 },
  thermalThrottleSeconds: { event: "throttled", unit: 1_000 },
};
const KEPT_LEVELS: ReadonlySet<Signal> = new Set<Signal>([
  "utilRatio",
  "activityRatio",
  "tensorRatio",
  "memoryUsedBytes",
  "powerWatts",
  "temperatureCelsius",
  "heldQuietMs",
  "freeMs",
  "zombieMs",
  "unreadMs",
]);

/** Whether the stored past holds a signal at all. */
export const isKept = (signal: Signal): boolean => KEPT_LEVELS.has(signal) || signal in KEPT_RISES;

const COLUMN = Object.fromEntries(POINT_COLUMNS.map((name, i) => [name, i * SLOTS_PER_DAY])) as Readonly<
  Record<(typeof POINT_COLUMNS)[number], number>
>;
const MIB = 2 ** 20;
const EVENT_REACH_MS = 7 * DAY_MS;
const GANG_MINUTES = 60;
const BUSY_FROM = 0.5;

/**
 * The stored past of some cards as rounds, one a slot, oldest first. Rounds must be asked for in order: how long a card has
 * been quiet, free or silent is carried along.
 */
export class PastFleet {
  private readonly cards: readonly PastCard[];
  private readonly nodes: readonly RoundNode[];
  private readonly nodeOf: Int32Array;
  private readonly events: ReadonlyMap<number, readonly CardEvent[]>;
  private readonly holders: ReadonlyMap<number, PastHolder>;
  private readonly clocks: { quiet: Float64Array; free: Float64Array; zombie: Float64Array; silent: Float64Array };
  private readonly heardAt: Float64Array;
  private readonly silentSince: Float64Array;
  private readonly gangPast = new Map<string, { activity: number[]; busyShare: number[] }>();

  constructor(parts: {
    readonly cards: readonly PastCard[];
    readonly events: ReadonlyMap<number, readonly CardEvent[]>; // by card id, oldest first
    readonly holders: ReadonlyMap<number, PastHolder>;
  }) {
    this.cards = parts.cards;
    this.events = parts.events;
    this.holders = parts.holders;
    const { nodes, nodeOf } = nodesOf(parts.cards);
    this.nodes = nodes;
    this.nodeOf = nodeOf;
    const zeros = () => new Float64Array(parts.cards.length);
    this.clocks = { quiet: zeros(), free: zeros(), zombie: zeros(), silent: zeros() };
    this.heardAt = zeros().fill(Number.NaN);
    this.silentSince = zeros().fill(Number.NaN);
  }

  /** @param place slot of the day, 0 to 287 @param days by card id */
  round(at: UnixMs, place: number, days: ReadonlyMap<number, DayPoints>): Round {
    const { cards } = this;
    const end = unixMs(at + SLOT_MS);
    const points = cards.map(({ id }) => {
      const day = days.get(id);
      return day !== undefined && hasPoint(day.presence, place) ? day.values : null;
    });
    const read = (row: number, column: keyof typeof COLUMN): number =>
      points[row]?.[COLUMN[column] + place] ?? Number.NaN;
    const owned = cards.flatMap((_, row) => (read(row, "ownedMs") > 0 ? [row] : []));
    const gap = owned.map((row) => this.hear(row, at, read));
    return {
      at: end,
      cards: this.cardsOf(owned, gap, end, read),
      nodes: this.nodesAt(owned, gap),
      gangs: this.gangsAt(owned, read),
      sources: [],
      money: [],
      events: { of: (cardId) => within(this.events.get(cardId) ?? [], end) },
      answers: new Map(),
    };
  }

  /** Moves the clocks of a card on by a slot. A slot half of which was read counts as read. */
  private hear(row: number, at: number, read: (row: number, column: keyof typeof COLUMN) => number): GapCause {
    const { quiet, free, zombie, silent } = this.clocks;
    const owned = read(row, "ownedMs");
    const isRead = read(row, "observedMs") * 2 >= owned;
    if (!isRead) {
      if (Number.isNaN(this.silentSince[row]!)) this.silentSince[row] = at;
      silent[row] = silent[row]! + SLOT_MS;
      return GAP_CAUSES[read(row, "gapCause")] ?? "no_reading";
    }
    this.silentSince[row] = Number.NaN;
    silent[row] = 0;
    this.heardAt[row] = at + SLOT_MS;
    const isQuiet = read(row, "idleHeldMs") > 0 && read(row, "busyMs") === 0;
    const isHeld = read(row, "holderId") !== 0;
    quiet[row] = isQuiet && isHeld ? quiet[row]! + read(row, "idleHeldMs") : 0;
    zombie[row] = isQuiet && !isHeld ? zombie[row]! + read(row, "idleHeldMs") : 0;
    free[row] = read(row, "freeMs") >= owned ? free[row]! + SLOT_MS : 0;
    return "none";
  }

  private cardsOf(
    owned: readonly number[],
    gap: readonly GapCause[],
    end: UnixMs,
    read: (row: number, column: keyof typeof COLUMN) => number,
  ): Round["cards"] {
    const column = (of: (row: number, i: number) => number) => Float64Array.from(owned, (row, i) => of(row, i));
    const holderOf = (row: number) => this.holders.get(read(row, "holderId"));
    return {
      count: owned.length,
      id: Int32Array.from(owned, (row) => this.cards[row]!.id),
      uuid: owned.map((row) => this.cards[row]!.uuid),
      node: Int32Array.from(owned, (row) => this.nodeOf[row]!),
      pool: owned.map((row) => this.cards[row]!.pool),
      state: owned.map((row, i) => stateOf(gap[i]!, (name) => read(row, name))),
      stateSince: column(() => Number.NaN),
      holder: owned.map((row) => holderOf(row)?.name ?? ""),
      feature: owned.map((row) => holderOf(row)?.feature ?? null),
      heardAt: column((row) => this.heardAt[row]!),
      gap,
      silentSince: column((row) => this.silentSince[row]!),
      level: (signal) =>
        column((row, i) => (gap[i] === "none" || signal === "unreadMs" ? this.level(row, signal, read) : Number.NaN)),
      rise: (signal, windowMs) =>
        column((row, i) => (gap[i] === "none" ? this.rise(this.cards[row]!.id, signal, end, windowMs) : Number.NaN)),
    };
  }

  private level(row: number, signal: Signal, read: (row: number, column: keyof typeof COLUMN) => number): number {
    const said = (value: number, unit: number) => (value < 0 ? Number.NaN : value * unit);
    const lasting = (clock: Float64Array) => (clock[row]! > 0 ? clock[row]! : Number.NaN);
    switch (signal) {
      case "utilRatio":
      case "activityRatio":
        return said(read(row, "utilPermyriad"), 1e-4);
      case "tensorRatio":
        return said(read(row, "tensorPermyriad"), 1e-4);
      case "memoryUsedBytes":
        return said(read(row, "memoryMib"), MIB);
      case "powerWatts":
        return said(read(row, "powerDeciwatts"), 0.1);
      case "temperatureCelsius": {
        const celsius = read(row, "temperatureMax");
        return celsius === NOT_SAID ? Number.NaN : celsius;
      }
      case "heldQuietMs":
        return lasting(this.clocks.quiet);
      case "freeMs":
        return lasting(this.clocks.free);
      case "zombieMs":
        return lasting(this.clocks.zombie);
      case "unreadMs":
        return lasting(this.clocks.silent);
      default:
        return Number.NaN;
    }
  }

  private rise(cardId: number, signal: Signal, end: number, windowMs: number): number {
    const kept = KEPT_RISES[signal];
    if (kept === undefined) return Number.NaN;
    const from = end - Math.max(windowMs, SLOT_MS); // nothing shorter than a slot is kept
    return (this.events.get(cardId) ?? [])
      .filter(({ at, kind }) => kind === kept.event && at > from && at <= end)
      .reduce((sum, { count }) => sum + count / kept.unit, 0);
  }

  /** Exporters as far as their cards' silence tells. Of Kubernetes' word of then only "down" is kept, as why they were silent. */
  private nodesAt(owned: readonly number[], gap: readonly GapCause[]): readonly RoundNode[] {
    const rows = this.nodes.map(() => [] as number[]);
    owned.forEach((row, i) => rows[this.nodeOf[row]!]!.push(i));
    return this.nodes.map((node, n) => {
      const gaps = rows[n]!.map((i) => gap[i]!);
      const isUp = gaps.some((one) => one === "none" || one === "card_gone");
      const isNodeDown = !isUp && gaps.includes("node_down");
      const isDown = isNodeDown || (!isUp && gaps.includes("source_down"));
      const since = Math.min(...rows[n]!.map((i) => this.silentSince[owned[i]!]!).filter((at) => !Number.isNaN(at)));
      return {
        ...node,
        rows: Int32Array.from(rows[n]!),
        isExporterUp: isUp ? true : isDown ? false : null,
        ...(isNodeDown && { isReady: false }),
        exporterSince: isDown && Number.isFinite(since) ? unixMs(since) : null,
      };
    });
  }

  private gangsAt(owned: readonly number[], read: (row: number, column: keyof typeof COLUMN) => number): RoundGang[] {
    const byKey = new Map<string, { rows: number[]; holder: PastHolder; sum: number; said: number; busy: number }>();
    owned.forEach((row, i) => {
      const holder = this.holders.get(read(row, "holderId"));
      if (holder?.gang == null) return;
      const one = byKey.get(holder.gang.key) ?? { rows: [], holder, sum: 0, said: 0, busy: 0 };
      byKey.set(holder.gang.key, one);
      one.rows.push(i);
      const util = read(row, "utilPermyriad") / 10_000;
      if (!(util >= 0)) return;
      one.sum += util;
      one.said += 1;
      if (util > BUSY_FROM) one.busy += 1;
    });
    for (const key of this.gangPast.keys()) if (!byKey.has(key)) this.gangPast.delete(key);
    return [...byKey].flatMap(([key, one]) => {
      const past = this.gangPast.get(key) ?? { activity: [], busyShare: [] };
      this.gangPast.set(key, past);
      for (let minute = 0; minute < SLOT_MS / MINUTE_MS; minute += 1) {
        past.activity.push(one.said === 0 ? Number.NaN : one.sum / one.said);
        past.busyShare.push(one.said === 0 ? Number.NaN : one.busy / one.said);
      }
      past.activity.splice(0, past.activity.length - GANG_MINUTES);
      past.busyShare.splice(0, past.busyShare.length - GANG_MINUTES);
      if (one.rows.length < 2) return [];
      const { cluster, namespace, job } = one.holder.gang!;
      return [
        {
          key,
          cluster,
          namespace,
          job,
          feature: one.holder.feature,
          rows: Int32Array.from(one.rows),
          startedAt: null,
          phase: null,
          activity: Float64Array.from(past.activity),
          busyShare: Float64Array.from(past.busyShare),
        },
      ];
    });
  }
}

/** The state most of a slot was spent in. */
function stateOf(gap: GapCause, read: (column: keyof typeof COLUMN) => number): CardState {
  if (gap !== "none") return "unknown";
  const spent: readonly (readonly [CardState, number])[] = [
    ["fault", read("faultMs")],
    ["busy", read("busyMs")],
    ["idle_held", read("idleHeldMs")],
    ["starting", read("startingMs")],
    ["free", read("freeMs")],
  ];
  return spent.reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

/** Events a round may look at: of the week before its end. */
function within(events: readonly CardEvent[], end: number): readonly CardEvent[] {
  return events.filter(({ at }) => at > end - EVENT_REACH_MS && at <= end);
}

/** Nodes with as many cards as they carry now: what they carried then, where no card came or went. */
function nodesOf(cards: readonly PastCard[]): { readonly nodes: readonly RoundNode[]; readonly nodeOf: Int32Array } {
  const places = new Map<string, { at: number; rows: number[]; card: PastCard }>();
  const nodeOf = new Int32Array(cards.length);
  cards.forEach((card, row) => {
    const { vendor, region, zone, cluster } = card.pool;
    const key = [vendor, region, zone, cluster, card.node].join("/");
    const place = places.get(key) ?? { at: places.size, rows: [], card };
    places.set(key, place);
    place.rows.push(row);
    nodeOf[row] = place.at;
  });
  const nodes = [...places].map(([key, { rows, card }]): RoundNode => {
    const { vendor, region, zone, cluster } = card.pool;
    return {
      key,
      name: card.node,
      vendor,
      region,
      zone,
      cluster,
      rows: Int32Array.from(rows),
      expected: rows.length,
      expectedBecause: "seen",
      isReady: null,
      isInKube: null,
      isCordoned: null,
      kubeCapacity: null,
      isExporterUp: null,
      exporterSince: null,
    };
  });
  return { nodes, nodeOf };
}

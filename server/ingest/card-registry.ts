import { modelOf } from "../../db/model/card-models.ts";
import type { PoolKey } from "../../db/model/fleet.ts";
import type { CardFrame, CardSighting, Holder } from "../../db/model/frame.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { HeldShare } from "../domain/slot-summary.ts";
import type { SlotCard } from "./slot-close.ts";

/** A card with its row in the database. */
export type KnownCard = {
  readonly id: number;
  readonly uuid: string;
  readonly pool: PoolKey & { readonly id: number };
  readonly node: string;
  readonly position: string;
  readonly modelName: string;
  readonly driver: string;
  readonly migProfiles: readonly string[];
  readonly ownedFrom: number; // unix ms of the first sighting
  readonly source: string; // the one that settles its slots: a card of two sources is counted by the first that saw it
};

/** A card to be written: everything a sighting says, and where its target stands. */
export type CardToKnow = {
  readonly uuid: string;
  readonly pool: PoolKey;
  readonly node: string;
  readonly position: string;
  readonly modelName: string;
  readonly driver: string;
  readonly migProfiles: readonly string[];
  readonly firstSeenAt: UnixMs; // of what is being settled; the row keeps the earliest
  readonly seenAt: UnixMs;
  readonly source: string;
};

export type HolderKey = Omit<Holder, "share"> & { readonly cluster: string };

/** The tables behind the registry. */
export type RegistryStore = {
  loadCards(): Promise<readonly KnownCard[]>;
  /** Writes what is new or changed and answers every card asked for, in the order asked. */
  ensureCards(cards: readonly CardToKnow[]): Promise<readonly KnownCard[]>;
  ensureHolders(holders: readonly HolderKey[]): Promise<readonly number[]>;
};

/**
 * Which cards and holders have rows, and under which number. Sightings are compared by object: an exporter's list of
 * cards is the same array until something in it changes, so the common frame costs one look-up.
 */
export class CardRegistry {
  private readonly store: RegistryStore;
  private readonly byUuid = new Map<string, KnownCard>();
  private settled = new WeakMap<readonly CardSighting[], CardFrame["place"]>();
  private active: ReadonlySet<string> | null = null; // sources of the configuration in force; null = all
  private holdersSettled = new WeakSet<readonly CardSighting[]>();
  private readonly bySource = new Map<string, readonly SlotCard[]>(); // remade when a card changes
  private readonly left = new Map<string, SlotCard["left"]>(); // cards that changed their pool since we started
  private readonly holderIds = new Map<string, number>();
  private readonly shares = new WeakMap<CardSighting, readonly HeldShare[]>();

  constructor(store: RegistryStore) {
    this.store = store;
  }

  async load(): Promise<void> {
    for (const card of await this.store.loadCards()) this.byUuid.set(card.uuid, card);
  }

  /** The sources there are now. Cards of one that left go to the next that sees them, or they would never be counted again. */
  setSources(names: Iterable<string>): void {
    this.active = new Set(names);
    this.settled = new WeakMap();
  }

  get(uuid: string): KnownCard | undefined {
    return this.byUuid.get(uuid);
  }

  all(): Iterable<KnownCard> {
    return this.byUuid.values();
  }

  /** The cards whose slots a source settles. */
  slotCards(source: string): readonly SlotCard[] {
    let cards = this.bySource.get(source);
    if (!cards) {
      const own = [...this.byUuid.values()].filter((card) => card.source === source);
      cards = own.map(({ id, uuid, pool, ownedFrom }) => ({
        id,
        uuid,
        poolId: pool.id,
        left: this.left.get(uuid) ?? NOWHERE,
        ownedFrom,
        ownedTo: Infinity,
      }));
      this.bySource.set(source, cards);
    }
    return cards;
  }

  /** Whether every card of the frame has a row that says what the frame says. */
  isSettled(frame: CardFrame): boolean {
    return this.settled.get(frame.cards) === frame.place;
  }

  /**
   * Gives every card of the frames a row. Answers the ones that are new or whose row changed: the newest frame says
   * where a card stands, the oldest since when it is ours.
   */
  async settle(frames: readonly CardFrame[], source: string): Promise<KnownCard[]> {
    const wanted = new Map<string, CardToKnow>();
    for (const frame of frames.toSorted((a, b) => a.at - b.at))
      for (const sighting of frame.cards) {
        const known = this.byUuid.get(sighting.uuid);
        const before = wanted.get(sighting.uuid);
        const owner = known && (this.active === null || this.active.has(known.source)) ? known.source : source;
        const card = cardToKnow(sighting, frame, owner, before?.firstSeenAt ?? frame.at);
        if (before || !sameCard(known, card)) wanted.set(sighting.uuid, card);
      }
    const known = wanted.size > 0 ? await this.store.ensureCards([...wanted.values()]) : [];
    for (const card of known) this.replace(card, wanted.get(card.uuid)!.seenAt);
    if (known.length > 0) this.bySource.clear();
    for (const frame of frames) this.settled.set(frame.cards, frame.place);
    return [...known];
  }

  private replace(card: KnownCard, seenAt: UnixMs): void {
    const before = this.byUuid.get(card.uuid);
    if (before && before.pool.id !== card.pool.id) {
      const left = this.left.get(card.uuid) ?? [];
      this.left.set(card.uuid, [{ until: seenAt, poolId: before.pool.id }, ...left].slice(0, MOST_MOVES));
    }
    this.byUuid.set(card.uuid, card);
  }

  /** Gives every holder named in the frames a row, so that `holdersOf` can answer. */
  async settleHolders(frames: Iterable<CardFrame>): Promise<void> {
    const wanted = new Map<string, HolderKey>();
    if (this.holderIds.size > MOST_HOLDERS) this.forgetHolders();
    const lists: (readonly CardSighting[])[] = [];
    for (const { cards, place } of frames) {
      if (this.holdersSettled.has(cards)) continue;
      lists.push(cards);
      for (const { holders } of cards)
        for (const holder of holders ?? []) {
          const key = holderKey(holder, place.cluster);
          if (!this.holderIds.has(key)) wanted.set(key, { ...holder, cluster: place.cluster });
        }
    }
    if (wanted.size > 0) {
      const ids = await this.store.ensureHolders([...wanted.values()]);
      [...wanted.keys()].forEach((key, i) => this.holderIds.set(key, ids[i]!));
    }
    for (const cards of lists) this.holdersSettled.add(cards);
  }

  /** Pods come and go for ever; what is still held is looked up again. */
  private forgetHolders(): void {
    this.holderIds.clear();
    this.holdersSettled = new WeakSet();
  }

  /** Who holds a card, by number and millionths of the card; null = its exporter does not map pods. */
  holdersOf = (sighting: CardSighting, frame: CardFrame): readonly HeldShare[] | null => {
    if (sighting.holders === null) return null;
    let shares = this.shares.get(sighting);
    if (!shares) {
      shares = sighting.holders.map((holder) => ({
        holderId: this.holderIds.get(holderKey(holder, frame.place.cluster)) ?? 0,
        ppm: Math.round(holder.share * 1e6),
      }));
      this.shares.set(sighting, shares);
    }
    return shares;
  };
}

const NOWHERE: SlotCard["left"] = [];
const MOST_MOVES = 8; // slots are closed minutes after they end; older moves cannot matter
const MOST_HOLDERS = 200_000;
const SEPARATOR = "\u0000"; // cannot stand in a label that reached us: the parser refuses it
const holderKey = (h: Holder, cluster: string): string =>
  [cluster, h.namespace, h.pod, h.container, h.podUid].join(SEPARATOR);

function cardToKnow(sighting: CardSighting, frame: CardFrame, source: string, firstSeenAt: UnixMs): CardToKnow {
  const { uuid, node, position, modelName, driver, migProfiles } = sighting;
  const pool = { ...frame.place, model: modelOf(modelName) };
  return { uuid, node, position, modelName, driver, migProfiles, pool, firstSeenAt, seenAt: frame.at, source };
}

function sameCard(known: KnownCard | undefined, said: CardToKnow): boolean {
  return (
    known !== undefined &&
    known.source === said.source &&
    known.ownedFrom <= said.firstSeenAt &&
    known.node === said.node &&
    known.position === said.position &&
    known.modelName === said.modelName &&
    known.driver === said.driver &&
    known.migProfiles.join() === said.migProfiles.join() &&
    POOL_PARTS.every((part) => known.pool[part] === said.pool[part])
  );
}
const POOL_PARTS = ["vendor", "region", "zone", "cluster", "billing", "model"] as const;

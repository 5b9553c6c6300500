import { modelOf } from "../../db/model/card-models.ts";
import type { PoolKey } from "../../db/model/fleet.ts";
import type { CardFrame, CardSighting, Holder } from "../../db/model/frame.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { IsThere } from "../../db/store/position.ts";
import type { HeldShare } from "../domain/held-time.ts";
import { stillThere } from "./swaps.ts";
import type { SlotCard, Stay } from "./slot-close.ts";

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
  readonly stays: readonly Stay[]; // when it was ours and in which pool, oldest first; the last one ended = not ours now
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
  /** Writes what is new or changed and answers every card asked for, in the order asked, then the cards they replaced. */
  ensureCards(cards: readonly CardToKnow[], isThere: IsThere): Promise<readonly KnownCard[]>;
  /** Cards that were given back, and when. */
  loadReturned(): Promise<ReadonlyMap<string, number>>;
  /** A card that was given back reports. Written once for each return. */
  noteReturned(uuid: string, at: UnixMs): Promise<void>;
  loadCard(uuid: string): Promise<KnownCard | undefined>;
  ensureHolders(holders: readonly HolderKey[]): Promise<readonly number[]>;
};

/**
 * Which cards and holders have rows, and under which number. Sightings are compared by object: an exporter's list of
 * cards is the same array until something in it changes, so the common frame costs one look-up.
 */
export class CardRegistry {
  private readonly store: RegistryStore;
  private readonly isHeard: (uuid: string, exceptOrigin: string, at: number) => boolean;
  private readonly onHolders: (holderIds: readonly number[]) => Promise<void>;
  private readonly byUuid = new Map<string, KnownCard>();
  private settled = new WeakMap<readonly CardSighting[], CardFrame["place"]>();
  private active: ReadonlySet<string> | null = null; // sources of the configuration in force; null = all
  private holdersSettled = new WeakSet<readonly CardSighting[]>();
  private readonly bySource = new Map<string, readonly SlotCard[]>(); // remade when a card changes
  private returned: Map<string, number> = new Map(); // given back: not ours from then on, whatever still reports
  private readonly holderIds = new Map<string, number>();
  private readonly shares = new WeakMap<CardSighting, readonly HeldShare[]>();

  /**
   * @param isHeard whether an origin other than the given one speaks for a card at an instant
   * @param onHolders holders met for the first time since the start, before anybody asks what they work on
   */
  constructor(
    store: RegistryStore,
    isHeard: (uuid: string, exceptOrigin: string, at: number) => boolean = () => false,
    onHolders: (holderIds: readonly number[]) => Promise<void> = () => Promise.resolve(),
  ) {
    this.store = store;
    this.isHeard = isHeard;
    this.onHolders = onHolders;
  }

  async load(): Promise<void> {
    for (const card of await this.store.loadCards()) this.byUuid.set(card.uuid, card);
    this.returned = new Map(await this.store.loadReturned());
  }

  /** A card was given back, or (null) is ours again. Answers what is known of it now. */
  async giveBack(uuid: string, at: number | null): Promise<KnownCard | undefined> {
    if (at === null) this.returned.delete(uuid);
    else this.returned.set(uuid, at);
    const card = await this.store.loadCard(uuid);
    if (card) this.byUuid.set(card.uuid, card);
    this.bySource.clear();
    this.settled = new WeakMap(); // frames that name it are looked at again
    return card;
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
      cards = own.map(({ id, uuid, stays }) => ({ id, uuid, stays }));
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
    const givenBack = new Map<string, UnixMs>();
    const ascending = frames.toSorted((a, b) => a.at - b.at);
    for (const frame of ascending)
      for (const sighting of frame.cards) {
        const known = this.byUuid.get(sighting.uuid);
        if ((this.returned.get(sighting.uuid) ?? Infinity) <= frame.at) {
          if (!givenBack.has(sighting.uuid)) givenBack.set(sighting.uuid, frame.at);
          continue;
        }
        const before = wanted.get(sighting.uuid);
        const owner = known && (this.active === null || this.active.has(known.source)) ? known.source : source;
        const card = cardToKnow(sighting, frame, owner, before?.firstSeenAt ?? frame.at);
        if (before || !sameCard(known, card) || isReleased(known!, frame.at)) wanted.set(sighting.uuid, card);
      }
    const settled = this.settled;
    const isThere = stillThere(ascending, this.isHeard);
    const known = wanted.size > 0 ? await this.store.ensureCards([...wanted.values()], isThere) : [];
    for (const card of known) this.byUuid.set(card.uuid, card);
    if (known.length > 0) this.bySource.clear();
    const wasReset = this.settled !== settled; // meanwhile: what was decided here may no longer hold
    if (known.length > wanted.size) this.settled = new WeakMap(); // whoever still names a replaced card is looked at again
    if (!wasReset) for (const frame of frames) this.settled.set(frame.cards, frame.place);
    for (const [uuid, at] of givenBack) await this.store.noteReturned(uuid, at);
    return [...known];
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
      await this.onHolders(ids);
      [...wanted.keys()].forEach((key, i) => this.holderIds.set(key, ids[i]!));
    }
    for (const cards of lists) this.holdersSettled.add(cards);
  }

  /** The number of a holder, 0 while it has none. */
  holderId = (holder: Holder, cluster: string): number => this.holderIds.get(holderKey(holder, cluster)) ?? 0;

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
        holderId: this.holderId(holder, frame.place.cluster),
        ppm: Math.round(holder.share * 1e6),
      }));
      this.shares.set(sighting, shares);
    }
    return shares;
  };
}

/** Whether a card is ours now: neither given back nor replaced. */
export const isOurs = (card: KnownCard): boolean => card.stays.at(-1)?.to === Infinity;

/** A card that left us, seen at an instant after that: it is back. */
const isReleased = (known: KnownCard, at: number): boolean => (known.stays.at(-1)?.to ?? 0) <= at;
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

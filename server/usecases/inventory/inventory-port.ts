import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Capacity, InventoryView, LifeStep, PlaceStay, PoolCounts } from "../../../db/model/inventory.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { appendStep, readLife } from "../../../db/store/card-life.ts";
import { readPlaces } from "../../../db/store/card-places.ts";
import { readSeenAfterReturn } from "../../../db/store/card-swaps.ts";
import { type CapacityWrite, readCapacity, readCapacityHistory, reviseCapacity } from "../../../db/store/capacity.ts";
import { putEvents } from "../../../db/store/events.ts";
import { ensurePartitions } from "../../../db/store/partitions.ts";
import { readPastOwned } from "../../../db/store/past-inventory.ts";
import { readSlotBefore } from "../../../db/store/past-board.ts";
import { type CardRecord, readCards, readPools, releaseCards } from "../../../db/store/registry.ts";
import type { AliasesPort, ChangeNote, LiveFleetPort } from "../../context.ts";
import { ServiceError } from "../../errors.ts";
import { type Counted, countCards } from "../../domain/inventory/counts.ts";
import { contractsIn } from "../../domain/inventory/declared.ts";
import { nextStages, stepFault } from "../../domain/inventory/life.ts";
import type { CardRegistry, KnownCard } from "../../ingest/card-registry.ts";
import { span } from "../../telemetry/span.ts";
import { type Context, inventoryView, type KubeReads, type Moment } from "./inventory-view.ts";
import { named } from "../pricing/named-pools.ts";
import { liveCards } from "./live-cards.ts";
import { stepSentence } from "./step-sentence.ts";

/** What we have, what we were promised, and what became of each card. */
export type InventoryPort = {
  counts(at: UnixMs | null, knownAt: UnixMs | null): Promise<ReadonlyMap<number, PoolCounts>>;
  view(moment: Moment & { readonly everyNode: boolean }): Promise<InventoryView>;
  /** Vendor contracts that a pool's declared capacity names, now. */
  contractsOf(poolId: number): Promise<readonly string[]>;
  /** The life of a card and what may come next. */
  life(card: string): Promise<CardLifeView>;
  /** Where a card stood, oldest first. */
  places(card: string): Promise<readonly PlaceStay[]>;
  capacity(knownAt: UnixMs | null): Promise<readonly Capacity[]>;
  capacityHistory(limit: number): Promise<readonly Capacity[]>;
  /** Changes what is declared; `decide` sees what is declared at that moment. false = it was all so already. */
  declare(note: ChangeNote, decide: (current: readonly Capacity[]) => CapacityWrite): Promise<boolean>;
  /** Appends a step to the life of a card. @throws ServiceError when it may not follow */
  addStep(step: Omit<LifeStep, "recordedAt">): Promise<void>;
  /** Calls back after each change of declarations or lives that this process knows of. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

export type CardLifeView = { readonly steps: readonly LifeStep[]; readonly next: readonly LifeStep["stage"][] };

export type InventoryParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly zone: () => string;
  readonly live: LiveFleetPort;
  readonly registry: Pick<CardRegistry, "giveBack" | "get">;
  /** A card is ours no more, or again. */
  readonly onCard: (card: KnownCard) => void;
  readonly kube: KubeReads;
  /** A pool of a name that a person tied to a model is declared, and shown, as that model. */
  readonly aliases: Pick<AliasesPort, "at">;
};

const MOST_RETURNED = 200;

export type Declarations = Pick<InventoryPort, "capacity" | "capacityHistory" | "declare">;

/** What is declared, for the console and for the command line. */
export function createDeclarations(db: Database, clock: Clock, changed: () => void): Declarations {
  return {
    capacity: (knownAt) => readCapacity(db, knownAt),
    capacityHistory: (limit) => readCapacityHistory(db, limit),
    async declare(note, decide) {
      const revision = await reviseCapacity(db, { ...note, now: () => clock.now() }, decide);
      if (revision !== null) changed();
      return revision !== null;
    },
  };
}

/** The inventory over the tables and the live fleet. */
export function createInventory(parts: InventoryParts): InventoryPort {
  const { db, clock, live, registry } = parts;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const tell of listeners) tell();
  };

  const counted = async ({ at, knownAt }: Moment): Promise<Counted & Context> => {
    const believed = await span("query capacity", {}, () => readCapacity(db, knownAt ?? at));
    const moment = at ?? clock.now();
    const lines = believed.filter((line) => line.from <= moment && (line.to === null || line.to > moment));
    const pools = named(await readPools(db), await parts.aliases.at(knownAt ?? at));
    const cards = at === null ? liveCards(live) : await pastCards(db, at);
    return { ...countCards(pools, cards, lines), poolRows: pools, lines, moment };
  };

  return {
    counts: async (at, knownAt) => (await counted({ at, knownAt })).pools,
    async view({ everyNode, ...moment }) {
      const found = await counted(moment);
      const returned = await readSeenAfterReturn(db, MOST_RETURNED);
      return inventoryView({ found, returned, everyNode, zone: parts.zone(), kube: parts.kube, ...moment });
    },
    async contractsOf(poolId) {
      const pools = named(await readPools(db), await parts.aliases.at(null));
      const lines = await readCapacity(db, null);
      const pool = pools.find((p) => p.id === poolId);
      return pool ? contractsIn(lines, pool) : [];
    },
    async life(card) {
      const steps = await readLife(db, card);
      return { steps, next: nextStages(steps, registry.get(card) !== undefined) };
    },
    places: (card) => readPlaces(db, card),
    ...createDeclarations(db, clock, changed),
    async addStep(said) {
      const now = clock.now();
      const step: LifeStep = { ...said, recordedAt: now };
      const isReturn = step.stage === "returned";
      if (isReturn) await ensurePartitions(db, ["card_event"], [step.at]);
      let known: CardRecord | undefined;
      let before: LifeStep["stage"] | null = null;
      await appendStep(
        db,
        step,
        async (history, tx) => {
          [known] = await readCards(tx, [step.card]); // no card is registered meanwhile
          before = history.at(-1)?.stage ?? null;
          const fault = stepFault(history, step, known?.firstSeen ?? null, now);
          if (fault) throw new ServiceError("invalid", stepSentence(step, fault));
        },
        async (tx) => {
          if (!isReturn || !known) return;
          await releaseCards(tx, [known.id], step.at as UnixMs);
          const event = { cardId: known.id, at: step.at as UnixMs, kind: "returned" as const, code: 0, count: 1 };
          await putEvents(tx, [{ ...event, detail: step.contract }]);
        },
      );
      if (isReturn || before === "returned") {
        const card = await registry.giveBack(step.card, isReturn ? step.at : null);
        if (card) parts.onCard(card);
      }
      changed();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}

async function pastCards(db: Database, at: UnixMs) {
  const slot = await readSlotBefore(db, at);
  return slot === null ? [] : await span("query cards owned then", {}, () => readPastOwned(db, slot));
}

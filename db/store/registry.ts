import type { Database, Executor, Tx } from "../database.ts";
import type { BillingType, Place, PoolKey } from "../model/fleet.ts";
import type { CardSighting, Holder } from "../model/frame.ts";
import type { Window } from "../model/time.ts";
import { type UnixMs, unixMs } from "../model/units.ts";
import { readReturned, REGISTRY_LOCK } from "./card-life.ts";
import { idsOf, storable } from "./dimensions.ts";
import { refuseTooManyCards } from "./limits.ts";
import { ensureSwapPartitions, putMoves, settleSwaps } from "./card-swaps.ts";
import type { IsThere } from "./position.ts";
import { type OwnershipChange, ownershipChange, type Spot, type Stretch } from "./ownership.ts";

/** One card as a frame names it, with where it stands and which model it is (id in CARD_MODELS, or the name as said). */
export type SeenCard = {
  readonly place: Place;
  readonly model: string;
  readonly card: Omit<CardSighting, "holders">;
  readonly at: UnixMs; // of the sighting
  readonly source: string; // that settles the card's slots from now on
};

export type Moved = { readonly row: number; readonly from: string; readonly to: string };
export type Registered = {
  readonly cardId: Int32Array; // in the order of what was seen
  readonly poolId: Int32Array;
  readonly appeared: readonly number[]; // rows of cards never seen before
  readonly moved: readonly Moved[]; // "node/position" they left and reached
  readonly replaced: readonly string[]; // UUIDs of cards that gave way to another at their position
};

/**
 * Knows cards: gives each its ids, makes pools, nodes and cards that are new, and keeps card_ownership. Call it when a
 * frame's `cards` array changes, with as many cards as there are to know. A sighting may be older than what is known
 * (backfill), and then changes only the past. A card given back by the time of its sighting gets its ids and no place: it
 * may have been given back after somebody decided to register it.
 * @param isThere whether a card whose position another one has is still heard there; then neither replaced the other
 * @throws FleetTooLarge on the embedded database
 */
export async function registerCards(
  db: Database,
  seen: readonly SeenCard[],
  isThere: IsThere = () => true,
): Promise<Registered> {
  if (seen.length === 0)
    return { cardId: new Int32Array(0), poolId: new Int32Array(0), appeared: [], moved: [], replaced: [] };
  await ensureSwapPartitions(db, seen);
  return await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [REGISTRY_LOCK]);
    const poolId = await idsOf(
      tx,
      "pool",
      seen.map(({ place: p, model }) => [p.vendor, p.region, p.zone, p.cluster, model, p.billing]),
    );
    const nodeId = await idsOf(
      tx,
      "node",
      seen.map(({ place: p, card }) => [p.vendor, p.region, p.zone, p.cluster, card.node]),
    );
    const { cardId, appeared } = await putCards(tx, seen, poolId, nodeId);
    if (appeared.length > 0) await refuseTooManyCards(tx, db.kind);
    const spots = seen.map(({ card, at }, i) => ({
      at,
      poolId: poolId[i] as number,
      nodeId: nodeId[i] as number,
      position: storable(card.position),
    }));
    const returned = await readReturned(
      tx,
      seen.map(({ card }) => card.uuid),
    );
    const returnedAt = seen.map(({ card }) => returned.get(storable(card.uuid)) ?? Infinity);
    const { moved, changed } = await putOwnership(tx, cardId, spots, returnedAt);
    await putMoves(
      tx,
      cardId,
      moved.map((move) => ({ ...move, at: seen[move.row]!.at })),
    );
    const replaced = [...(await settleSwaps(tx, changed, isThere))];
    return { cardId, poolId, appeared, moved, replaced };
  });
}

/** Ids of holders, in the order given. The same pod name with another uid is another holder. */
export async function registerHolders(
  db: Database,
  holders: readonly (Holder & { readonly cluster: string })[],
): Promise<Int32Array> {
  if (holders.length === 0) return new Int32Array(0);
  const keys = holders.map((h) => [h.cluster, h.namespace, h.pod, h.container, h.podUid]);
  return await db.transaction((tx) => idsOf(tx, "holder", keys));
}

type KnownCard = { readonly id: number; readonly uuid: string };

async function putCards(tx: Tx, seen: readonly SeenCard[], poolId: Int32Array, nodeId: Int32Array) {
  const uuids = seen.map(({ card }) => storable(card.uuid));
  const known = await tx.query<KnownCard>("SELECT id, uuid FROM card WHERE uuid = ANY($1)", [uuids]);
  const ids = new Map(known.map(({ id, uuid }) => [uuid, id]));
  const inserted = await tx.query<KnownCard>(
    `INSERT INTO card (uuid, model_name, model, node_id, position, pool_id, driver, mig_profiles, first_seen_ms, last_seen_ms, source)
     SELECT DISTINCT ON (uuid) uuid, model_name, model, node_id, position, pool_id, driver, mig_profiles, at_ms, at_ms, source
     FROM ${GIVEN_CARDS} WHERE NOT EXISTS (SELECT FROM card c WHERE c.uuid = g.uuid) ORDER BY uuid, at_ms RETURNING id, uuid`,
    [asJson(seen, uuids, poolId, nodeId)],
  );
  for (const { id, uuid } of inserted) ids.set(uuid, id);
  if (known.length > 0) await refreshCards(tx, asJson(seen, uuids, poolId, nodeId));
  const fresh = new Set(inserted.map(({ uuid }) => uuid));
  return {
    cardId: Int32Array.from(uuids, (uuid) => ids.get(uuid) as number), // each was known or has just been inserted
    appeared: uuids.flatMap((uuid, row) => (fresh.delete(uuid) ? [row] : [])), // once each
  };
}

/**
 * The newest sighting describes the card; an older one only shows that it was there earlier. Under whose name its slots
 * are committed is the registry's decision, whatever the age of the sighting.
 */
async function refreshCards(tx: Tx, cards: string): Promise<void> {
  await tx.query(
    `UPDATE card c SET model_name = g.model_name, model = g.model, node_id = g.node_id, position = g.position,
       pool_id = g.pool_id, driver = g.driver, mig_profiles = g.mig_profiles, last_seen_ms = g.at_ms
     FROM ${GIVEN_CARDS} WHERE c.uuid = g.uuid AND c.last_seen_ms <= g.at_ms`,
    [cards],
  );
  await tx.query(
    `UPDATE card c SET source = g.source FROM ${GIVEN_CARDS} WHERE c.uuid = g.uuid AND c.source <> g.source`,
    [cards],
  );
  await tx.query(
    `UPDATE card c SET first_seen_ms = g.at_ms FROM ${GIVEN_CARDS} WHERE c.uuid = g.uuid AND c.first_seen_ms > g.at_ms`,
    [cards],
  );
}

const GIVEN_CARDS = `jsonb_to_recordset($1::jsonb) g (uuid text, model_name text, model text, node_id int, position text,
  pool_id int, driver text, mig_profiles jsonb, at_ms int8, source text)`;

const asJson = (seen: readonly SeenCard[], uuids: readonly string[], poolId: Int32Array, nodeId: Int32Array): string =>
  JSON.stringify(
    seen.map(({ card, model, at, source }, i) => ({
      uuid: uuids[i],
      model_name: storable(card.modelName),
      model: storable(model),
      node_id: nodeId[i],
      position: storable(card.position),
      pool_id: poolId[i],
      driver: storable(card.driver),
      mig_profiles: card.migProfiles.map(storable),
      at_ms: at,
      source,
    })),
  );

async function putOwnership(
  tx: Tx,
  cardId: Int32Array,
  spots: readonly (Spot & { readonly at: UnixMs })[],
  returnedAt: readonly number[],
): Promise<{ readonly moved: readonly Moved[]; readonly changed: readonly number[] }> {
  const histories = await readHistories(tx, cardId);
  const changes = spots.map((spot, row) => ({
    row,
    change: ownershipChange(histories.get(cardId[row] as number) ?? [], spot, spot.at),
  }));
  const rest = new Set(cardId);
  const ours = changes.filter(({ row }) => (spots[row]?.at ?? 0) < (returnedAt[row] ?? Infinity));
  const once = ours.filter(({ row }) => rest.delete(cardId[row] as number)); // two exporters may name one card
  for (const { row, change } of once.filter(({ change }) => change.kind !== "none" && change.kind !== "add")) {
    await alterOwnership(tx, cardId[row] as number, change);
  }
  await addStretches(tx, cardId, once);
  for (const { row } of once) {
    const until = returnedAt[row] ?? Infinity;
    if (until < Infinity) await releaseCards(tx, [cardId[row] as number], unixMs(until)); // an old sighting opens nothing
  }
  const changed = once.filter(({ change }) => change.kind !== "none").map(({ row }) => cardId[row] as number);
  return { moved: await nameMoves(tx, histories, cardId, spots, once), changed };
}

async function readHistories(tx: Tx, cardId: Int32Array): Promise<Map<number, Stretch[]>> {
  const rows = await tx.query<Stretch & { cardId: number }>(
    `SELECT card_id AS "cardId", pool_id AS "poolId", node_id AS "nodeId", position, from_ms AS "from", to_ms AS "to"
     FROM card_ownership WHERE card_id = ANY($1) ORDER BY card_id, from_ms`,
    [[...cardId]],
  );
  const histories = new Map<number, Stretch[]>();
  for (const row of rows) {
    const history = histories.get(row.cardId) ?? [];
    history.push(row);
    histories.set(row.cardId, history);
  }
  return histories;
}

/** Moves and corrections are rare: one statement each. */
async function alterOwnership(tx: Tx, cardId: number, change: OwnershipChange): Promise<void> {
  if (change.kind === "move") {
    await tx.query("UPDATE card_ownership SET to_ms = $3 WHERE card_id = $1 AND from_ms = $2", [
      cardId,
      change.closes,
      change.stretch.from,
    ]);
  } else if (change.kind === "extend") {
    await tx.query("UPDATE card_ownership SET from_ms = $3 WHERE card_id = $1 AND from_ms = $2", [
      cardId,
      change.from,
      change.to,
    ]);
  } else if (change.kind === "correct") {
    const { poolId, nodeId, position } = change.spot;
    await tx.query(
      "UPDATE card_ownership SET pool_id = $3, node_id = $4, position = $5 WHERE card_id = $1 AND from_ms = $2",
      [cardId, change.from, poolId, nodeId, position],
    );
  }
}

type RowChange = { readonly row: number; readonly change: OwnershipChange };

async function addStretches(tx: Tx, cardId: Int32Array, changes: readonly RowChange[]): Promise<void> {
  const added = changes.flatMap(({ row, change }) =>
    change.kind === "add" || change.kind === "move" ? [{ cardId: cardId[row] as number, ...change.stretch }] : [],
  );
  if (added.length === 0) return;
  await tx.query(
    `INSERT INTO card_ownership (card_id, pool_id, node_id, position, from_ms, to_ms)
     SELECT * FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::text[], $5::int8[], $6::int8[])`,
    [
      added.map((s) => s.cardId),
      added.map((s) => s.poolId),
      added.map((s) => s.nodeId),
      added.map((s) => s.position),
      added.map((s) => s.from),
      added.map((s) => s.to),
    ],
  );
}

/** Moves between nodes and positions in words; a change of pool alone (new billing type) is no move of the card. */
async function nameMoves(
  tx: Tx,
  histories: ReadonlyMap<number, readonly Stretch[]>,
  cardId: Int32Array,
  spots: readonly Spot[],
  changes: readonly RowChange[],
): Promise<Moved[]> {
  const moves = changes.flatMap(({ row, change }) => {
    const left = histories.get(cardId[row] as number)?.at(-1);
    const reached = spots[row];
    if (change.kind !== "move" || !left || !reached) return [];
    return left.nodeId === reached.nodeId && left.position === reached.position ? [] : [{ row, left, reached }];
  });
  if (moves.length === 0) return [];
  const nodes = await tx.query<{ id: number; name: string }>("SELECT id, name FROM node WHERE id = ANY($1)", [
    moves.flatMap(({ left, reached }) => [left.nodeId, reached.nodeId]),
  ]);
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const spell = (spot: Spot) => `${names.get(spot.nodeId) ?? ""}/${spot.position}`;
  return moves.map(({ row, left, reached }) => ({ row, from: spell(left), to: spell(reached) }));
}

/**
 * Ends the ownership of cards that were given back or sold, at `at`. From then on they have no state and no cost. What was
 * known of later places is taken back: a card given back stands nowhere of ours.
 */
export async function releaseCards(db: Executor, cardIds: readonly number[], at: UnixMs): Promise<void> {
  await db.query("DELETE FROM card_ownership WHERE card_id = ANY($1) AND from_ms >= $2", [cardIds, at]);
  await db.query(
    "UPDATE card_ownership SET to_ms = $2 WHERE card_id = ANY($1) AND from_ms < $2 AND (to_ms IS NULL OR to_ms > $2)",
    [cardIds, at],
  );
}

export type CardRecord = {
  readonly id: number;
  readonly uuid: string;
  readonly modelName: string;
  readonly model: string;
  readonly node: string;
  readonly position: string;
  readonly poolId: number;
  readonly driver: string;
  readonly migProfiles: readonly string[];
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
  readonly source: string; // under whose name its slots are committed
};

/** Every card ever seen, or those of the UUIDs, by id. */
export async function readCards(db: Executor, uuids: readonly string[] | null = null): Promise<CardRecord[]> {
  return await db.query<CardRecord>(
    `SELECT c.id, uuid, model_name AS "modelName", model, n.name AS node, position, pool_id AS "poolId", driver,
       mig_profiles AS "migProfiles", first_seen_ms AS "firstSeen", last_seen_ms AS "lastSeen", source
     FROM card c JOIN node n ON n.id = c.node_id WHERE $1::text[] IS NULL OR uuid = ANY($1) ORDER BY c.id`,
    [uuids?.map(storable) ?? null],
  );
}

export type PoolRecord = PoolKey & { readonly id: number; readonly billing: BillingType };

/** Every pool, by id. */
export async function readPools(db: Executor): Promise<PoolRecord[]> {
  return await db.query<PoolRecord>("SELECT id, vendor, region, zone, cluster, model, billing FROM pool ORDER BY id");
}

export type Ownership = Stretch & { readonly cardId: number };

/** Who stood where in a window: every stretch that overlaps it, whole, by card and time; of all cards or some. */
export async function readOwnership(
  db: Executor,
  window: Window,
  cardIds: readonly number[] | null = null,
): Promise<Ownership[]> {
  return await db.query<Ownership>(
    `SELECT card_id AS "cardId", pool_id AS "poolId", node_id AS "nodeId", position, from_ms AS "from", to_ms AS "to"
     FROM card_ownership WHERE from_ms < $2 AND (to_ms IS NULL OR to_ms > $1) AND ($3::int4[] IS NULL OR card_id = ANY($3))
     ORDER BY card_id, from_ms`,
    [window.from, window.to, cardIds],
  );
}

export type HolderRecord = Omit<Holder, "share"> & { readonly id: number; readonly cluster: string };

/** Holders by id; ids that are none are left out. */
export async function readHolders(db: Executor, ids: readonly number[]): Promise<HolderRecord[]> {
  if (ids.length === 0) return [];
  return await db.query<HolderRecord>(
    `SELECT id, cluster, namespace, pod, container, pod_uid AS "podUid" FROM holder WHERE id = ANY($1)`,
    [ids],
  );
}

import type { Database } from "../../../../db/database.ts";
import type { Clock } from "../../../../db/model/clock.ts";
import type { Recomputed } from "../../../../db/model/ledger-views.ts";
import type { Currency, Micro } from "../../../../db/model/money.ts";
import type { PriceChange, PriceTerms, Selector } from "../../../../db/model/price.ts";
import type { SlotBatch } from "../../../../db/model/slot.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { commitDay } from "../../../../db/store/bulk.ts";
import { registerCards, registerHolders } from "../../../../db/store/registry.ts";
import { commitSlot, type SlotCommit } from "../../../../db/store/slots.ts";
import type { Booker } from "../../../../server/ingest/booker.ts";
import { systemClock } from "../../../../server/clock.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import { createLedger, type LedgerPort } from "../../../../server/usecases/ledger/ledger-port.ts";
import { createFeatures, type FeaturesPort } from "../../../../server/usecases/mapping/features-port.ts";
import { createAliases } from "../../../../server/usecases/pricing/aliases-port.ts";
import { createPricing } from "../../../../server/usecases/pricing/pricing-port.ts";
import type { PricingPort } from "../../../../server/context.ts";

export const NOTE = { who: "test", why: "", source: "console" };

/** A clock that says what it is told, and waits as the real one does. */
export function setClock(start: number): Clock & { set(at: number): void } {
  let now = start;
  return { ...systemClock, now: () => unixMs(now), set: (at) => void (now = at) };
}

export type Ports = {
  readonly pricing: PricingPort;
  readonly features: FeaturesPort;
  readonly ledger: LedgerPort;
};

export type Settings = { timeZone: string; currency: Currency };

/** The ports as a process has them when it starts. @param say takes the lines of the log */
export async function openPorts(
  db: Database,
  clock: Clock,
  config: () => Settings,
  say: (line: string) => void = () => undefined,
): Promise<Ports> {
  const aliases = await createAliases(db, clock);
  const pricing = createPricing({ db, clock, config, onAliases: (tell) => aliases.onChange(tell) });
  const features = await createFeatures({ db, clock });
  const log = createLog("info", clock, { write: say });
  const ledger = createLedger({ db, clock, log, config, pricing, features });
  return { pricing, features, ledger };
}

/** Commits a slot as the pipeline does, booked in its transaction. */
export async function commitBooked(
  db: Database,
  ledger: Booker,
  { source, batch, seq, now }: Pick<SlotCommit, "source" | "batch" | "seq"> & { readonly now: UnixMs },
): Promise<void> {
  const commit = { source, seq, batch, events: [], committedAt: now };
  await ledger.booked(source, [batch], (book) => commitSlot(db, { ...commit, book: (tx, hour) => book(tx, [hour]) }));
}

export type StageOptions = {
  readonly now: number;
  readonly pools?: number;
  readonly cards?: number;
  readonly holders?: number;
  readonly zone?: string;
};

/**
 * A fleet with a name of its own in a database that others use too: prices and rules of one do not touch another. Its
 * cards are dealt to its pools in turn; its holders are `pod-<i>` in the namespace `<name>-<i>`.
 */
export class LedgerStage {
  readonly db: Database;
  readonly name: string;
  readonly clock: ReturnType<typeof setClock>;
  readonly config: Settings;
  readonly pools: readonly number[];
  readonly cards: readonly { readonly id: number; readonly poolId: number }[];
  readonly holders: readonly number[];
  readonly logged: string[];
  private ports: Ports;

  private constructor(
    db: Database,
    name: string,
    config: Settings,
    parts: Pick<LedgerStage, "clock" | "pools" | "cards" | "holders" | "logged"> & { ports: Ports },
  ) {
    this.db = db;
    this.name = name;
    this.config = config;
    this.clock = parts.clock;
    this.pools = parts.pools;
    this.cards = parts.cards;
    this.holders = parts.holders;
    this.logged = parts.logged;
    this.ports = parts.ports;
  }

  static async open(db: Database, name: string, options: StageOptions): Promise<LedgerStage> {
    const { now, pools = 2, cards = 6, holders = 4, zone = "Asia/Shanghai" } = options;
    const clock = setClock(now);
    const config = { timeZone: zone, currency: "CNY" };
    const logged: string[] = [];
    const known = await registerCards(
      db,
      Array.from({ length: cards }, (_, i) => ({
        place: { vendor: name, region: `r${i % pools}`, zone: "a", cluster: "k", billing: "on_demand" as const },
        model: "H100-80G-SXM",
        card: { uuid: `${name}-${i}`, modelName: "m", node: `n${i}`, position: "0", driver: "", migProfiles: [] },
        at: unixMs(0),
        source: "scrape",
      })),
    );
    const held = await registerHolders(
      db,
      Array.from({ length: holders }, (_, i) => ({
        cluster: "k",
        namespace: `${name}-${i}`,
        pod: `pod-${i}`,
        container: "c",
        podUid: "",
        share: 1,
      })),
    );
    return new LedgerStage(db, name, config, {
      clock,
      pools: [...new Set(known.poolId)],
      cards: [...known.cardId].map((id, i) => ({ id, poolId: known.poolId[i]! })),
      holders: [...held],
      logged,
      ports: await openPorts(
        db,
        clock,
        () => config,
        (line) => logged.push(line),
      ),
    });
  }

  get ledger(): LedgerPort {
    return this.ports.ledger;
  }

  /** A new process over the same tables. */
  async restart(): Promise<void> {
    const say = (line: string) => void this.logged.push(line);
    this.ports = await openPorts(this.db, this.clock, () => this.config, say);
  }

  async commit(batch: SlotBatch, seq = 1): Promise<void> {
    await commitBooked(this.db, this.ports.ledger, { source: this.name, batch, seq, now: this.clock.now() });
  }

  /** Commits slots of one day as the demo's history does. */
  async commitDay(batches: readonly SlotBatch[]): Promise<void> {
    const commit = { source: this.name, batches, events: [], committedAt: this.clock.now(), as: "rows" as const };
    await this.ports.ledger.booked(this.name, batches, (bookDay) => commitDay(this.db, { ...commit, bookDay }));
  }

  async catchUp(): Promise<void> {
    await this.ports.ledger.catchUp(new AbortController().signal);
  }

  /** The lines of the fleet's pools worked out anew. @param since null = from the oldest line of all */
  async recompute(since: number | null = null): Promise<Recomputed> {
    const window = { from: unixMs(0), to: this.clock.now() };
    const [first] = await this.db.query<{ at: number }>("SELECT min(hour_no)::int8 * 3600000 AS at FROM ledger_hour");
    const from = unixMs(since ?? first?.at ?? 0);
    return await this.ports.ledger.recompute({
      window: { ...window, from },
      poolIds: this.pools,
      featureIds: null,
      states: null,
    });
  }

  /** Every difference of the fleet's pools, in the order they were written. */
  async differences(): Promise<{ hour: number; pool: number; cause: string; revisionId: number | null }[]> {
    return await this.db.query(
      `SELECT hour_no AS hour, pool_id AS pool, cause, revision_id AS "revisionId" FROM ledger_difference
       WHERE pool_id = ANY($1) ORDER BY id`,
      [this.pools],
    );
  }

  /** Acts of changing prices, newest first. */
  async revisions(): Promise<number[]> {
    return (await this.ports.pricing.revisions(10)).map(({ id }) => id);
  }

  /** What holds for a region of the fleet (its pool's number), or all of it, in a stretch of time. null = no price. */
  async price(pool: number | null, from: number, to: number | null, terms: Partial<PriceTerms> | null): Promise<void> {
    const selector = { ...ANY, vendor: this.name, region: pool === null ? "" : `r${pool}` };
    const change: PriceChange = {
      selector,
      isList: false,
      from: unixMs(from),
      to: to === null ? null : unixMs(to),
      terms: terms === null ? null : { ...HOURLY, ...terms },
    };
    await this.ports.pricing.change([change], NOTE);
  }

  /** Gives holders (by place) to features, from hours on; replaces every rule this fleet had, and leaves those of others. */
  async rules(
    features: readonly { readonly key: string; readonly holders: readonly number[]; readonly from?: number }[],
  ): Promise<void> {
    const { features: port } = this.ports;
    await port.know([]);
    const key = (name: string) => `${this.name}-${name}`;
    const others = port.rules().filter(({ name }) => !name.startsWith(`${this.name} `));
    const keyOf = new Map(port.list().map((feature) => [feature.id, feature.key]));
    const kept = others.map((rule) => ({ ...rule, feature: keyOf.get(rule.featureId)! }));
    const own = features.flatMap(({ key: name, holders, from = 0 }) =>
      holders.map((place) => ({
        name: `${this.name} ${name} ${place}`,
        feature: key(name),
        match: { namespace: `${this.name}-${place}` },
        from: unixMs(from),
        to: null,
      })),
    );
    await port.change(
      { features: features.map(({ key: name }) => featureTerms(key(name))), rules: [...kept, ...own] },
      NOTE,
    );
  }
}

const ANY: Selector = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" };
export const HOURLY: PriceTerms = {
  basis: "card_hour",
  currency: "CNY",
  amountMicro: 1_000_000n,
  cardsPerInstance: 1,
  owned: null,
  termTo: null,
};

const featureTerms = (key: string) => ({
  key,
  name: key,
  team: "",
  kind: "inference" as const,
  unit: "",
  unitSource: "",
  owns: [],
  archivedAt: null,
});

/** A line, told without the numbers a database gives: the same in two fleets that were told the same. */
export type ToldLine = {
  readonly hour: number; // since the first of the fleet
  readonly pool: number; // place
  readonly feature: string; // without the fleet's name
  readonly price: string; // terms
  readonly ms: readonly number[];
  readonly micro: readonly Micro[];
};

type RawLine = {
  readonly hour: number;
  readonly pool: number;
  readonly feature: string | null;
  readonly featureId: number;
  readonly price: string | null;
  readonly ms: readonly number[];
  readonly micro: readonly string[];
};

const SIX = ["busy", "idle_held", "starting", "free", "fault", "unknown"];
const COLUMNS = `ARRAY[${SIX.map((s) => `x.${s}_ms`).join(", ")}]::float8[] AS ms,
  ARRAY[${SIX.map((s) => `x.${s}_micro`).join(", ")}]::text[] AS micro`;

/** The lines of a fleet's pools, in one order. Numbers of prices are told by their terms. @param first its first hour */
export async function toldLines({ db, name, pools }: LedgerStage, first: number): Promise<ToldLine[]> {
  const rows = await db.query<RawLine>(
    `SELECT x.hour_no - $2::int4 AS hour, array_position($1::int4[], x.pool_id) AS pool, f.key AS feature, x.feature_id AS "featureId",
       concat_ws(' ', p.basis, p.currency, p.amount_micro, p.cards_per_instance, p.anchor_ms - $2::int8 * 3600000) AS price, ${COLUMNS}
     FROM ledger_hour x LEFT JOIN feature f ON f.id = x.feature_id LEFT JOIN price p ON p.id = x.price_id
     WHERE x.pool_id = ANY($1)`,
    [pools, first],
  );
  return rows
    .map(({ feature, featureId, price, micro, ...row }) => ({
      ...row,
      feature: feature?.slice(name.length + 1) ?? String(featureId),
      price: price ?? "",
      micro: micro.map(BigInt),
    }))
    .toSorted(byName);
}

export const byName = (a: ToldLine, b: ToldLine): number => (nameOf(a) < nameOf(b) ? -1 : 1);

const nameOf = ({ hour, pool, feature, price }: ToldLine): string => `${hour} ${pool} ${feature} ${price}`;

/**
 * Every line of a fleet's pools as plain text by "hour pool feature price"; as of an instant: as it is now, minus what
 * changed after it.
 */
export async function storedLines({ db, pools }: LedgerStage, at: number | null): Promise<Map<string, string>> {
  const keys = "hour_no, pool_id, feature_id, price_id";
  const both = SIX.flatMap((s) => [`${s}_ms`, `${s}_micro`]);
  const rows = await db.query<{ name: string; said: string }>(
    `SELECT concat_ws(' ', ${keys}) AS name, concat_ws(' ', ${both.map((c) => `sum(${c})::int8`).join(", ")}) AS said
     FROM (SELECT ${keys}, ${both.join(", ")} FROM ledger_hour WHERE pool_id = ANY($1)
       UNION ALL SELECT ${keys}, ${both.map((c) => `-${c}`).join(", ")} FROM ledger_difference
       WHERE pool_id = ANY($1) AND at_ms > $2) x
     GROUP BY ${keys} HAVING ${both.map((c) => `sum(${c}) <> 0`).join(" OR ")} ORDER BY ${keys}`,
    [pools, at ?? Number.MAX_SAFE_INTEGER],
  );
  return new Map(rows.map(({ name, said }) => [name, said]));
}

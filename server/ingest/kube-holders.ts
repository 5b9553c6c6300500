import { podIndex } from "../../collectors/kube/kube-join.ts";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { KubePod } from "../../db/model/kube.ts";
import { DAY_MS, HOUR_MS, shift } from "../../db/model/time.ts";
import { storable } from "../../db/store/dimensions.ts";
import {
  type HolderFacts,
  noteHoldersSeen,
  putHolderFacts,
  readHoldersAfter,
  readHoldersOfPods,
  readHolderStarts,
  readNewestHolder,
  type StoredHolder,
} from "../../db/store/holders.ts";

/** Questions to the embedded database hold others up: this many at once are a few milliseconds. "ours" */
const AT_ONCE = 5_000;
const TOLD_AT_ONCE = 1_000;
/** Numbers are given before they are committed: holders this far back may have come since the round before. "ours" */
const OVERLAP = 1_000;
const SEEN_EVERY_MS = HOUR_MS;
/** Slots further back are closed from history, where no pod starts any more; as long as holders' hours are kept. */
const STARTS_KEPT_MS = 35 * DAY_MS;
const MOST_STARTS = 500_000;
/** Kubernetes allows 63 characters a label value and no number of labels; what an allow-list exports is a dozen. "ours" */
const MOST_LABELS = 128;
const MOST_TEXT = 512;

/** Of every round's pods those that hold cards: their owner, labels and start are kept, because pods vanish. */
export class KubeHolders {
  private readonly db: Database;
  private readonly clock: Clock;
  private readonly onFacts: (holderIds: readonly number[]) => void | Promise<void>;
  private starts = new Map<number, number>(); // holder → unix ms
  private present = new Map<number, StoredHolder>(); // holders whose pod was there in the last round
  private names: ReadonlySet<string> = new Set(); // of the pods of the last round
  private newest: number | null = null; // the youngest holder looked at
  private notedAt = -Infinity;
  private untold = new Set<number>(); // written, and nobody knows yet
  private running: Promise<void> = Promise.resolve();

  /**
   * @param onFacts holders of which Kubernetes says something else than before: written already. Told again with the next
   *   round when it fails; and all of them once after a start, because the process before may have ended in between.
   */
  constructor(db: Database, clock: Clock, onFacts: (holderIds: readonly number[]) => void | Promise<void>) {
    this.db = db;
    this.clock = clock;
    this.onFacts = onFacts;
  }

  async load(): Promise<void> {
    this.starts = await readHolderStarts(this.db, shift(this.clock.now(), -STARTS_KEPT_MS));
  }

  /** When Kubernetes started a holder, unix ms; null = not said. */
  startedAt = (holderId: number): number | null => this.starts.get(holderId) ?? null;

  /** Takes in all pods of all clusters as they are now. One round after the other. */
  take(pods: readonly KubePod[]): Promise<void> {
    const round = this.running.then(() => this.round(pods));
    this.running = round.catch(() => undefined);
    return round;
  }

  settled(): Promise<void> {
    return this.running;
  }

  private async round(pods: readonly KubePod[]): Promise<void> {
    const names = new Set(pods.map(nameOf));
    const candidates = new Map(this.present);
    const fresh = pods.filter((pod) => !this.names.has(nameOf(pod)));
    for (let i = 0; i < fresh.length; i += AT_ONCE)
      for (const one of await readHoldersOfPods(this.db, fresh.slice(i, i + AT_ONCE))) candidates.set(one.id, one);
    const newest = this.newest ?? (await readNewestHolder(this.db));
    const added = await this.added(newest);
    for (const one of added) candidates.set(one.id, one);

    const find = podIndex(pods);
    const present = new Map<number, StoredHolder>();
    const changed: { id: number; facts: HolderFacts }[] = [];
    for (const holder of candidates.values()) {
      const pod = find(holder);
      if (pod === null) continue;
      const facts = factsOf(pod);
      present.set(holder.id, { ...holder, facts });
      if (holder.facts === null || !isSame(holder.facts, facts)) changed.push({ id: holder.id, facts });
    }
    await this.write(changed, present);
    for (const id of this.newest === null ? present.keys() : changed.map((one) => one.id)) this.untold.add(id);
    this.present = present;
    this.names = names;
    this.newest = Math.max(newest, added.at(-1)?.id ?? 0);
    await this.tell();
  }

  private async tell(): Promise<void> {
    const ids = [...this.untold];
    for (let i = 0; i < ids.length; i += TOLD_AT_ONCE) {
      const some = ids.slice(i, i + TOLD_AT_ONCE);
      await this.onFacts(some);
      for (const id of some) this.untold.delete(id);
    }
  }

  /** Holders that came since the last round. */
  private async added(newest: number): Promise<StoredHolder[]> {
    const found: StoredHolder[] = [];
    for (let after = Math.max(0, newest - OVERLAP); ;) {
      const some = await readHoldersAfter(this.db, after, AT_ONCE);
      found.push(...some);
      if (some.length < AT_ONCE) return found;
      after = some.at(-1)!.id;
    }
  }

  private async write(
    changed: readonly { readonly id: number; readonly facts: HolderFacts }[],
    present: ReadonlyMap<number, StoredHolder>,
  ): Promise<void> {
    const now = this.clock.now();
    for (let i = 0; i < changed.length; i += AT_ONCE) await putHolderFacts(this.db, changed.slice(i, i + AT_ONCE), now);
    for (const { id, facts } of changed) this.keepStart(id, facts.startedAt);
    if (now - this.notedAt >= SEEN_EVERY_MS) {
      await noteHoldersSeen(this.db, [...present.keys()], now);
      this.notedAt = now;
    }
  }

  private keepStart(id: number, at: number | null): void {
    this.starts.delete(id); // the youngest stand last
    if (at !== null) this.starts.set(id, at);
    for (const oldest of this.starts.keys()) {
      if (this.starts.size <= MOST_STARTS) break;
      this.starts.delete(oldest);
    }
  }
}

const nameOf = ({ cluster, namespace, name, uid }: KubePod): string => [cluster, namespace, name, uid].join("\0");

function factsOf({ owner, labels, startedAt }: KubePod): HolderFacts {
  const cut = (text: string): string => storable(text.slice(0, MOST_TEXT)); // as it will be read again
  const kept = [...labels].slice(0, MOST_LABELS).map(([name, value]) => [cut(name), cut(value)] as const);
  return {
    owner: owner && { kind: cut(owner.kind), name: cut(owner.name) },
    labels: new Map(kept),
    startedAt,
  };
}

const isSame = (a: HolderFacts, b: HolderFacts): boolean =>
  a.startedAt === b.startedAt &&
  a.owner?.kind === b.owner?.kind &&
  a.owner?.name === b.owner?.name &&
  a.labels.size === b.labels.size &&
  [...a.labels].every(([name, value]) => b.labels.get(name) === value);

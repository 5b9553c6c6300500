import { HOUR_MS } from "../../db/model/time.ts";

/** Rises are kept by the half minute: no exporter says anything new more often (facts/dcgm-fields.md 1: 30 s). */
const BUCKET_MS = 30_000;
const BUCKETS = HOUR_MS / BUCKET_MS + 1;

type Ring = { newest: number; readonly sums: Float32Array };

/**
 * By how much one counter rose on each card over the last hour. Only cards whose counter moved take room: most counters
 * of most cards never do.
 */
export class RiseLog {
  private readonly rings = new Map<number, Ring>();

  add(card: number, at: number, by: number): void {
    const bucket = Math.floor(at / BUCKET_MS);
    let ring = this.rings.get(card);
    if (ring === undefined) this.rings.set(card, (ring = { newest: bucket, sums: new Float32Array(BUCKETS) }));
    if (bucket <= ring.newest - BUCKETS) return;
    for (let passed = Math.max(ring.newest + 1, bucket - BUCKETS + 1); passed <= bucket; passed += 1)
      ring.sums[passed % BUCKETS] = 0;
    if (bucket > ring.newest) ring.newest = bucket;
    ring.sums[bucket % BUCKETS]! += by;
  }

  /** The rise in `(at − windowMs, at]`, with the rest of the half minute it begins in: never less than what rose. */
  since(card: number, at: number, windowMs: number): number {
    const ring = this.rings.get(card);
    if (ring === undefined) return 0;
    const first = Math.max(Math.floor((at - windowMs) / BUCKET_MS), ring.newest - BUCKETS + 1);
    let sum = 0;
    for (let bucket = first; bucket <= ring.newest; bucket += 1) sum += ring.sums[bucket % BUCKETS]!;
    return sum;
  }

  /** Forgets the cards that did not rise within the hour before `at`, and those that are gone. */
  drop(at: number, isGone: (card: number) => boolean): void {
    const oldest = Math.floor(at / BUCKET_MS) - BUCKETS;
    for (const [card, { newest }] of this.rings) if (newest <= oldest || isGone(card)) this.rings.delete(card);
  }
}

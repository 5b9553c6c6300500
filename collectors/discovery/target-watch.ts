import type { Clock, Timer } from "../../db/model/clock.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { CollectError } from "../collector.ts";
import { sameTargets, type Target } from "./target.ts";

/** What one look at a list gave. A fault beside targets: part of the list stands as it was. */
export type TargetRound = { readonly targets: readonly Target[]; readonly fault: CollectError | null };

/** What a discovery knows now. */
export type Listing = {
  readonly targets: readonly Target[]; // the last good list; [] before the first
  readonly succeededAt: UnixMs | null;
  readonly fault: CollectError | null; // of the newest look; null when it was good
  readonly faultAt: UnixMs | null; // of the newest fault, even when it is over
};

export type WatchParts = {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly read: () => Promise<TargetRound>;
  /** The list is another one, or the fault is. Also after the first look. */
  readonly onChange: (listing: Listing, targetsChanged: boolean) => void;
};

/** Looks at a list of targets again and again. A look that fails changes nothing but the fault: the last good list stays. */
export class TargetWatch {
  readonly #parts: WatchParts;
  #listing: Listing = { targets: [], succeededAt: null, fault: null, faultAt: null };
  #timer: Timer | null = null;
  #running = false;
  #stopped = false;
  #looks = 0;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  listing(): Listing {
    return this.#listing;
  }

  /** Resolves after the first look, whatever it gave. */
  async start(): Promise<void> {
    this.#running = true;
    await this.#round();
  }

  stop(): void {
    this.#running = false;
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Looks now. Never throws. */
  async look(): Promise<void> {
    const before = this.#listing;
    const first = this.#looks++ === 0;
    const now = (): UnixMs => this.#parts.clock.now();
    try {
      const { targets, fault } = await this.#parts.read();
      const changed = first || !sameTargets(before.targets, targets);
      this.#listing = {
        targets: changed ? targets : before.targets,
        succeededAt: fault ? before.succeededAt : now(),
        fault,
        faultAt: fault ? now() : before.faultAt,
      };
    } catch (error) {
      const fault =
        error instanceof CollectError ? error : new CollectError("malformed", String(error), { cause: error });
      this.#listing = { ...before, fault, faultAt: now() };
    }
    if (this.#stopped) return;
    const targetsChanged = first || this.#listing.targets !== before.targets;
    const faultChanged = before.fault?.message !== this.#listing.fault?.message;
    if (targetsChanged || faultChanged) this.#parts.onChange(this.#listing, targetsChanged);
  }

  async #round(): Promise<void> {
    await this.look();
    if (this.#running) this.#timer = this.#parts.clock.after(this.#parts.everyMs, () => void this.#round());
  }
}

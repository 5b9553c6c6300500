import type { Logger } from "pino";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { HOUR_MS, MINUTE_MS } from "../../../db/model/time.ts";
import { readCapacity } from "../../../db/store/capacity.ts";
import { readNodeCards } from "../../../db/store/node-cards.ts";
import { readPools } from "../../../db/store/registry.ts";
import type { LiveFleetPort } from "../../context.ts";
import { declaredIn } from "../../domain/inventory/declared.ts";
import { groupByNode, nodeKey } from "../../domain/inventory/node-groups.ts";
import type { RoundNode } from "../../domain/health/round.ts";
import type { SeenNode } from "../../ingest/watch-round.ts";
import { liveCards } from "../inventory/live-cards.ts";

/** Days of the past that tell how many cards a node carries (facts/health-rules.md 6). */
const DAYS = 7;
const SEEN_EVERY_MS = HOUR_MS;
const DECLARED_EVERY_MS = 5 * MINUTE_MS;

export type ExpectedParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly live: Pick<LiveFleetPort, "rows" | "identity">;
  readonly log: Pick<Logger, "error">;
};

/** How many cards each node should carry: declared, else the most it carried on two of the last days. */
export class ExpectedCards {
  private readonly parts: ExpectedParts;
  private seen: ReadonlyMap<string, number> = new Map(); // by key of the node
  private declared: ReadonlyMap<string, number> = new Map(); // by pool and node
  private seenAt = Number.NEGATIVE_INFINITY; // monotonic
  private declaredAt = Number.NEGATIVE_INFINITY;
  private refreshing: Promise<void> | null = null;

  constructor(parts: ExpectedParts) {
    this.parts = parts;
  }

  /** Looks again where that is due. Waits only the first time; a fault leaves what was known. */
  async refresh(): Promise<void> {
    const isFirst = this.seenAt === Number.NEGATIVE_INFINITY;
    this.refreshing ??= this.look()
      .catch((error: unknown) =>
        this.parts.log.error({ err: error }, "how many cards nodes should carry could not be read"),
      )
      .finally(() => (this.refreshing = null));
    if (isFirst) await this.refreshing;
  }

  of(node: SeenNode): Pick<RoundNode, "expected" | "expectedBecause"> {
    let declared: number | null = null;
    for (const id of node.pools) {
      const count = this.declared.get(nodeKey(id, node.name));
      if (count !== undefined) declared = (declared ?? 0) + count;
    }
    if (declared !== null) return { expected: declared, expectedBecause: "declared" };
    const seen = this.seen.get(node.key);
    return seen === undefined ? { expected: null, expectedBecause: null } : { expected: seen, expectedBecause: "seen" };
  }

  private async look(): Promise<void> {
    const { clock, db } = this.parts;
    if (clock.monotonicMs() - this.seenAt >= SEEN_EVERY_MS) {
      const nodes = await readNodeCards(db, clock.now(), DAYS);
      this.seen = new Map(
        nodes.map(({ vendor, region, zone, cluster, name, counts }) => [
          [vendor, region, zone, cluster, name].join("/"),
          stableMost(counts),
        ]),
      );
      this.seenAt = clock.monotonicMs();
    }
    if (clock.monotonicMs() - this.declaredAt < DECLARED_EVERY_MS) return;
    this.declared = await this.readDeclared();
    this.declaredAt = clock.monotonicMs();
  }

  private async readDeclared(): Promise<ReadonlyMap<string, number>> {
    const { clock, db, live } = this.parts;
    const now = clock.now();
    const lines = (await readCapacity(db, null)).filter((one) => one.from <= now && (one.to === null || one.to > now));
    if (!lines.some(({ node }) => node !== "")) return new Map();
    const groups = [...groupByNode(liveCards(live as LiveFleetPort)).values()];
    const { byNode } = declaredIn(await readPools(db), groups, lines);
    return new Map([...byNode].map(([key, { count }]) => [key, count]));
  }
}

/** The most cards it carried on two days; on the only one there is, what it carried then. */
export function stableMost(counts: readonly number[]): number {
  const sorted = counts.toSorted((a, b) => b - a);
  return sorted[1] ?? sorted[0] ?? 0;
}

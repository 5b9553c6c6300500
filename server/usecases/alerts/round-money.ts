import type { Logger } from "pino";
import type { Estimate } from "../../../db/model/ledger-views.ts";
import { unveiled, type Micro } from "../../../db/model/money.ts";
import { DAY_MS, hourOf, MINUTE_MS, shift } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Deps } from "../../context.ts";
import type { RoundMoney } from "../../domain/health/round.ts";
import { budgetPace } from "../../domain/ledger/budget-pace.ts";
import { dayNoIn, dayText } from "../../domain/usage/calendar.ts";
import { ownedByPool } from "../board/board-view.ts";
import { poolDays } from "../board/pool-days.ts";
import { bookedMoney } from "../costs/booked-money.ts";
import { featuresView } from "../costs/features-list.ts";
import type { CostDeps } from "../costs/ports.ts";

/** Money moves with the slots; asking more often costs more than it tells. "ours" */
const EVERY_MS = 15 * MINUTE_MS;

export type RoundMoneyDeps = CostDeps &
  Pick<Deps, "past" | "pricing" | "costs" | "clock" | "config"> & {
    readonly log: Pick<Logger, "error">;
  };

/**
 * What money rules read: waste of pools over the last 24 hours, the margin of features on the last whole day, and how fast
 * they spend their budget of the month.
 */
export class MoneyOfRounds {
  private readonly deps: RoundMoneyDeps;
  private known: readonly RoundMoney[] = [];
  private askedAt = Number.NEGATIVE_INFINITY; // monotonic
  private asking: Promise<void> | null = null;

  constructor(deps: RoundMoneyDeps) {
    this.deps = deps;
  }

  /** As known now; asked anew in the background where that is due. A fault leaves it unknown, which fires nothing. */
  now(): readonly RoundMoney[] {
    const { clock, log } = this.deps;
    if (this.asking === null && clock.monotonicMs() - this.askedAt >= EVERY_MS) {
      this.askedAt = clock.monotonicMs();
      this.asking = this.ask()
        .then((found) => void (this.known = found))
        .catch((error: unknown) => {
          this.known = [];
          log.error({ err: error }, "what pools waste and features earn could not be read for the rules");
        })
        .finally(() => (this.asking = null));
    }
    return this.known;
  }

  /** When the answer asked for last is there. */
  async settled(): Promise<void> {
    await this.asking;
  }

  private async ask(): Promise<readonly RoundMoney[]> {
    return [...(await this.pools()), ...(await this.features())];
  }

  private async pools(): Promise<readonly RoundMoney[]> {
    const { past, clock } = this.deps;
    const to = hourOf(clock.now());
    const day = { from: shift(to, -DAY_MS), to };
    const pools = new Map((await past.pools()).map((pool) => [pool.id, pool]));
    const money = await bookedMoney(this.deps, day, ownedByPool(poolDays(await past.poolHours(day), day)));
    return [...money].flatMap(([poolId, { idleMicro, unpricedMs }]): RoundMoney[] => {
      const pool = pools.get(poolId);
      if (pool === undefined) return [];
      const { vendor, region, zone, cluster, model, billing } = pool;
      const labels = said({ vendor, region, zone, cluster, model, billing });
      const wastePerDay = unpricedMs > 0 ? null : units(unveiled(idleMicro));
      return [{ scope: "pool", labels, poolId, asOf: to, wastePerDay, budgetPace: null, margin: null }];
    });
  }

  private async features(): Promise<readonly RoundMoney[]> {
    const { clock, config } = this.deps;
    const today = dayNoIn(clock.now(), config.current().timeZone);
    const range = { from: dayText(today - 1), to: dayText(today) };
    const { features, asOf } = await featuresView(this.deps, { basis: "allocation", policy: "apart", range });
    const paces = await this.paces(today);
    return features.map(({ name, key, marginRatio: margin }): RoundMoney => {
      const labels = said({ feature: name });
      const pace = paces.get(key) ?? { budgetPace: null };
      return { scope: "feature", labels, poolId: 0, asOf: asOf as UnixMs, wastePerDay: null, ...pace, margin };
    });
  }

  /** By key of a feature that has a budget, over the days of this month that are over. */
  private async paces(today: number): Promise<ReadonlyMap<string, Pick<RoundMoney, "budgetPace" | "isPaceAtLeast">>> {
    const { config, log } = this.deps;
    const { budgets } = config.current();
    const [year, month, date] = dayText(today).split("-").map(Number) as [number, number, number];
    const daysOver = date - 1;
    if (budgets.length === 0 || daysOver === 0) return new Map();
    const range = { from: dayText(today - daysOver), to: dayText(today) };
    const { features } = await featuresView(this.deps, { basis: "allocation", policy: "apart", range });
    const spending = new Map(features.map((one) => [one.key, one]));
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return new Map(
      budgets.flatMap(({ feature, perMonth }) => {
        const spent = spending.get(feature);
        if (spent === undefined) {
          log.error({ feature }, "a budget names a feature nobody declared: see Mapping for its key");
          return [];
        }
        const pace = budgetPace(unveiled(spent.costMicro), perMonth, daysOver, days);
        return [
          [
            feature,
            { budgetPace: pace, ...(isWhole(spent.estimate) ? {} : { isPaceAtLeast: true as const }) },
          ] as const,
        ];
      }),
    );
  }
}

const isWhole = ({ unpricedMs, unconverted }: Estimate): boolean => unpricedMs === 0 && unconverted.length === 0;

const units = (amount: Micro): number => Number(amount) / 1e6; // for a threshold, not for a sum

const said = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));

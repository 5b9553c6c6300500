import type { Database } from "../../../../db/database.ts";
import type { Clock } from "../../../../db/model/clock.ts";
import { HOUR_MS, shift } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import type { UsageEntry } from "../../../../db/model/usage-views.ts";
import { readConfig } from "../../../../server/config/read.ts";
import type { CounterReaders } from "../../../../server/usecases/usage/counter-readers.ts";
import { createUsage } from "../../../../server/usecases/usage/create-usage.ts";
import type { UsagePort } from "../../../../server/usecases/usage/usage-port.ts";
import { manualClock, type ManualClock } from "../../../tools/manual-clock.ts";

/** A Sunday noon in Shanghai. */
export const NOON = unixMs(Date.UTC(2026, 10, 22, 4));
export const hour = (h: number): UnixMs => shift(NOON, h * HOUR_MS);

export const YAML = `timeZone: Asia/Shanghai
sources:
  - {name: prom-1, type: prometheus, url: "http://127.0.0.1:9090"}
`;

export const configOf = (yaml: string, env: Readonly<Record<string, string>> = {}) => {
  const reading = readConfig(yaml, "dapan.yaml", env);
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.config;
};

const NO_READERS: CounterReaders = { of: () => null, stop: () => undefined };

type StageOptions = {
  readonly yaml?: string;
  readonly readers?: CounterReaders;
  readonly env?: Readonly<Record<string, string>>;
};
export type UsageStage = { readonly usage: UsagePort; readonly clock: ManualClock };

/** A port over a database, at noon. */
export function stageUsage(
  db: Database,
  { yaml = YAML, readers = NO_READERS, env = {} }: StageOptions = {},
): UsageStage {
  const clock = manualClock(NOON);
  return { usage: usageOver(db, clock, { yaml, readers, env }), clock };
}

export function usageOver(
  db: Database,
  clock: Clock,
  { yaml = YAML, readers = NO_READERS, env = {} }: StageOptions = {},
): UsagePort {
  const config = configOf(yaml, env);
  return createUsage({ db, clock, config: () => config, readers, env });
}

/** Features by their keys, and nothing said of them yet. Answers their ids. */
export async function freshFeatures(
  db: Database,
  keys: readonly string[],
  unitSource = "",
): Promise<Record<string, number>> {
  for (const table of ["usage_line", "usage_source", "usage_push", "revenue_line", "unit_price", "other_cost"])
    await db.query(`DELETE FROM ${table}`);
  await db.query("DELETE FROM revision WHERE subject IN ('usage', 'revenue')");
  const ids: [string, number][] = [];
  for (const key of keys) {
    const [row] = await db.query<{ id: number }>(
      `INSERT INTO feature (key, name, team, kind, unit, unit_source, owns, revision_id)
       VALUES ($1, $1, '', 'inference', 'image', $2, '[]', 0)
       ON CONFLICT (key) DO UPDATE SET unit_source = excluded.unit_source RETURNING id`,
      [key, unitSource],
    );
    ids.push([key, row!.id]);
  }
  return Object.fromEntries(ids);
}

export const entry = (over: Partial<UsageEntry> = {}): UsageEntry => ({
  feature: "chat",
  from: hour(-2),
  to: hour(-1),
  okMicro: 100_000_000n,
  failedMicro: null,
  revenueMicro: null,
  refundMicro: null,
  currency: null,
  ...over,
});

export const NOTE = { who: "console", why: "test", source: "console" } as const;

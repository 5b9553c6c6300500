import type { Database } from "../../../db/database.ts";
import type { CoverageAsk, CoveragePage } from "../../../db/model/patrol-views.ts";
import type { ReportScope } from "../../../db/model/report.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readFeatures } from "../../../db/store/features.ts";
import { type PoolRecord, readPools } from "../../../db/store/registry.ts";
import { dayBegin, dayNoOfText } from "../../domain/usage/calendar.ts";
import { ServiceError } from "../../errors.ts";
import { certify } from "./coverage.ts";

/** Groups of holes a page shows; the whole list is in the CSV. */
const MOST_HOLES = 500;
const MOST_DAYS = 400;

/** The instants of two dates of a zone, both included. @throws ServiceError invalid naming the date at fault */
export function coverageWindow(
  { from, to }: Pick<CoverageAsk, "from" | "to">,
  zone: string,
): { readonly from: UnixMs; readonly to: UnixMs } {
  const [first, last] = [dayOf("from", from), dayOf("to", to)];
  if (last < first) throw new ServiceError("invalid", `to: ${to} is before ${from}`);
  if (last - first >= MOST_DAYS)
    throw new ServiceError(
      "invalid",
      `to: ${last - first + 1} days are asked for; ask for at most ${MOST_DAYS} at once`,
    );
  return { from: dayBegin(first, zone), to: dayBegin(last + 1, zone) };
}

function dayOf(name: string, text: string): number {
  const dayNo = dayNoOfText(text);
  if (dayNo === null)
    throw new ServiceError("invalid", `${name}: ${text.slice(0, 40)} is no day; write it like 2026-11-01`);
  return dayNo;
}

/** The certificate of some days, its holes cut to what misses most. @throws ServiceError invalid */
export async function coveragePage(
  db: Database,
  ask: CoverageAsk,
  { now, zone }: { readonly now: UnixMs; readonly zone: string },
): Promise<CoveragePage> {
  const certificate = await certify(db, { ...coverageWindow(ask, zone), scope: ask.scope, zone });
  const [holes, rest] = [certificate.holes.slice(0, MOST_HOLES), certificate.holes.slice(MOST_HOLES)];
  const pools = await readPools(db);
  const named = new Set(holes.map(({ poolId }) => poolId));
  return {
    asOf: now,
    zone,
    certificate: { ...certificate, holes },
    holesLeftOut: { groups: rest.length, missingMs: rest.reduce((sum, { missingMs }) => sum + missingMs, 0) },
    pools: pools
      .filter(({ id }) => named.has(id))
      .map(({ id, vendor, region, model }) => ({ id, name: `${vendor} / ${region} / ${model}` })),
    scopes: await scopesOf(db, pools),
  };
}

/** Every name a scope can be made of, each list in order. */
export async function scopesOf(db: Database, pools: readonly PoolRecord[]): Promise<ReportScope> {
  const names = (all: readonly string[]): string[] => [...new Set(all)].filter((name) => name !== "").toSorted();
  const features = await readFeatures(db);
  return {
    vendors: names(pools.map(({ vendor }) => vendor)),
    regions: names(pools.map(({ region }) => region)),
    models: names(pools.map(({ model }) => model)),
    billings: names(pools.map(({ billing }) => billing)),
    teams: names(features.map(({ team }) => team)),
  };
}

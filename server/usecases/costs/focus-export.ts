import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { DayRange } from "../../../db/model/ledger-views.ts";
import { DAY_MS, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { exactAt, numberAt } from "../../../db/store/ledger-reads.ts";
import { FOCUS_COLUMNS, type FocusRow } from "../../domain/focus/columns.ts";
import { commitmentOf, type FocusCharge, type FocusPlace, purchaseRow, usageRow } from "../../domain/focus/rows.ts";
import { dayBegin } from "../../domain/usage/calendar.ts";
import { BOM, csvLine } from "../../../db/model/csv.ts";
import { featureName, tierKey } from "./dimensions.ts";
import { type LedgerDay, type LedgerFacts, ledgerFacts, type TierDays } from "./ledger-facts.ts";
import { type ListRates, listRates } from "./list-rates.ts";
import type { ExportDeps } from "./ports.ts";

/** The ledger of some days as a FOCUS 1.2 file, in pieces of a day. @throws ServiceError invalid for days nobody can ask for */
export async function* focusCsv(deps: ExportDeps, range: DayRange | undefined): AsyncGenerator<string> {
  const facts = await ledgerFacts(deps, range);
  const [tiers, lists] = [await deps.costs.tiers(facts.asked, facts.zone), await listRates(deps, facts)];
  yield BOM + csvLine(FOCUS_COLUMNS);
  for (const day of facts.days) {
    const rows = focusRows(facts, tiers, lists, day);
    yield rows.map((row) => csvLine(FOCUS_COLUMNS.map((column) => row[column]))).join("");
  }
}

/** The rows of a day: what its time came to, then what its reservations were billed. */
export function focusRows(facts: LedgerFacts, tiers: TierDays, lists: ListRates, day: LedgerDay): FocusRow[] {
  const charges = chargesOf(facts, tiers, lists, day);
  const purchases = new Map<FocusPlace, FocusCharge[]>();
  for (const charge of charges) {
    if (commitmentOf(charge.at) === null) continue;
    const same = purchases.get(charge.at);
    if (same === undefined) purchases.set(charge.at, [charge]);
    else same.push(charge);
  }
  return [...charges.map(usageRow), ...[...purchases.values()].map(purchaseRow)];
}

function chargesOf(facts: LedgerFacts, tiers: TierDays, lists: ListRates, day: LedgerDay): FocusCharge[] {
  const { lines, micro, unconverted, place } = day;
  const placeOf = placesOf(facts, tiers, day);
  const charges: FocusCharge[] = [];
  for (let line = 0; line < lines.count; line++) {
    const at = placeOf(line);
    if (at === null) continue; // a line is of a pool: the table holds it
    const featureId = lines.featureId[line]!;
    const feature = { key: featureName(facts, featureId).key, team: facts.features.get(featureId)?.team ?? "" };
    const isKnown = at.price !== null && !unconverted.has(at.price.currency);
    for (const [s, state] of LEDGER_STATES.entries()) {
      const ms = numberAt(lines.ms[s]!, line);
      const ownMicro = exactAt(lines.micro[s]!, line);
      if (ms === 0 && ownMicro === 0n) continue;
      const money = isKnown ? exactAt(micro[s]!, line) : null;
      charges.push({ at, feature, state, ms, micro: money, ownMicro, listMicro: lists.cost(place, at.pool.id, ms) });
    }
  }
  return charges;
}

/** One place for all lines of a pool and price. */
function placesOf(
  facts: LedgerFacts,
  tiers: TierDays,
  { lines, place }: LedgerDay,
): (line: number) => FocusPlace | null {
  const period = periodOf(lines.dayNo, facts);
  const month = monthOf(lines.dayNo, facts.zone);
  const known = new Map<string, FocusPlace>();
  return (line) => {
    const [poolId, priceId] = [lines.poolId[line]!, lines.priceId[line]!];
    const key = `${poolId} ${priceId}`;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const pool = facts.pools.get(poolId);
    if (pool === undefined) return null;
    const price = facts.prices.get(priceId);
    const made: FocusPlace = {
      period,
      month,
      pool,
      tier: tierKey(tiers.at(place, poolId)),
      currency: facts.currency,
      price: price === undefined ? null : { ...price, from: price.anchor },
    };
    known.set(key, made);
    return made;
  };
}

/** The day, or the part of it that is booked. */
function periodOf(dayNo: number, { zone, asOf }: LedgerFacts): Window {
  const [from, to] = [dayBegin(dayNo, zone), dayBegin(dayNo + 1, zone)];
  return { from, to: asOf > from && asOf < to ? unixMs(asOf) : to };
}

/** The calendar month of the zone that holds a day. */
function monthOf(dayNo: number, zone: string): Window {
  const day = new Date(dayNo * DAY_MS);
  const at = (month: number): UnixMs => dayBegin(Date.UTC(day.getUTCFullYear(), month) / DAY_MS, zone);
  return { from: at(day.getUTCMonth()), to: at(day.getUTCMonth() + 1) };
}

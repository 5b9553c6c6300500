import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { DayRange } from "../../../db/model/ledger-views.ts";
import { DAY_MS, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { exactAt, numberAt } from "../../../db/store/ledger-reads.ts";
import { FOCUS_COLUMNS, type FocusRow } from "../../domain/focus/columns.ts";
import { commitmentOf, type FocusCharge, purchaseRow, usageRow } from "../../domain/focus/rows.ts";
import { dayBegin } from "../../domain/usage/calendar.ts";
import { BOM, csvLine } from "../csv.ts";
import { featureName, tierKey } from "./dimensions.ts";
import { type LedgerDay, type LedgerFacts, ledgerFacts, type TierDays } from "./ledger-facts.ts";
import { type ListRates, listRates } from "./list-rates.ts";
import type { CostDeps } from "./ports.ts";

/** The ledger of some days as a FOCUS 1.2 file, in pieces of a day. @throws ServiceError invalid for days nobody can ask for */
export async function* focusCsv(deps: CostDeps, range: DayRange | undefined): AsyncGenerator<string> {
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
  const purchases = new Map<string, FocusCharge[]>();
  for (const charge of charges) {
    const commitment = commitmentOf(charge);
    if (commitment === null) continue;
    const key = `${charge.pool.id} ${charge.price?.id ?? 0} ${commitment}`;
    purchases.set(key, [...(purchases.get(key) ?? []), charge]);
  }
  return [...charges.map(usageRow), ...[...purchases.values()].map(purchaseRow)];
}

function chargesOf(facts: LedgerFacts, tiers: TierDays, lists: ListRates, day: LedgerDay): FocusCharge[] {
  const { lines, micro, unconverted, place } = day;
  const period = periodOf(lines.dayNo, facts);
  const month = monthOf(lines.dayNo, facts.zone);
  const charges: FocusCharge[] = [];
  for (let line = 0; line < lines.count; line++) {
    const poolId = lines.poolId[line]!;
    const pool = facts.pools.get(poolId);
    const price = facts.prices.get(lines.priceId[line]!);
    if (pool === undefined) continue; // a line is of a pool: the table holds it
    const featureId = lines.featureId[line]!;
    const feature = { key: featureName(facts, featureId).key, team: facts.features.get(featureId)?.team ?? "" };
    const tier = tierKey(tiers.at(place, poolId));
    for (const [s, state] of LEDGER_STATES.entries()) {
      const ms = numberAt(lines.ms[s]!, line);
      const own = exactAt(lines.micro[s]!, line);
      if (ms === 0 && own === 0n) continue;
      const isKnown = price !== undefined && !unconverted.has(price.currency);
      charges.push({
        period,
        month,
        pool,
        feature,
        tier,
        state,
        ms,
        currency: facts.currency,
        micro: isKnown ? exactAt(micro[s]!, line) : null,
        listMicro: lists.cost(place, poolId, ms),
        price:
          price === undefined
            ? null
            : {
                id: price.id,
                currency: price.currency,
                micro: own,
                isList: price.isList,
                contract: price.contract,
                from: price.anchor,
              },
      });
    }
  }
  return charges;
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

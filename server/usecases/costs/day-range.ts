import type { DayRange } from "../../../db/model/ledger-views.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { ServiceError } from "../../errors.ts";
import { type DayNos, dayNoIn, dayNoOfText, dayText } from "../../domain/usage/calendar.ts";

/** The ledger is kept for 25 months; more than this at once would be no page. */
export const MOST_DAYS = 400;
const DEFAULT_DAYS = 7;

/** Days of a question, as text and counted. */
export type AskedDays = DayNos & { readonly range: DayRange; readonly texts: readonly string[] };

/**
 * The calendar days a question is about; left out = today in `zone` and the six days before.
 * @throws ServiceError invalid for what are no days, for none, and for more than MOST_DAYS
 */
export function askedDays(asked: DayRange | undefined, zone: string, now: UnixMs): AskedDays {
  const today = dayNoIn(now, zone);
  const from = asked === undefined ? today - DEFAULT_DAYS + 1 : dayOf("from", asked.from);
  const to = asked === undefined ? today + 1 : dayOf("to", asked.to);
  if (from >= to)
    throw new ServiceError(
      "invalid",
      `range: ${dayText(from)} to ${dayText(to)} is no day; \`to\` is the day after the last one`,
    );
  if (to - from > MOST_DAYS)
    throw new ServiceError("invalid", `range: ${to - from} days are asked for; ask for at most ${MOST_DAYS} at once`);
  const texts = Array.from({ length: to - from }, (_, i) => dayText(from + i));
  return { from, to, range: { from: dayText(from), to: dayText(to) }, texts };
}

function dayOf(name: string, text: string): number {
  const dayNo = dayNoOfText(text);
  if (dayNo === null)
    throw new ServiceError(
      "invalid",
      `range.${name}: ${text.slice(0, 40)} is no day of a calendar; write it like 2026-11-01`,
    );
  return dayNo;
}

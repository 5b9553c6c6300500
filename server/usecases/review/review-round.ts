import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { DAY_MS, dayOf, shift } from "../../../db/model/time.ts";
import { unveiled } from "../../../db/model/money.ts";
import type { TierVerdict } from "../../../db/model/tier.ts";
import { unixMs } from "../../../db/model/units.ts";
import { putFindings, putReceipt, readCardDays, readWithoutReceipt } from "../../../db/store/review.ts";
import type { PricingPort } from "../../context.ts";
import { DEFAULT_REVIEW_RULES } from "../../domain/review/facts.ts";
import { reviewFindings } from "../../domain/review/findings.ts";
import { receiptOf } from "../../domain/review/receipt.ts";
import { reviewFacts, toUse } from "./review-facts.ts";

const WEEK_MS = 7 * DAY_MS;
/** How long advice that a person dismissed stays quiet. "ours" */
const QUIET_MS = 30 * DAY_MS;

export type ReviewParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly pricing: Pick<PricingPort, "hourlyByPool">;
  readonly tiers: { current(): ReadonlyMap<number, TierVerdict> };
  readonly currency: () => string;
};

/** Brings the review list up to the last seven whole UTC days, and writes the receipts that are due. */
export async function reviewRound({ db, clock, pricing, tiers, currency }: ReviewParts) {
  const now = clock.now();
  const week = { from: shift(dayOf(now), -WEEK_MS), to: dayOf(now) };
  const prices = await pricing.hourlyByPool(now, now);
  const facts = await reviewFacts({ db, prices, tiers: tiers.current() }, week, now);
  const found = reviewFindings(facts, DEFAULT_REVIEW_RULES).map(({ savingFrom, ...finding }) => ({
    ...finding,
    savingFromMs: savingFrom,
    currency: currency(),
  }));
  found.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)); // numbers are seen by who may not see what is saved
  const put = await putFindings(db, found, { at: now, dismissedFrom: now - QUIET_MS, doneFrom: week.from });
  return { ...put, receipts: await writeReceipts(db, now) };
}

/**
 * Done advice gets its receipt from the seven whole days after the day it was done; where a term was paid for, after the
 * day it ended: until then nothing is saved, whatever was given back.
 */
async function writeReceipts(db: Database, now: number): Promise<number> {
  const due = await readWithoutReceipt(db, now - WEEK_MS);
  let written = 0;
  for (const item of due) {
    const done = dayOf(unixMs(item.changedAt));
    const from = shift(dayOf(unixMs(Math.max(item.changedAt, item.savingFrom))), DAY_MS);
    const week = { from, to: shift(from, WEEK_MS) };
    if (week.to > now) continue;
    const weekBefore = { from: shift(done, -WEEK_MS), to: done };
    const [before, after] = [await readCardDays(db, weekBefore, item.cards), await readCardDays(db, week, item.cards)];
    const { kind, savingPerDayMicro } = item;
    const receipt = receiptOf({
      kind,
      savingPerDayMicro: unveiled(savingPerDayMicro),
      cards: item.cards.length,
      before: before.map((days) => toUse(days, undefined)),
      after: after.map((days) => toUse(days, undefined)),
      week,
    });
    await putReceipt(db, item.id, receipt);
    written++;
  }
  return written;
}

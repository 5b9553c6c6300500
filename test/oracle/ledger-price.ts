import type { Price } from "../../db/model/price.ts";

const HOUR = 3_600_000n;

/**
 * How many whole micro-units a card has cost when the clock shows `at`, since its price began to count.
 * @param place which of its machine's cards, from 0
 */
export function costUntil(price: Price, at: number, zone: string, place: number): bigint {
  if (at <= price.anchor) return 0n;
  const ms = BigInt(at - price.anchor);
  if (price.basis === "card_hour") return (price.amountMicro * ms) / HOUR;
  if (price.basis === "instance_hour") {
    // The machine's micro-units are dealt out to its cards one by one, from the last card to the first.
    const machine = (price.amountMicro * ms) / HOUR;
    const cards = BigInt(price.cardsPerInstance);
    const extra = machine % cards;
    return machine / cards + (BigInt(place) >= cards - extra ? 1n : 0n);
  }
  if (price.basis === "card_month") {
    let fees = 0n;
    for (let month = 0; ; month++) {
      const [from, to] = [monthBorder(price.anchor, month, zone), monthBorder(price.anchor, month + 1, zone)];
      if (at < to) return fees + (price.amountMicro * BigInt(at - from)) / BigInt(to - from);
      fees += price.amountMicro;
    }
  }
  const { purchaseMicro, months, watts, powerMicroPerKwh } = price.owned!;
  const lifeMs = BigInt(months) * 730n * HOUR;
  const wear = ms < lifeMs ? (purchaseMicro * ms) / lifeMs : purchaseMicro;
  const power = (BigInt(watts) * powerMicroPerKwh * ms) / (1000n * HOUR);
  return wear + power;
}

const borders = new Map<string, number>();

/** When a contract's month number `n` begins: the same day and time of day as its start, or the month's last day. */
function monthBorder(anchor: number, n: number, zone: string): number {
  if (n === 0) return anchor;
  const key = `${anchor} ${n} ${zone}`;
  const known = borders.get(key);
  if (known !== undefined) return known;
  const start = new Date(shown(anchor, zone));
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + n];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const wanted = Date.UTC(year, month, Math.min(start.getUTCDate(), lastDay)) + (start.getTime() % 86_400_000);
  const found = momentThatShows(wanted, zone);
  borders.set(key, found);
  return found;
}

/** The first moment at which a clock in the zone shows `wanted`; where it never does, as if it had not been put forward. */
function momentThatShows(wanted: number, zone: string): number {
  for (let ahead = 15 * 60; ahead >= -13 * 60; ahead -= 15) {
    const moment = wanted - ahead * 60_000;
    if (shown(moment, zone) === wanted) return moment;
  }
  const dayBefore = wanted - 86_400_000;
  return wanted - (shown(dayBefore, zone) - dayBefore);
}

/** What a clock in the zone shows at a moment, as if it hung in Greenwich. */
function shown(moment: number, zone: string): number {
  const seconds = Math.floor(moment / 1000) * 1000;
  const text = new Date(seconds).toLocaleString("sv-SE", { timeZone: zone }); // 2026-03-08 03:00:00
  return Date.parse(`${text.replace(" ", "T")}Z`) + (moment - seconds);
}

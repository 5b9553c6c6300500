import { MINUTE_MS } from "../../db/model/time.ts";

const QUARTER_MS = 15 * MINUTE_MS; // every zone in use stands at a whole number of quarters from UTC

/** Instants in `[from, to)` at which the reader's clock shows a whole hour divisible by `step`. `minute` prints "09:30". */
export function roundHours(from: number, to: number, step: number, minute: (at: number) => string): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(from / QUARTER_MS) * QUARTER_MS; at < to; at += QUARTER_MS) {
    const [hour, rest] = minute(at).split(":");
    if (rest === "00" && Number(hour) % step === 0) found.push(at);
  }
  return found;
}

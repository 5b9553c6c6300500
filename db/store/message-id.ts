import { randomBytes } from "node:crypto";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32, as in ULIDs
const TIME_DIGITS = 10;
const COUNT_DIGITS = 4;
const CHANCE_BYTES = 12;

let lastMs = 0;
let count = 0;

/**
 * A new message id: "msg_" and 26 digits of time, count within the process and chance. Ids of one process ascend, also
 * within a millisecond and when the clock steps back.
 */
export function newMessageId(atMs: number): string {
  if (atMs > lastMs) [lastMs, count] = [atMs, 0];
  else count++;
  const chance = [...randomBytes(CHANCE_BYTES)].map((byte) => DIGITS[byte % 32]).join("");
  return `msg_${digits(lastMs, TIME_DIGITS)}${digits(count % 32 ** COUNT_DIGITS, COUNT_DIGITS)}${chance}`;
}

function digits(value: number, width: number): string {
  let text = "";
  for (let rest = value; text.length < width; rest = Math.floor(rest / 32)) text = `${DIGITS[rest % 32]}${text}`;
  return text;
}

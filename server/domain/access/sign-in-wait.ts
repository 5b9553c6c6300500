import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";

const ACCOUNT_MOST = 10; // in 15 minutes (AUT-01)
const ACCOUNT_MS = 15 * MINUTE_MS;
const ADDRESS_MOST = 100; // in an hour (ASVS 6.3.1)
const FREE = 3; // typing errors

/**
 * How long somebody waits before the next try to sign in, in ms; 0 = not at all. After three wrong ones 1, 2, 4, … s from
 * the last, after ten in 15 minutes until the oldest of them is past: nobody is locked out for good.
 * @param ofAccount instants of the account's tries, ascending
 * @param ofAddress of the address', ascending
 */
export function signInWaitMs(ofAccount: readonly number[], ofAddress: readonly number[], now: number): number {
  const recent = ofAccount.filter((at) => at > now - ACCOUNT_MS);
  const last = recent.at(-1);
  const pause = last === undefined || recent.length < FREE ? 0 : last + SECOND_MS * 2 ** (recent.length - FREE) - now;
  const account = recent.length < ACCOUNT_MOST ? 0 : (recent.at(-ACCOUNT_MOST) ?? now) + ACCOUNT_MS - now;
  const hour = ofAddress.filter((at) => at > now - HOUR_MS);
  const address = hour.length < ADDRESS_MOST ? 0 : (hour.at(-ADDRESS_MOST) ?? now) + HOUR_MS - now;
  return Math.max(0, pause, account, address);
}

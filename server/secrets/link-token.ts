/** What a link in a message lets its reader do, signed by us and good until it expires. */
import { HOUR_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { Box } from "./box.ts";

export const LINK_ACTS = ["ack", "mute"] as const;
export type LinkAct = (typeof LINK_ACTS)[number];
/** `channelId` says through which channel somebody acted: chat knows no names. */
export type LinkClaim = { readonly act: LinkAct; readonly incidentId: number; readonly channelId: number };

/** A message from a week ago should not silence today's incident. "ours". */
export const LINK_GOOD_MS = 24 * HOUR_MS;

/** A text of letters, digits, "-", "_" and "." for a URL. */
export function linkToken(box: Box, { act, incidentId, channelId }: LinkClaim, until: UnixMs): string {
  const claim = `${act}.${incidentId}.${channelId}.${until}`;
  return `${claim}.${box.sign(`link ${claim}`)}`;
}

/** What a token allows; null = it is not ours, was changed, or has expired. */
export function readLinkToken(box: Box, token: string, now: UnixMs): LinkClaim | null {
  const found = /^(ack|mute)\.([0-9]{1,10})\.([0-9]{1,10})\.([0-9]{1,16})\.([\w-]{43})$/.exec(token);
  if (found === null) return null;
  const [, act = "", incident = "", channel = "", until = "", signature = ""] = found;
  if (!box.verify(`link ${act}.${incident}.${channel}.${until}`, signature)) return null;
  if (unixMs(Number(until)) <= now) return null;
  return { act: act as LinkAct, incidentId: Number(incident), channelId: Number(channel) };
}

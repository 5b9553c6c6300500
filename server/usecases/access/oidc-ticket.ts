import { randomBytes } from "node:crypto";
import type { Box } from "../../secrets/box.ts";
import type { Begun } from "./oidc-client.ts";

/** A sign-in under way: what a browser takes along to the provider and back, in a cookie that we signed. */
export type Ticket = Begun & {
  readonly provider: string; // its id
  readonly next: string;
  readonly connectTo: string | null; // the session whose person gets this identity too
  readonly expiresAt: number;
};

const LONGEST_NEXT_BYTES = 1_500; // a cookie has 4,096
const PURPOSE = "oidc ticket ";
const random = (): string => randomBytes(32).toString("base64url");

/** 256 bits each: the state names it, the nonce is in the id_token, the verifier proves to the provider who began. */
export function newTicket(about: Omit<Ticket, keyof Begun>): Ticket {
  const next = Buffer.byteLength(about.next) > LONGEST_NEXT_BYTES ? "/" : about.next;
  return { ...about, next, state: random(), nonce: random(), verifier: random() };
}

export function sealTicket(box: Pick<Box, "sign">, ticket: Ticket): string {
  const said = Buffer.from(JSON.stringify(ticket)).toString("base64url");
  return `${said}.${box.sign(PURPOSE + said)}`;
}

/** null = it is not ours, or over. */
export function openTicket(box: Pick<Box, "verify">, sealed: string | null, now: number): Ticket | null {
  const [said = "", signature = ""] = (sealed ?? "").split(".");
  if (!box.verify(PURPOSE + said, signature)) return null;
  const ticket = JSON.parse(Buffer.from(said, "base64url").toString("utf8")) as Ticket; // we wrote it
  return ticket.expiresAt > now ? ticket : null;
}

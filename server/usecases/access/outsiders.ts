import { createHash, randomUUID } from "node:crypto";
import type { Executor } from "../../../db/database.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import * as people from "../../../db/store/people.ts";
import type { Newcomer } from "../../config/config.ts";

/** Who somebody is elsewhere. Provider and subject are the identity; the name and the e-mail are only shown. */
export type Outsider = {
  readonly provider: string; // the issuer, or "proxy"
  readonly subject: string; // unique there
  readonly name: string; // hostile text
  readonly email: string | null; // null = the provider told none
};

/**
 * The person this identity is; one of their own, with what newcomers get, when nobody has it yet.
 * @returns null = it is new, and another person has its e-mail: that links nothing
 */
export async function comeIn(
  tx: Pick<Executor, "query">,
  outsider: Outsider,
  { roles, teams }: Newcomer,
  now: UnixMs,
): Promise<people.PersonRow | null> {
  await people.holdAccounts(tx);
  const { provider, subject, name } = outsider;
  const known = await people.readPersonByAccount(tx, provider, subject);
  if (known !== null) return known;
  const email = outsider.email ?? placeholder(outsider);
  if ((await people.readPersonByEmail(tx, email)) !== null) return null;
  const person = { id: randomUUID(), name, email, roles, teams };
  await people.addPerson(tx, person, now);
  await people.addAccount(tx, { personId: person.id, provider, subject }, now);
  return { ...person, isDisabled: false };
}

/** An address as it may stand with a person; null = it is none. */
export function emailOrNull(text: string): string | null {
  const email = text.trim().toLowerCase();
  return email.length <= 254 && /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email) ? email : null;
}

/** On one line and not too long; `otherwise` where nothing is left. */
export function shownName(text: string, otherwise: string): string {
  const clean = (said: string): string =>
    said
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
      .trim()
      .slice(0, 100);
  return clean(text) || clean(otherwise) || "?";
}

/** Each person has an e-mail of their own; `.invalid` is nobody's (RFC 2606). */
function placeholder({ provider, subject }: Outsider): string {
  const host = URL.canParse(provider) ? new URL(provider).hostname : provider;
  return `${createHash("sha256").update(`${provider}\n${subject}`).digest("hex").slice(0, 16)}@${host}.invalid`;
}

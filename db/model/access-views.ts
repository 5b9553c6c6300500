/**
 * What the pages of access ask and get. Plain JSON; instants are unix ms; null = not known or not set. Names are hostile
 * text. Procedures stand under `access`, `audit` and `approvals` (server/api/*.router.ts).
 */
import type { Actor, Permission, Role } from "./access.ts";

/** `access.me`: who this browser is, and how one signs in here. Open to anyone. */
export type Me = {
  readonly kind: Actor["kind"];
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly teams: readonly string[] | null;
  readonly ways: readonly string[]; // as PersonView has them
  readonly hasSession: boolean; // false = nobody signed in here: a proxy says who this is, or nobody does
  readonly signIn: SignInWays;
  readonly demo: boolean;
};
export type SignInWays = {
  readonly isOpen: boolean; // nobody signs in: loopback only
  readonly hasPassword: boolean;
  readonly providers: readonly { readonly id: string; readonly name: string }[];
  readonly needsSetUp: boolean; // no administrator yet: the set-up link stands in the log of the first start
};

/** Why nobody was let in through a provider, or out of a session that is not ours, as it stands in /sign-in?fault=. */
export const SIGN_IN_FAULTS = [
  "over", // too late, used already, or begun in another browser
  "down", // the provider does not answer as it should
  "refused", // the provider itself let nobody in
  "unproven", // what it said proves nothing
  "emailTaken", // a newcomer with the e-mail of somebody else here
  "otherPerson", // to be connected, and somebody else's already
  "disabled",
  "session", // to be connected, and nobody is signed in any more
  "tooMany",
  "proxy", // signs people in and out by itself
] as const;
export type SignInFault = (typeof SIGN_IN_FAULTS)[number];

/** `access.people`, by name. */
export type PersonView = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly teams: readonly string[] | null; // null = all
  readonly isDisabled: boolean;
  readonly ways: readonly string[]; // "password", "proxy", ids of providers; [] = invited, not yet come
  readonly createdAt: number;
  readonly lastSeenAt: number | null;
};
/** `access.invite` and `access.resetLink` answer it: shown once, works once. */
export type OneTimeLink = { readonly url: string; readonly expiresAt: number };
/** `access.sessions`: one's own, the present one first. */
export type SessionView = {
  readonly id: string;
  readonly isThis: boolean;
  readonly address: string;
  readonly agent: string; // the browser, as it calls itself
  readonly startedAt: number;
  readonly seenAt: number;
  readonly endsAt: number;
};
/** `tokens.list`: one's own; with `access.manage` everybody's. Newest first. */
export type TokenView = {
  readonly id: number;
  readonly name: string;
  readonly hint: string; // last four characters
  readonly owner: string;
  readonly permissions: readonly Permission[];
  readonly teams: readonly string[] | null;
  readonly sources: readonly string[] | null; // for "push": the sources, features or receivers it may speak for
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
};
/** `tokens.create` answers it: the secret is shown this once. */
export type NewToken = { readonly id: number; readonly secret: string };

/** `audit.page`: newest first. */
export type AuditRow = {
  readonly seq: number;
  readonly at: number;
  readonly actor: { readonly kind: Actor["kind"] | "system"; readonly id: string; readonly name: string };
  readonly address: string;
  readonly action: string; // path of the procedure or route
  readonly outcome: AuditOutcome;
  readonly object: string; // what it was done to, short; "" = see changes
  readonly reason: string; // as the person said; "" = nobody asked
  readonly changes: readonly AuditChange[];
};
export const AUDIT_OUTCOMES = ["done", "denied", "failed", "asked", "unknown"] as const;
/** asked = waits for a second person. unknown = the process ended before it could say. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
/** A row of a table that changed. Secrets stand as hashes. null = was not there, is not there any more. */
export type AuditChange = {
  readonly table: string;
  readonly key: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
};
export type AuditFilter = {
  readonly q: string; // in actor, action, object, reason
  readonly outcomes: readonly AuditOutcome[]; // [] = all
  readonly from: number | null;
  readonly to: number | null;
};

/** `approvals.list`: what waits for a second person, then the last ones decided. */
export type ApprovalView = {
  readonly id: number;
  readonly action: string;
  readonly input: unknown; // secrets left out
  readonly isCut: boolean; // not all of it: `approvals.asked` has the whole
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly state: "waiting" | "approved" | "refused" | "expired" | "failed";
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly note: string;
  readonly mayDecide: boolean; // not one's own, and one has the permission
};

import type { Actor } from "../../../db/model/access.ts";

/** An act as it will stand in the audit. */
export type AuditEntry = {
  readonly actor: Actor;
  readonly address: string;
  readonly action: string; // path of the procedure, or method and pattern of the route
  readonly input: unknown; // as it came; secrets in it are hashed before they are kept
};

export type AuditPort = {
  /** Does the work and puts on record what became of it. What `work` throws is thrown. */
  change<T>(entry: AuditEntry, work: () => Promise<T>): Promise<T>;
  /** Puts on record that somebody who is known asked for what is not theirs. */
  denied(entry: AuditEntry, why: string): Promise<void>;
};

/** Nothing on record: for stages of tests that look at something else. */
export const noAudit: AuditPort = {
  change: (_entry, work) => work(),
  denied: async () => undefined,
};

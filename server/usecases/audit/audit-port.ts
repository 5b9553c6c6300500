import type { Actor } from "../../../db/model/access.ts";
import type { AuditFilter, AuditOutcome, AuditRow } from "../../../db/model/access-views.ts";
import type { Head } from "../../../db/store/audit.ts";
import type { Door } from "../../domain/access/door.ts";

/** An act as it will stand in the audit. */
export type AuditEntry = {
  readonly actor: Actor | SystemActor;
  readonly address: string;
  readonly action: string; // path of the procedure, or method and pattern of the route
  readonly input: unknown; // as it came; of it only names and the reason are kept
  readonly reason?: string; // in place of what the input says
  /** Who agreed to it, where it needed a second person. */
  readonly agreed?: Actor;
  /** What let it in: asked again in each transaction of the act. Left out = nothing is. */
  readonly door?: Door;
};

/** A command on this machine. */
export type SystemActor = { readonly kind: "system"; readonly id: ""; readonly name: string };
export const CLI_ACTOR: SystemActor = { kind: "system", id: "", name: "cli" };

export type AuditPage = {
  readonly rows: readonly AuditRow[];
  readonly head: (Head & { readonly checkedAt: number | null }) | null; // null = nothing was ever put on record
};
/** `fault` names the first row that is not as it was. */
export type AuditCheck = {
  readonly ok: boolean;
  readonly rows: number;
  readonly unsigned: number; // the first so many: from before there was a key
  readonly fault: string | null;
};

export type AuditPort = {
  /** Does the work and puts on record what became of it. What `work` throws is thrown. */
  change<T>(entry: AuditEntry, work: () => Promise<T>): Promise<T>;
  /** Puts on record that somebody who is known asked for what is not theirs. */
  denied(entry: AuditEntry, why: string): Promise<void>;
  /** Newest first, below row `before`. */
  page(filter: AuditFilter, before: number | null, limit: number): Promise<AuditPage>;
  /** Reads the whole record and says whether it is what was written. */
  verify(): Promise<AuditCheck>;
};

/** A failure that says how its act stands in the audit. */
export class ActEnded extends Error {
  override readonly name: string = "ActEnded";
  readonly outcome: AuditOutcome;
  readonly object: string;

  constructor(message: string, outcome: AuditOutcome, object = "") {
    super(message);
    this.outcome = outcome;
    this.object = object;
  }
}

/** Nothing on record: for stages of tests that look at something else. */
export const noAudit: AuditPort = {
  change: (_entry, work) => work(),
  denied: async () => undefined,
  page: async () => ({ rows: [], head: null }),
  verify: async () => ({ ok: true, rows: 0, unsigned: 0, fault: null }),
};

/** Reports: what is made, for which period and scope, for whom, and what became of each run. */
import type { Language } from "./channel.ts";
import type { UnixMs } from "./units.ts";

export const REPORT_KINDS = ["daily", "weekly", "monthly"] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/**
 * A calendar period of a zone: "2026-11-22", "2026-W46" (ISO 8601, Monday 00:00 to Monday 00:00) or "2026-10".
 * Its hours are computed, not assumed: a week has 167 to 169 hours where clocks change.
 */
export type ReportPeriod = {
  readonly kind: ReportKind;
  readonly name: string;
  readonly zone: string; // IANA
  readonly from: UnixMs;
  readonly to: UnixMs; // half-open
};

/** What of the fleet a report is about; an empty list means all. */
export type ReportScope = {
  readonly vendors: readonly string[];
  readonly regions: readonly string[];
  readonly models: readonly string[];
  readonly billings: readonly string[];
  readonly teams: readonly string[]; // owners of features
};
export const WHOLE_FLEET: ReportScope = { vendors: [], regions: [], models: [], billings: [], teams: [] };

export type Recipient =
  | { readonly kind: "mail"; readonly channelId: number; readonly to: readonly string[] } // the e-mail channel, PDF attached
  | { readonly kind: "chat"; readonly channelId: number }; // digest with a link; WeCom also the file

export type ReportDefinition = {
  readonly id: number;
  readonly name: string;
  readonly kind: ReportKind;
  readonly cron: string; // five fields, in `zone`
  readonly zone: string;
  readonly scope: ReportScope;
  readonly language: Language;
  readonly recipients: readonly Recipient[];
  readonly isPaused: boolean;
  readonly showsMoney?: boolean; // false = what it delivers names no amounts. Left out of an edit: as it is
};

export const RUN_STATES = ["waiting", "making", "done", "failed", "missed"] as const;
export type RunState = (typeof RUN_STATES)[number];

/** A run is one report of (definition, period, revision); 0 as definition = made on demand. */
export type ReportRun = {
  readonly id: number;
  readonly definitionId: number;
  readonly kind: ReportKind;
  readonly period: string;
  readonly zone: string;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly scope: ReportScope;
  readonly revision: number; // 1, 2, …
  readonly state: RunState;
  readonly step: string; // what it is doing; "" = nothing
  readonly progress: number; // 0 to 1
  readonly queuedAt: UnixMs;
  readonly startedAt: UnixMs | null;
  readonly finishedAt: UnixMs | null;
  readonly headline: { readonly zh: string; readonly en: string };
  readonly coverage: number | null; // observed ÷ owned; null = no card-time
  readonly valueHash: string; // SHA-256 of the canonical value; "" = none yet
  readonly error: string; // "" = none
  readonly supersededBy: number | null; // the run that replaced it
};

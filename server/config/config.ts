import type { Role } from "../../db/model/access.ts";
import type { WorkKind } from "../../db/model/feature.ts";
import type { SourceKind } from "../../db/model/views.ts";
import type { SecondKind } from "../domain/access/second-person.ts";
import type { KindRules } from "../domain/card-state.ts";

/**
 * What `dapan.yaml` says, after defaults, with every value checked. Frozen for the life of a load.
 * Secrets are never in here: only where to find them.
 */
export type Config = {
  readonly file: string; // as given on the command line; "" when there was none (demo)
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly names: readonly string[];
    readonly proxies: readonly string[];
  };
  readonly auth: AuthConfig;
  readonly database: DatabaseConfig;
  readonly timeZone: string; // IANA, shown everywhere
  readonly currency: string; // ISO 4217
  readonly usageToken: SecretRef | null; // asked of every program that pushes; null = this machine only
  readonly secretKey: SecretRef | null; // seals what channels need; null = secret.key in the data directory, if there is one
  readonly publicUrl: string; // where people open the console, without a slash at the end
  readonly heartbeatHour: number | null; // of the day, in timeZone; null = no heartbeats
  readonly egress: EgressConfig;
  readonly labels: PlaceRules; // for sources that do not say otherwise
  readonly sources: readonly SourceConfig[];
  readonly kernelLogs: readonly KernelLogConfig[];
  readonly budgets: readonly BudgetConfig[];
  readonly states: Readonly<Record<WorkKind, KindRules>>; // where the lines between the states of a held card are drawn
  readonly storage: StorageConfig;
  readonly telemetry: TelemetryConfig;
};

/** Who is let in, and how. */
export type AuthConfig = {
  readonly isOpen: boolean; // nobody signs in: loopback only
  readonly idleMs: number; // a session nobody used for so long is over
  readonly longestMs: number; // and in any case after this
  readonly secondPerson: readonly SecondKind[]; // changes that wait until somebody else agrees
  readonly oidc: readonly OidcConfig[];
  readonly proxy: ProxyConfig | null; // null = no header says who somebody is
};

/** What a person has who comes for the first time by a sign-in that is not ours. */
export type Newcomer = { readonly roles: readonly Role[]; readonly teams: readonly string[] | null };

/** A provider people sign in through. */
export type OidcConfig = Newcomer & {
  readonly id: string; // of addresses of ours
  readonly name: string; // of the button
  readonly issuer: string; // as written: part of people's identity
  readonly clientId: string;
  readonly clientSecret: SecretRef | null; // null = a public client
};

/** A proxy that has signed people in. */
export type ProxyConfig = Newcomer & {
  readonly from: readonly string[]; // CIDRs it comes from
  readonly userHeader: string; // lower case, as is the next
  readonly nameHeader: string | null;
};

/** What a feature may cost in a calendar month of `timeZone`. */
export type BudgetConfig = {
  readonly feature: string; // key
  readonly perMonth: number; // whole units of `currency`
};

/**
 * Embedded PGlite in a directory of ours, or a PostgreSQL server. `url` holds a password only when it came from
 * DATABASE_URL: never print it. `databaseUrlOf` (secrets.ts) puts the other kind in.
 */
export type DatabaseConfig =
  | { readonly kind: "pglite"; readonly dataDir: string } // absolute
  | { readonly kind: "postgres"; readonly url: string; readonly password: SecretRef | null };

/** What we may connect to beyond public addresses. */
export type EgressConfig = {
  readonly allow: readonly string[]; // CIDRs that may be dialled though loopback, link-local or otherwise special
  readonly privateNetworks: boolean; // 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7 without being listed
};

/** Which target labels place a card. Config labels, service discovery labels and Prometheus labels all pass through here. */
export type PlaceRules = {
  readonly vendor: PlaceRule;
  readonly region: PlaceRule;
  readonly zone: PlaceRule;
  readonly cluster: PlaceRule;
  readonly billing: PlaceRule; // after `rename`, one of BILLING_TYPES, else "unknown"
  readonly node: PlaceRule; // "" = believe the exporter
};
export const PLACE_PARTS = ["vendor", "region", "zone", "cluster", "billing", "node"] as const;
export type PlacePart = (typeof PLACE_PARTS)[number];

/** The first label of `from` that is said and not empty, renamed if listed; else `fallback`. A constant is a rule without `from`. */
export type PlaceRule = {
  readonly from: readonly string[];
  readonly fallback: string;
  readonly rename: ReadonlyMap<string, string>;
};

export type SourceConfig = StaticSource | FileSdSource | HttpSdSource | PrometheusSource;

type SourceBase<K extends SourceKind> = {
  readonly name: string; // unique
  readonly kind: K;
  readonly labels: ReadonlyMap<string, string>; // added to every target; win over discovered ones
  readonly credentials: Credentials;
  readonly caFile: string | null; // PEM of the authority that signed the targets; null = the system's
};

/** How often and how much a target is read. */
export type ScrapeSettings = {
  readonly intervalMs: number;
  readonly timeoutMs: number; // connect + headers + body
  readonly maxBodyBytes: number; // uncompressed
  readonly sampleLimit: number;
};

export type StaticSource = SourceBase<"static"> & {
  readonly scrape: ScrapeSettings;
  readonly targets: readonly string[];
}; // whole URLs
export type FileSdSource = SourceBase<"file_sd"> & {
  readonly scrape: ScrapeSettings;
  readonly files: readonly string[]; // absolute; the last part may hold *
  readonly refreshMs: number;
};
export type HttpSdSource = SourceBase<"http_sd"> & {
  readonly scrape: ScrapeSettings;
  readonly url: string;
  readonly refreshMs: number;
};
export type PrometheusSource = SourceBase<"prometheus"> & {
  readonly url: string; // the API's base, without /api/v1
  readonly matchers: readonly string[]; // series selectors: {job="dcgm"}; [] = the collector's own choice
  readonly intervalMs: number; // how often the exporters are scraped there
  readonly lagMs: number; // how long after its end a slot is whole
  readonly replicaLabels: readonly string[]; // dropped before series are compared
  readonly tenant: string; // X-Scope-OrgID, "" = none
  readonly backfillMs: number; // how far back a new source is read
  readonly kubeStateMetrics: boolean; // it has kube-state-metrics: nodes, their labels and pods are read from it
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
};

/** A file that a kernel's log is written to. */
export type KernelLogConfig = {
  readonly file: string; // absolute
  readonly node: string; // "" = the host each line names
  readonly cluster: string; // "" = wherever a node of ours has that name
};

/** How to sign in to a source. The secret is read when it is needed, so a rotated file works without a reload. */
export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly username: string; readonly password: SecretRef }
  | { readonly kind: "bearer"; readonly token: SecretRef };

/** Where a secret stands: a file (absolute path; the trailing line break is not part of it) or an environment variable. */
export type SecretRef =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "env"; readonly name: string };

/** How long each table family is kept, and how often open slots are journaled. Defaults are those of design.md section 6. */
export type StorageConfig = {
  readonly journalMs: number;
  readonly slotDays: number;
  readonly pointDays: number;
  readonly hourDays: number;
  readonly dayMonths: number;
  readonly eventDays: number;
  readonly reportFileDays: number;
};

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type TelemetryConfig = {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly metrics: boolean; // serve /metrics
  readonly serviceName: string;
};

/** One thing wrong with the file, in words for the person who wrote it. `read` never shows a secret. */
export type ConfigFault = {
  readonly file: string;
  readonly line: number; // 1-based; 0 when it is not in the file (an environment variable)
  readonly column: number;
  readonly path: string; // sources[2].url
  readonly read: string; // what stands there
  readonly expected: string;
  readonly example: string;
};

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

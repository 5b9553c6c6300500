import path from "node:path";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../db/model/time.ts";
import { DEFAULT_KIND_RULES, type KindRules } from "../domain/card-state.ts";
import type {
  AuthConfig,
  Config,
  Credentials,
  DatabaseConfig,
  Newcomer,
  OidcConfig,
  PlaceRules,
  ProxyConfig,
  ScrapeSettings,
  SecretRef,
  SourceConfig,
} from "./config.ts";
import { DEFAULT_INTERVAL_S, DEFAULT_TIMEOUT_S } from "./cross-checks.ts";
import type {
  CredentialsShape,
  FileShape,
  KindRulesShape,
  OidcShape,
  ProxyShape,
  ScrapeShape,
  SourceShape,
} from "./schema.ts";
import { targetUrl } from "./values.ts";

/** Where the file stands, and the environment it was read in. */
export type Surroundings = {
  readonly file: string;
  readonly folder: string; // absolute: relative paths begin here
  readonly env: Readonly<Record<string, string | undefined>>;
};

const MEBIBYTE = 1_048_576;

/** Fills in what the file leaves open. Expects a file without faults. */
export function resolveConfig(file: FileShape, labels: PlaceRules, around: Surroundings): Config {
  const scrape = scrapeSettings(file.scrape, undefined);
  return freeze({
    file: around.file,
    listen: {
      host: file.listen?.host ?? "127.0.0.1",
      port: file.listen?.port ?? 7070,
      names: file.listen?.names ?? [],
      proxies: file.listen?.proxies ?? [],
    },
    auth: authConfig(file.auth, around.folder),
    database: databaseConfig(file, around),
    timeZone: file.timeZone ?? "UTC",
    currency: file.currency ?? "CNY",
    usageToken: secretRef(file.usageTokenFile, file.usageTokenEnv, around.folder),
    secretKey: secretRef(file.secretKeyFile, file.secretKeyEnv, around.folder),
    publicUrl: (file.publicUrl ?? listenUrl(file.listen)).replace(/\/+$/, ""),
    heartbeatHour: file.heartbeatHour ?? null,
    egress: { allow: file.egress?.allow ?? [], privateNetworks: file.egress?.privateNetworks ?? true },
    labels,
    sources: (file.sources ?? []).map((source) => resolveSource(source, scrape, file.scrape, around.folder)),
    kernelLogs: (file.kernelLogs ?? []).map(({ file: log, node = "", cluster = "" }) => ({
      file: path.resolve(around.folder, log),
      node,
      cluster,
    })),
    budgets: file.budgets ?? [],
    states: {
      inference: kindRules(file.states?.inference, DEFAULT_KIND_RULES.inference),
      training: kindRules(file.states?.training, DEFAULT_KIND_RULES.training),
      notebook: kindRules(file.states?.notebook, DEFAULT_KIND_RULES.notebook),
      other: kindRules(file.states?.other, DEFAULT_KIND_RULES.other),
    },
    storage: {
      journalMs: (file.storage?.journalSeconds ?? 15) * SECOND_MS,
      slotDays: file.storage?.slotDays ?? 3,
      pointDays: file.storage?.pointDays ?? 90,
      hourDays: file.storage?.hourDays ?? 35,
      dayMonths: file.storage?.dayMonths ?? 25,
      eventDays: file.storage?.eventDays ?? 400,
      reportFileDays: file.storage?.reportFileDays ?? 400,
    },
    telemetry: {
      logLevel: file.telemetry?.logLevel ?? "info",
      metrics: file.telemetry?.metrics ?? true,
      serviceName: file.telemetry?.serviceName ?? "dapan",
    },
  });
}

function authConfig(said: FileShape["auth"], folder: string): AuthConfig {
  return {
    isOpen: said?.signIn !== "accounts",
    idleMs: Math.round((said?.idleHours ?? 12) * HOUR_MS),
    longestMs: Math.round((said?.days ?? 7) * DAY_MS),
    secondPerson: said?.secondPerson ?? [],
    oidc: (said?.oidc ?? []).map((provider) => oidcConfig(provider, folder)),
    proxy: said?.proxy === undefined ? null : proxyConfig(said.proxy),
  };
}

const newcomer = ({ roles, teams }: Pick<OidcShape, "roles" | "teams">): Newcomer => ({
  roles: roles ?? ["viewer"],
  teams: teams ?? null,
});

const oidcConfig = (said: OidcShape, folder: string): OidcConfig => ({
  id: said.id,
  name: said.name ?? said.id,
  issuer: said.issuer,
  clientId: said.clientId,
  clientSecret: secretRef(said.clientSecretFile, said.clientSecretEnv, folder),
  ...newcomer(said),
});

const proxyConfig = (said: ProxyShape): ProxyConfig => ({
  from: said.from,
  userHeader: said.userHeader.toLowerCase(),
  nameHeader: said.nameHeader?.toLowerCase() ?? null,
  ...newcomer(said),
});

/** The address people are most likely to reach it by. */
function listenUrl(listen: FileShape["listen"]): string {
  const host = listen?.names?.[0] ?? listen?.host ?? "127.0.0.1";
  return `http://${host.includes(":") ? `[${host}]` : host}:${listen?.port ?? 7070}`;
}

const kindRules = (said: KindRulesShape | undefined, usual: KindRules): KindRules => ({
  busyFrom: said?.busyFrom ?? usual.busyFrom,
  idleAfterMs: said?.idleAfterSeconds === undefined ? usual.idleAfterMs : Math.round(said.idleAfterSeconds * SECOND_MS),
  startMs: said?.startSeconds === undefined ? usual.startMs : Math.round(said.startSeconds * SECOND_MS),
});

/** DATABASE_URL wins over the file, so that one image with one file runs everywhere. */
function databaseConfig(file: FileShape, around: Surroundings): DatabaseConfig {
  const fromEnv = around.env["DATABASE_URL"] ?? "";
  if (fromEnv !== "") return { kind: "postgres", url: fromEnv, password: null };
  if (file.databaseUrl === undefined)
    return { kind: "pglite", dataDir: path.resolve(around.folder, file.dataDir ?? "data") };
  return {
    kind: "postgres",
    url: file.databaseUrl,
    password: secretRef(file.databasePasswordFile, file.databasePasswordEnv, around.folder),
  };
}

function resolveSource(
  source: SourceShape,
  scrape: ScrapeSettings,
  defaults: ScrapeShape | undefined,
  folder: string,
): SourceConfig {
  const base = {
    name: source.name,
    labels: source.labels ?? new Map<string, string>(),
    credentials: credentialsOf(source.credentials, folder),
    caFile: source.caFile === undefined ? null : path.resolve(folder, source.caFile),
  };
  switch (source.type) {
    case "static":
      return {
        ...base,
        kind: source.type,
        scrape: scrapeSettings(source.scrape, defaults),
        targets: source.targets.map(targetUrl),
      };
    case "file_sd":
      return {
        ...base,
        kind: source.type,
        scrape: scrapeSettings(source.scrape, defaults),
        files: source.files.map((file) => path.resolve(folder, file)),
        refreshMs: (source.refreshSeconds ?? 60) * SECOND_MS,
      };
    case "http_sd":
      return {
        ...base,
        kind: source.type,
        scrape: scrapeSettings(source.scrape, defaults),
        url: source.url,
        refreshMs: (source.refreshSeconds ?? 60) * SECOND_MS,
      };
    case "prometheus":
      return {
        ...base,
        kind: source.type,
        url: source.url.replace(/\/+$/, ""),
        matchers: source.matchers ?? [],
        intervalMs: source.intervalSeconds === undefined ? scrape.intervalMs : source.intervalSeconds * SECOND_MS,
        lagMs: (source.lagSeconds ?? 60) * SECOND_MS,
        replicaLabels: source.replicaLabels ?? ["replica", "prometheus_replica"],
        tenant: source.tenant ?? "",
        backfillMs: (source.backfillDays ?? 14) * DAY_MS,
        kubeStateMetrics: source.kubeStateMetrics ?? false,
        timeoutMs: (source.timeoutSeconds ?? 60) * SECOND_MS,
        maxBodyBytes: source.maxBodyBytes ?? 24 * MEBIBYTE,
      };
  }
}

/** A time-out nobody wrote never passes the interval. */
function scrapeSettings(own: ScrapeShape | undefined, defaults: ScrapeShape | undefined): ScrapeSettings {
  const intervalS = own?.intervalSeconds ?? defaults?.intervalSeconds ?? DEFAULT_INTERVAL_S;
  const timeoutS = own?.timeoutSeconds ?? defaults?.timeoutSeconds ?? Math.min(DEFAULT_TIMEOUT_S, intervalS);
  return {
    intervalMs: Math.round(intervalS * SECOND_MS),
    timeoutMs: Math.round(timeoutS * SECOND_MS),
    maxBodyBytes: own?.maxBodyBytes ?? defaults?.maxBodyBytes ?? 16 * MEBIBYTE,
    sampleLimit: own?.sampleLimit ?? defaults?.sampleLimit ?? 20_000,
  };
}

function credentialsOf(said: CredentialsShape | undefined, folder: string): Credentials {
  if (said === undefined) return { kind: "none" };
  const password = secretRef(said.passwordFile, said.passwordEnv, folder);
  if (said.username !== undefined && password !== null) return { kind: "basic", username: said.username, password };
  const token = secretRef(said.bearerFile, said.bearerEnv, folder);
  return token === null ? { kind: "none" } : { kind: "bearer", token };
}

function secretRef(file: string | undefined, name: string | undefined, folder: string): SecretRef | null {
  if (file !== undefined) return { kind: "file", path: path.resolve(folder, file) };
  return name === undefined ? null : { kind: "env", name };
}

/** Deep, Maps aside: their type is already read-only. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !(value instanceof Map)) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}

import { z } from "zod";
import { ROLES } from "../../db/model/access.ts";
import { SECOND_MS } from "../../db/model/time.ts";
import { LONGEST_PAUSE_MS } from "../domain/card-state.ts";
import { SECOND_KINDS } from "../domain/access/second-person.ts";
import { LOG_LEVELS, PLACE_PARTS } from "./config.ts";
import * as is from "./values.ts";

/**
 * The shape of dapan.yaml, before defaults that depend on other keys. A refinement that answers a text says what was
 * expected instead of the words of keys.ts. What concerns two keys at once is in cross-checks.ts.
 */
const text = z.string().min(1).max(4_096);
const seconds = (min: number, max: number) => z.number().min(min).max(max);
const whole = (min: number, max: number) => z.int().min(min).max(max);
const judged = (fault: (value: string) => string | null) =>
  z.string().superRefine((value, ctx) => {
    const message = fault(value);
    if (message !== null) ctx.addIssue({ code: "custom", message: message || is.USUAL });
  });

/** Labels as a Map, whatever they are called. */
const labels = z.unknown().transform((value, ctx): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    ctx.addIssue({ code: "custom", message: is.USUAL });
    return found;
  }
  for (const [name, said] of Object.entries(value)) {
    if (!is.LABEL_NAME.test(name) || typeof said !== "string")
      ctx.addIssue({ code: "custom", message: is.USUAL, path: [name] });
    else found.set(name, said);
  }
  return found;
});

const scrape = z.strictObject({
  intervalSeconds: seconds(1, 300).optional(),
  timeoutSeconds: seconds(0.1, 300).optional(),
  maxBodyBytes: whole(1_024, 1_073_741_824).optional(),
  sampleLimit: whole(1, 10_000_000).optional(),
});

const credentials = z.strictObject({
  username: text.optional(),
  passwordFile: text.optional(),
  passwordEnv: text.optional(),
  bearerFile: text.optional(),
  bearerEnv: text.optional(),
});

const common = {
  name: z.string().regex(is.SOURCE_NAME),
  labels: labels.optional(),
  credentials: credentials.optional(),
  caFile: text.optional(),
};

const source = z.discriminatedUnion("type", [
  z.strictObject({
    ...common,
    type: z.literal("static"),
    scrape: scrape.optional(),
    targets: z.array(judged(is.targetFault)).min(1),
  }),
  z.strictObject({
    ...common,
    type: z.literal("file_sd"),
    scrape: scrape.optional(),
    files: z.array(judged(is.sdFileFault)).min(1),
    refreshSeconds: seconds(5, 86_400).optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal("http_sd"),
    scrape: scrape.optional(),
    url: judged(is.urlFault),
    refreshSeconds: seconds(5, 86_400).optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal("prometheus"),
    url: judged(is.urlFault),
    matchers: z.array(judged(is.selectorFault)).optional(),
    intervalSeconds: seconds(1, 300).optional(),
    lagSeconds: seconds(0, 3_600).optional(),
    replicaLabels: z.array(z.string().regex(is.LABEL_NAME)).optional(),
    tenant: z.string().regex(is.TENANT).optional(),
    backfillDays: z.number().min(0).max(400).optional(),
    kubeStateMetrics: z.boolean().optional(),
    timeoutSeconds: seconds(1, 600).optional(),
    maxBodyBytes: whole(1_024, 1_073_741_824).optional(),
  }),
]);

const kindRules = z.strictObject({
  busyFrom: z.number().min(0.001).max(1).optional(),
  idleAfterSeconds: seconds(0, LONGEST_PAUSE_MS / SECOND_MS).optional(),
  startSeconds: seconds(0, 86_400).optional(),
});

/** What a person has who comes for the first time by a sign-in that is not ours. */
const newcomer = {
  roles: z.array(z.enum(ROLES)).min(1).optional(),
  teams: z.array(z.string().min(1).max(100)).min(1).max(100).optional(),
};

const oidc = z.strictObject({
  id: z.string().regex(is.PROVIDER_ID),
  name: z.string().min(1).max(60).optional(),
  issuer: judged(is.issuerFault),
  clientId: z.string().min(1).max(512),
  clientSecretFile: text.optional(),
  clientSecretEnv: text.optional(),
  ...newcomer,
});

const proxy = z.strictObject({
  from: z.array(judged(is.proxyFault)).min(1).max(100),
  userHeader: z.string().regex(is.HEADER_NAME),
  nameHeader: z.string().regex(is.HEADER_NAME).optional(),
  ...newcomer,
});

/** Each part is read by place-rules.ts: it has three spellings. */
const placeRules = z.strictObject(Object.fromEntries(PLACE_PARTS.map((part) => [part, z.unknown().optional()])));

export const fileSchema = z.strictObject({
  listen: z
    .strictObject({
      host: judged(is.hostFault).optional(),
      port: whole(0, 65_535).optional(),
      names: z.array(judged(is.nameFault)).max(100).optional(),
      proxies: z.array(judged(is.cidrFault)).max(100).optional(),
    })
    .optional(),
  auth: z
    .strictObject({
      signIn: z.enum(["open", "accounts"]).optional(),
      idleHours: z.number().min(0.25).max(720).optional(),
      days: z.number().min(0.25).max(90).optional(),
      secondPerson: z.array(z.enum(SECOND_KINDS)).optional(),
      oidc: z.array(oidc).max(20).optional(),
      proxy: proxy.optional(),
    })
    .optional(),
  dataDir: text.optional(),
  databaseUrl: judged(is.databaseUrlFault).optional(),
  databasePasswordFile: text.optional(),
  databasePasswordEnv: text.optional(),
  timeZone: judged(is.zoneFault).optional(),
  currency: judged(is.currencyFault).optional(),
  usageTokenFile: text.optional(),
  usageTokenEnv: text.optional(),
  secretKeyFile: text.optional(),
  secretKeyEnv: text.optional(),
  publicUrl: judged(is.publicUrlFault).optional(),
  heartbeatHour: whole(0, 23).optional(),
  egress: z
    .strictObject({ allow: z.array(judged(is.cidrFault)).optional(), privateNetworks: z.boolean().optional() })
    .optional(),
  labels: placeRules.optional(),
  scrape: scrape.optional(),
  sources: z.array(source).optional(),
  kernelLogs: z
    .array(
      z.strictObject({
        file: text,
        node: z.string().regex(is.NODE_NAME).optional(),
        cluster: z.string().min(1).max(253).optional(),
      }),
    )
    .optional(),
  budgets: z
    .array(z.strictObject({ feature: z.string().min(1).max(100), perMonth: whole(1, 1_000_000_000_000) }))
    .max(1_000)
    .optional(),
  states: z
    .strictObject({
      inference: kindRules.optional(),
      training: kindRules.optional(),
      notebook: kindRules.optional(),
      other: kindRules.optional(),
    })
    .optional(),
  storage: z
    .strictObject({
      journalSeconds: seconds(1, 300).optional(),
      slotDays: whole(1, 90).optional(),
      pointDays: whole(1, 1_000).optional(),
      hourDays: whole(2, 1_000).optional(),
      dayMonths: whole(1, 240).optional(),
      eventDays: whole(1, 4_000).optional(),
      reportFileDays: whole(1, 4_000).optional(),
    })
    .optional(),
  telemetry: z
    .strictObject({
      logLevel: z.enum(LOG_LEVELS).optional(),
      metrics: z.boolean().optional(),
      serviceName: z.string().min(1).max(64).optional(),
    })
    .optional(),
});

export type FileShape = z.infer<typeof fileSchema>;
export type OidcShape = z.infer<typeof oidc>;
export type ProxyShape = z.infer<typeof proxy>;
export type KindRulesShape = z.infer<typeof kindRules>;
export type SourceShape = z.infer<typeof source>;
export type ScrapeShape = z.infer<typeof scrape>;
export type CredentialsShape = z.infer<typeof credentials>;

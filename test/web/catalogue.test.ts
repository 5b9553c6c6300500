import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { PERMISSIONS, ROLES } from "../../db/model/access.ts";
import { REVIEW_KINDS, REVIEW_STATES } from "../../db/model/board-views.ts";
import { CARD_FIELDS } from "../../db/model/card-fields.ts";
import { LIFE_STAGES } from "../../db/model/inventory.ts";
import { COLLECT_FAULTS, GAP_CAUSES } from "../../db/model/coverage.ts";
import { CARD_EVENT_KINDS } from "../../db/model/events.ts";
import { BILLING_TYPES, CARD_STATES } from "../../db/model/fleet.ts";
import { CARD_SORTS, POOL_FACETS } from "../../db/model/card-query.ts";
import { TIER_CHANGES, TIER_REASONS, WORKLOADS } from "../../db/model/tier.ts";
import { STATE_REASONS } from "../../db/model/views.ts";
import { INCIDENT_GROUPINGS, INCIDENT_SETS } from "../../db/model/alert-views.ts";
import { CHANNEL_KINDS, DELIVERY_CLASSES, LANGUAGES, OUTBOX_STATES } from "../../db/model/channel.ts";
import { DERIVED_SIGNALS, HEALTH_FIELDS } from "../../db/model/health.ts";
import { BECAUSE, INCIDENT_EVENT_KINDS, PHASES, SUPPRESSED_BY } from "../../db/model/incident.ts";
import { ACTIONS, GANG_VERDICTS, PRESENCE_VERDICTS, RULE_FAMILIES, SEVERITIES } from "../../db/model/rule.ts";
import { CHECK_GROUPS, CHECK_VERDICTS } from "../../db/model/patrol.ts";
import { REPORT_KINDS, RUN_STATES } from "../../db/model/report.ts";
import { SCOPE_PARTS } from "../../web/lib/scope-url.ts";
import { ROW_FATES } from "../../db/model/import-views.ts";
import { FILE_FAULTS, IMPORT_KINDS, PRICE_LIST_DIALECTS, ROW_ERRORS, ROW_NOTES } from "../../db/model/imports.ts";
import { OTHER_COST_KINDS, USAGE_KINDS, WORK_KINDS } from "../../db/model/feature.ts";
import { MAPPING_HINTS } from "../../db/model/mapping-hints.ts";
import type { MappingFault } from "../../db/model/mapping-views.ts";
import { ENTRY_FAULTS, USAGE_TABLES } from "../../db/model/usage-views.ts";
import { MAPPING_TABS } from "../../web/lib/mapping-url.ts";
import { UNITS_TABS } from "../../web/lib/units-url.ts";
import { MATCH_TEXTS } from "../../web/panels/mapping/rule-list.ts";
import { COUNTERS } from "../../web/panels/units/source-draft.ts";
import { COST_BASES, DIFFERENCE_CAUSES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import { COST_DIMENSIONS } from "../../db/model/ledger-views.ts";
import { PRICE_BASES } from "../../db/model/price.ts";
import { COST_SORTS, COST_TABS } from "../../web/lib/cost-url.ts";
import { EVIDENCE_WORDS } from "../../web/lib/evidence-words.ts";
import { CONDITION_KINDS, RULE_SCOPES } from "../../web/lib/rule-draft.ts";
import { USAGE_REFUSALS } from "../../web/lib/usage-refusal.ts";
import { FAILURE_WORDS } from "../../web/lib/use-failure-text.ts";
import { LINK_KINDS } from "../../web/lib/one-time-link.ts";
import { REFUSAL_WORDS } from "../../web/lib/use-refusal-words.ts";
import { WIDER_SIGNALS } from "../../web/lib/use-signal-text.ts";
import { FEATURE_SORTS } from "../../web/lib/features-url.ts";
import { PROOF_ABOUT } from "../../web/lib/proof-url.ts";
import { BOOK_KINDS, PRICING_TABS } from "../../web/lib/pricing-url.ts";
import { en } from "../../web/i18n/en.ts";
import { CARD_RANGES } from "../../web/lib/card-url.ts";
import { LADDER_FIELDS } from "../../web/lib/ladder-draft.ts";
import { zh } from "../../web/i18n/zh.ts";
import { PIVOT_SORTS } from "../../web/lib/board-url.ts";
import { DOORS } from "../../server/api/access-table.ts";
import { AUDIT_OUTCOMES, SIGN_IN_FAULTS } from "../../db/model/access-views.ts";
import { actKey, OUTSIDE_ACTS } from "../../web/lib/act-words.ts";
import { PAGES } from "../../web/shell/pages.ts";

type Tree = { readonly [key: string]: string | Tree };

const flat = (tree: Tree, prefix = ""): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );

const english = new Map(flat(en));
const chinese = new Map(flat(zh));
const withoutPlural = (keys: Iterable<string>) => new Set([...keys].map((key) => key.replace(/_(one|other)$/, "")));

const sources = readdirSync("web", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/^(dist|i18n)/.test(file))
  .map((file) => readFileSync(path.join("web", file), "utf8"));

const WATERFALL = ["list", "discount", "idle", "fault", "unknown", "overflow", "other", "revenue", "margin"];
const TIME_STEPS = ["dayBack", "hourBack", "slotBack", "slotOn", "hourOn", "dayOn"];

const MAPPING_FAULTS = [
  "unknown_feature",
  "bad_key",
  "bad_pattern",
  "overlap",
  "not_whole_hour",
  "bad_window",
  "duplicate_name",
  "too_long",
  "bad_value",
  "unknown_key",
] as const satisfies readonly MappingFault["code"][];

/** Acts that stand in the audit: every change, and what is no procedure. */
const ACTS = [
  ...[...DOORS].filter(([path, { audit }]) => audit && !path.includes(" ")).map(([path]) => path),
  ...OUTSIDE_ACTS.keys(),
].map(actKey);

const PATROL_TABS = ["checks", "coverage", "reports", "schedules", "guard"];
const PLACE_PARTS = ["vendor", "region", "zone", "cluster", "model", "billing", "feature", "team"];

/** What stands behind a `${…}` in a key, so that keys made from our own lists count as used. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  state: CARD_STATES,
  why: STATE_REASONS,
  gap: GAP_CAUSES,
  billing: BILLING_TYPES,
  event: CARD_EVENT_KINDS,
  fact: POOL_FACETS,
  "cards.column": CARD_SORTS,
  "board.tab": ["pivot", "cards", "history"],
  "board.against": ["day", "week", "none"],
  "kpi.against": ["day", "week"],
  "map.sizes": ["cards", "cost"],
  "map.colours": ["tier", "utilisation", "waste"],
  "wall.group": ["pool", "node"],
  "pivot.column": PIVOT_SORTS.filter((sort) => sort !== "name"),
  "time.step": TIME_STEPS,
  "time.say": TIME_STEPS,
  "sources.kinds": ["static", "file_sd", "http_sd", "prometheus"],
  "head.themes": ["auto", "light", "dark"],
  nav: PAGES.map(({ id }) => id),
  "inventory.count": ["declared", "delivered", "healthy", "held", "busy", "missing", "ghost", "silent"],
  "inventory.about": ["declared", "delivered", "healthy", "held", "busy", "missing", "ghost", "silent"],
  "inventory.part": ["vendor", "region", "zone", "cluster", "model", "billing", "contract", "node"],
  "mapping.hint": MAPPING_HINTS,
  "inventory.hint": ["card_drop", "driver_or_all_lost", "exporter_down", "node_down", "node_removed", "never_seen"],
  "inventory.capacity.tab": ["add", "import"],
  "inventory.diff": ["added", "changed", "ended", "same"],
  "inventory.diff.kind": ["added", "changed", "ended", "same"],
  "inventory.error": [
    "file",
    "header",
    "unknown_column",
    "quote",
    "columns",
    "blank",
    "number",
    "date",
    "billing",
    "order",
    "nothing_said",
    "overlap",
  ],
  "inventory.stage": LIFE_STAGES,
  "review.states": REVIEW_STATES,
  "review.kinds": REVIEW_KINDS,
  "review.says": REVIEW_KINDS,
  "today.need": ["fault", "card_gone", "source_down", "unpriced", "no_rate"],
  "today.change": ["cards_gone", "cards_new", "priceWithoutMoney", "wasteWithoutMoney"],
  "today.status": ["critical", "warning", "unknown"],
  "tiers.workload": WORKLOADS,
  "tiers.sheet": ["fp16Tflops", "bandwidthGBs"],
  "tiers.label": LADDER_FIELDS,
  "tiers.hint": LADDER_FIELDS,
  "tiers.unit": ["ratio", "count", "hours"],
  "tiers.fault": ["number", "range", "order"],
  "tiers.name": ["p0", "p1", "p2", "p3"],
  "tiers.reason": [...TIER_REASONS, "spot_risk_observed"],
  "tiers.change": [...TIER_CHANGES, "price_known_any", "rate_known_any"],
  "pricing.tab": PRICING_TABS,
  "pricing.book.kinds": BOOK_KINDS,
  "pricing.per": PRICE_BASES,
  "pricing.basis": PRICE_BASES,
  "pricing.holes": ["no_price", "no_rate"],
  "pricing.form":
    "add correct end vendor region zone cluster contract amount currency cards from to termTo purchase months watts power".split(
      " ",
    ),
  "imports.kinds": IMPORT_KINDS,
  "imports.hint": IMPORT_KINDS,
  "imports.dialect": PRICE_LIST_DIALECTS,
  "imports.fate": ROW_FATES,
  "imports.isLists": ["auto", "list", "real"],
  "imports.applying": ["reading", "writing"],
  "imports.fault": FILE_FAULTS,
  "imports.issue": [...ROW_ERRORS, ...ROW_NOTES],
  "cardPage.readings.ranges": CARD_RANGES,
  "cardPage.readings.step": ["slot", "hour", "day"],
  "cardPage.said.names": CARD_FIELDS.map(({ name }) => name),
  "poolPage.price.bases": PRICE_BASES,
  "ledger.basis": COST_BASES,
  "ledger.basisSays": COST_BASES,
  "ledger.policy": SHARED_COST_POLICIES,
  "ledger.policySays": SHARED_COST_POLICIES,
  "ledger.booking": DIFFERENCE_CAUSES,
  "cost.tabs": COST_TABS,
  "cost.dimension": COST_DIMENSIONS,
  "cost.table": COST_SORTS.filter((sort) => sort !== "name"),
  "proof.about": PROOF_ABOUT,
  "proof.dimension": COST_DIMENSIONS,
  "proof.lines.per": PRICE_BASES,
  "features.column": FEATURE_SORTS,
  "features.loose": ["unattributed", "idle", "fault", "unknown"],
  "features.looseSays": ["unattributed", "idle", "fault", "unknown"],
  "features.page.kinds": WORK_KINDS,
  "features.days": ["direct", "shared", "other", "cost", "revenue", "margin"],
  "features.steps.names": WATERFALL,
  "features.steps.says": WATERFALL,
  "features.sources.kinds": ["promql", "push", "csv"],
  "mapping.tabs": MAPPING_TABS,
  "mapping.looksAt": MATCH_TEXTS,
  "mapping.form": [...MATCH_TEXTS, "from", "to", "fromHint", "toHint"],
  "mapping.end": ["fromHour", "forever", "fromHourSays", "foreverSays"],
  "mapping.rules.column": ["position", "name", "feature", "match", "holds", "holders", "why", "act"],
  "mapping.loose": ["namespace", "pod", "owner", "hours", "busy", "make"],
  "mapping.features.column": ["name", "key", "team", "kind", "unit", "source", "rules", "owns"],
  "mapping.yaml.act": ["add", "change", "remove", "same"],
  "mapping.yaml.kind": ["feature", "rule", "unit_price", "other_cost", "revenue", "usage"],
  "mapping.fault": MAPPING_FAULTS,
  "mapping.pattern":
    "paren bracket extraParen repeatsNothing repeatsTwice count range escape backslash perl name deep large shell ahead".split(
      " ",
    ),
  usage: ["from", "to", "edit", "end"],
  "usage.tabs": UNITS_TABS,
  "usage.sources.kinds": USAGE_KINDS,
  "usage.form": [...COUNTERS, "blankName", "blankFeature", "blankGood"],
  "usage.form.counts": ["requests", "tokens", "images", "inferences"],
  "usage.costs.kinds": OTHER_COST_KINDS,
  "usage.check": ["feature", "blank", "amount", "places", "currency", "from", "window"],
  "usage.file": ["all", "wrong"],
  "usage.file.table": USAGE_TABLES,
  "usage.fault": [...ENTRY_FAULTS, ...ROW_ERRORS],
  "alerts.lead": ["incidents", "rules", "silences", "channels"],
  "alerts.tabs": ["incidents", "rules", "silences", "channels"],
  "alerts.set": INCIDENT_SETS,
  "alerts.setSays": INCIDENT_SETS,
  "alerts.severity": SEVERITIES,
  "alerts.family": RULE_FAMILIES,
  "alerts.group": INCIDENT_GROUPINGS,
  "alerts.groupNone": INCIDENT_GROUPINGS,
  "alerts.column": ["severity", "what", "where", "since", "cards", "cost", "features", "who"],
  "alerts.suppressedBy": SUPPRESSED_BY,
  "alerts.about": ["rule", "region", "cluster", "pool", "feature", "card", "window"],
  "alerts.empty": ["suppressed", "pending", "resolved", "resolvedWindow"],
  "alerts.signal": [...HEALTH_FIELDS.map(({ name }) => name), ...DERIVED_SIGNALS, ...WIDER_SIGNALS],
  "alerts.eventName": CARD_EVENT_KINDS,
  "incident.phase": PHASES,
  "incident.action": ACTIONS,
  "incident.verdict": GANG_VERDICTS,
  "incident.timeline": INCIDENT_EVENT_KINDS,
  "incident.because": BECAUSE,
  "incident.compare.axis": ["temperature", "power", "util"],
  "incident.siblings": ["temperature", "power", "util"],
  "incident.facts.by": SUPPRESSED_BY,
  "incident.deliveries.state": OUTBOX_STATES,
  "incident.deliveries.class": DELIVERY_CLASSES,
  "incident.acts.done": ["acknowledge", "unacknowledge", "assign", "note", "silence", "resolve", "confirm"],
  "channels.kind": CHANNEL_KINDS,
  "channels.language": LANGUAGES,
  "channels.form": ["secret", "previousSecret"],
  "channels.form.secretHint": ["feishu", "dingtalk", "webhook", "telegram", "pagerduty", "email", "other"],
  "channels.form.toHint": ["email", "telegram"],
  "channels.routes": ["cluster", "region", "team", "wait", "interval", "repeat"],
  "silences.kind": ["silence", "maintenance"],
  "silences.state": ["active", "pending", "expired"],
  "silences.about": ["rule", "node", "card", ...PLACE_PARTS],
  "silences.form": ["rules", "nodes", "cards", "cluster", "region"],
  "silences.form.between": ["from", "to"],
  "incident.evidence.says": EVIDENCE_WORDS,
  "usage.refused": USAGE_REFUSALS,
  "rules.state": ["on", "off"],
  "rules.kind": CONDITION_KINDS,
  "rules.limit": ["max_operating", "slowdown"],
  "rules.clock": "idle applications powerCap slowdown sync softHeat hardHeat powerBrake display".split(" "),
  "rules.codes": ["every", "critical", "hardware_warning", "application", "codes"],
  "rules.signals": ["readings", "health", "derived"],
  "rules.presence": PRESENCE_VERDICTS,
  "rules.sourceFault": ["down", "slow", "stale"],
  "rules.scope": RULE_SCOPES,
  "rules.where": PLACE_PARTS,
  "rules.form": ["window", "quiet"],
  "rules.form.summary": ["zh", "en"],
  "rules.refused": REFUSAL_WORDS,
  "rules.lab.sum": ["pages", "total", "first", "most"],
  "rules.lab.list": ["added", "missed", "draft", "saved"],
  "patrol.guard.form": ["lower", "higher"],
  "patrol.guard.form.dutyField": ["who", "reach", "from", "to"],
  "access.link.kinds": LINK_KINDS,
  "access.failure": Object.values(FAILURE_WORDS),
  "access.fault": SIGN_IN_FAULTS,
  acts: ACTS,
  "people.column": ["name", "email", "roles", "teams", "ways", "seen", "state"],
  "people.role": ROLES,
  "people.roleSays": ROLES,
  "people.way": ["password", "proxy"],
  "people.state": ["in", "invited", "disabled"],
  "people.form": ["noTeams"],
  "account.column": ["browser", "address", "from", "seen", "ends"],
  "tokens.column": ["name", "owner", "may", "bound", "made", "ends", "used", "state", "act"],
  "tokens.state": ["good", "soon", "over", "revoked"],
  "tokens.right": PERMISSIONS,
  "audit.outcome": AUDIT_OUTCOMES,
  "audit.outcomeSays": AUDIT_OUTCOMES,
  audit: ["from", "to"],
  "audit.kind": ["person", "token", "open", "nobody", "system"],
  "audit.changes": ["added", "removed", "changed"],
  "audit.changes.hashSays": ["secret", "long"],
  approvals: ["approve", "refuse"],
  "approvals.sure": ["approve", "refuse"],
  "approvals.state": ["waiting", "approved", "refused", "expired", "failed"],
  "rules.origin": ["built_in", "tuned", "user"],
  "patrol.lead": PATROL_TABS,
  "patrol.tabs": PATROL_TABS,
  "patrol.verdict": CHECK_VERDICTS,
  "patrol.group": CHECK_GROUPS,
  "patrol.cause": [...GAP_CAUSES.filter((cause) => cause !== "none"), "not_kept"],
  "patrol.scope": SCOPE_PARTS.map(([part]) => part),
  "patrol.kind": REPORT_KINDS,
  "patrol.checks.column": ["verdict", "item", "measure", "before", "since", "history", "act"],
  "patrol.item": ["warn", "bad"],
  "patrol.item.compares": [">", ">=", "<", "<="],
  "patrol.coverage.weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  "patrol.coverage.legend": ["whole", "high", "good", "fair", "poor"],
  "patrol.reports.column": ["period", "from", "headline", "coverage", "state", "sent", "made"],
  "patrol.reports.state": RUN_STATES,
  "patrol.make.periodHint": REPORT_KINDS,
  "patrol.viewer.deliveryState": ["waiting", "sent", "failed"],
  "patrol.viewer.steps": ["backfill", "money", "before", "faults", "coverage", "other"],
  "patrol.viewer.body": ["pdf", "digest", "text"],
  "patrol.schedules.column": ["name", "when", "next", "to", "last", "act"],
  "patrol.schedules.language": LANGUAGES,
  "patrol.schedules.form.presets": REPORT_KINDS,
  "patrol.guard": ["readiness", "closing"],
  "patrol.guard.phase": ["ahead", "on", "over"],
  "patrol.guard.topic": ["headroom", "incidents", "contracts", "coverage", "changes", "duty", "rules", "cost"],
  "patrol.guard.dayKind": ["holiday", "workday", "ordinary"],
  "patrol.guard.dayColumn": ["day", "kind", "name", "act"],
  reading: ["temperature", "power", "util"],
  "head.live": ["connecting", "live", "lost", "old"],
};

function usedKeys(): Set<string> {
  const used = new Set<string>();
  for (const source of sources) {
    for (const [, key] of source.matchAll(/"([a-zA-Z]+(?:\.[a-zA-Z_]+)+)"/g)) used.add(key ?? "");
    for (const [, key] of source.matchAll(/t\([^`()]*`([^`$]+)\.\$\{[^}]+\}(?:\.(?:name|fix))?`/g)) {
      for (const member of LISTS[key ?? ""] ?? []) used.add(`${key}.${member}`);
    }
  }
  for (const act of ACTS) used.add(`acts.${act}`); // web/lib/use-act-name.ts looks them up by path
  for (const fault of COLLECT_FAULTS) for (const part of ["name", "fix"]) used.add(`fault.${fault}.${part}`);
  for (const kind of ["not_yet", "stalled", "cannot_write"])
    for (const part of ["title", "says", "fix"]) used.add(`alerts.trouble.${kind}.${part}`);
  return used;
}

describe("the catalogues", () => {
  test("say the same things in both languages", () => {
    expect(withoutPlural(chinese.keys())).toEqual(withoutPlural(english.keys()));
  });

  test("fill in the same values", () => {
    const holes = (text: string | undefined) => new Set([...(text ?? "").matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]));
    for (const [key, text] of chinese) expect([key, holes(text)]).toEqual([key, holes(english.get(key))]);
  });

  test("have a sentence for each state, reason, cause, fault and event there is", () => {
    const said = withoutPlural(english.keys());
    for (const [list, members] of Object.entries(LISTS))
      for (const member of members) expect(said).toContain(`${list}.${member}`);
    for (const fault of COLLECT_FAULTS) expect(said).toContain(`fault.${fault}.fix`);
  });

  test("hold nothing that no page says", () => {
    const used = usedKeys();
    expect([...withoutPlural(english.keys())].filter((key) => !used.has(key))).toEqual([]);
  });

  test("are not mixed: English has no Chinese in it, Chinese sentences are Chinese", () => {
    const han = /\p{Script=Han}/u;
    expect([...english].filter(([, text]) => han.test(text))).toEqual([]);
    const names =
      /^(UUID|Kubernetes|XID \{\{code\}\}|Prometheus|Tensor|Slack webhook|PagerDuty Events v2|Alertmanager (webhook v4|API v2)|Standard Webhooks|Routing key.*|whsec_…|\{\{.*\}\}( \/ \{\{.*\}\})?)$/;
    expect([...chinese].filter(([, text]) => !han.test(text) && !names.test(text))).toEqual([]);
  });

  test("speak whole sentences: no page glues two of them with a plus", () => {
    expect(sources.filter((source) => /t\([^)]*\)\s*\+|\+\s*t\(/.test(source))).toEqual([]);
  });
});

test("no page puts markup in from outside", () => {
  expect(
    sources.filter((source) => /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/.test(source)),
  ).toEqual([]);
});

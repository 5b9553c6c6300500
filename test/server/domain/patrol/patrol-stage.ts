import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import type {
  PatrolCard,
  PatrolFacts,
  PatrolIncident,
  PatrolMoney,
  PatrolWatch,
} from "../../../../server/domain/patrol/patrol-facts.ts";

export const FROM = unixMs(Date.UTC(2026, 10, 9));
export const TO = unixMs(FROM + DAY_MS);

/** A card that was ours and seen the whole day: 60 % busy, a little idle, cool. */
export const aCard = (uuid: string, more: Partial<PatrolCard> = {}): PatrolCard => ({
  uuid,
  node: `node-${uuid}`,
  model: "A100-80G-SXM",
  poolId: 1,
  ownedMs: DAY_MS,
  observedMs: DAY_MS,
  busyMs: 0.6 * DAY_MS,
  idleHeldMs: 0.3 * DAY_MS,
  freeMs: 0.1 * DAY_MS,
  faultMs: 0,
  temperatureMax: 61,
  memoryTemperatureMax: 70,
  eccCorrected: 0,
  eccUncorrected: 0,
  rowsRemapped: 0,
  pcieReplays: 0,
  nvlinkErrors: 0,
  throttledMs: 0,
  ...more,
});

export const CARDS: readonly PatrolCard[] = Array.from({ length: 20 }, (_, i) => aCard(`GPU-${i}`));
/** The first card as it is told, the others well. */
export const withCard = (more: Partial<PatrolCard>): Pick<PatrolFacts, "cards"> => ({
  cards: CARDS.map((card, i) => (i === 0 ? { ...card, ...more } : card)),
});
export const withCards = (some: number, more: Partial<PatrolCard>): Pick<PatrolFacts, "cards"> => ({
  cards: CARDS.map((card, i) => (i < some ? { ...card, ...more } : card)),
});

export const anIncident = (ruleId: string, more: Partial<PatrolIncident> = {}): PatrolIncident => ({
  id: 1,
  ruleId,
  family: BUILT_IN_RULES.find(({ id }) => id === ruleId)?.family ?? "custom",
  severity: "P2",
  subject: "node-a",
  firedAt: unixMs(FROM + HOUR_MS),
  resolvedAt: unixMs(FROM + 2 * HOUR_MS),
  ackedAt: unixMs(FROM + HOUR_MS + 60_000),
  isFlapping: false,
  isSuppressed: false,
  ...more,
});

export const MONEY: PatrolMoney = {
  days: 1,
  costMicro: 1_000_000_000n,
  idleMicro: 100_000_000n,
  unattributedMicro: 10_000_000n,
  ownedMs: 20 * DAY_MS,
  unpricedMs: 0,
};

export const WATCH: PatrolWatch = {
  at: TO,
  startedAt: unixMs(FROM - DAY_MS),
  atWork: [{ from: unixMs(FROM - DAY_MS), to: TO }],
  rules: BUILT_IN_RULES.map(({ id, family }) => ({ id, family, isEnabled: true, isSaid: true, hasFault: false })),
  sources: [{ name: "dcgm", targets: 20, down: 0 }],
  isJudging: true,
  cannotWrite: "",
};

/** A day on which everything is well, and everything known. */
export const WELL: PatrolFacts = {
  from: FROM,
  to: TO,
  through: TO,
  cards: CARDS,
  events: [],
  incidents: [],
  causes: [],
  money: MONEY,
  terms: [{ name: "cloud-a", endsAt: unixMs(TO + 60 * DAY_MS), cards: 20 }],
  features: [{ name: "chat", costMicro: 500_000_000n, marginMicro: 100_000_000n }],
  messages: { delivered: 3, dead: 0, waiting: 0 },
  channels: { enabled: 2, routes: 1, failing: [] },
  silences: [],
  watch: WATCH,
};

/** A day nobody knows anything of. */
export const NOTHING: PatrolFacts = {
  ...WELL,
  through: FROM,
  cards: [],
  causes: null,
  money: null,
  terms: [],
  features: null,
  messages: { delivered: 0, dead: 0, waiting: 0 },
  channels: null,
  watch: null,
};

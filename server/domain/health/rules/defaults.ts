import type { Rule } from "../../../../db/model/rule.ts";

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** What most rules about a card have in common. A minute of evident health before it is over: two readings of an exporter. */
export const CARD_RULE = { scope: "card", forMs: 0, keepFiringMs: MINUTE, where: {} } as const satisfies Partial<Rule>;

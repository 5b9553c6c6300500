import type { State } from "./state.ts";

const story = { cards: 1_000 };
const HOSTILE = { ...story, mood: "hostile" } as const;
const SAYS_HOSTILE = ["window.__hacked", "window.__hacked"] as const;

/** Rules with their form and lab, silences, channels and routes: none, few and many of them. */
export const ALERT_DESKS_STATES: readonly State[] = [
  {
    name: "rule-lab",
    whole: true,
    story,
    at: "/alerts/rules",
    act: "tune",
    says: ["每天通知次数", "Pages a day"],
  },
  { name: "rules-hostile", story: { ...HOSTILE, desks: 60 }, at: "/alerts/rules", says: SAYS_HOSTILE },
  {
    name: "rule-320",
    story: HOSTILE,
    at: "/alerts/rules",
    width: 320,
    act: "tune",
    says: ["首次发现", "First detection"],
  },
  {
    name: "silences-0",
    story: { ...story, desks: 0 },
    at: "/alerts/silences",
    says: ["没有静默", "Nothing is silenced"],
  },
  { name: "silences-200", story: { ...HOSTILE, desks: 200 }, at: "/alerts/silences", says: SAYS_HOSTILE },
  {
    name: "channels-0",
    story: { ...story, desks: 0 },
    at: "/alerts/channels",
    says: ["没有人会收到通知", "Nobody is told"],
  },
  { name: "channels-40", whole: true, story: { ...HOSTILE, desks: 40 }, at: "/alerts/channels", says: SAYS_HOSTILE },
];

import type { State } from "./state.ts";

const story = { cards: 1_000 };

/** The list of incidents and the page of one. */
export const ALERTS_STATES: readonly State[] = [
  {
    name: "alerts-0",
    story: { ...story, incidents: 0 },
    at: "/alerts",
    says: ["正盯着 1,000 张卡", "watch 1,000 cards"],
  },
  { name: "alerts-1", story: { ...story, incidents: 1 }, at: "/alerts", says: ["掉了", "dropped"] },
  {
    name: "alerts-3000",
    whole: true,
    story: { ...story, incidents: 3_000 },
    at: "/alerts?group=node",
    says: ["2,159", "2,159"],
  },
  {
    name: "alerts-hostile",
    story: { ...story, mood: "hostile", incidents: 60 },
    at: "/alerts?group=feature",
    says: ["window.__hacked", "window.__hacked"],
  },
  {
    name: "alerts-no-match",
    story,
    at: "/alerts?q=nothing&severity=P1&card=GPU-1",
    says: ["没有符合条件的事件", "No incident matches"],
  },
  {
    name: "alerts-stalled",
    story: { ...story, mood: "partial" },
    at: "/alerts?set=suppressed",
    says: ["规则没有在判断", "not being judged"],
  },
  { name: "alerts-error", story: { ...story, mood: "error" }, at: "/alerts", says: ["错误编号", "Error id"] },
  { name: "alerts-loading", story: { ...story, mood: "loading" }, at: "/alerts", says: ["", ""] },
  { name: "alerts-320", story, at: "/alerts", width: 320, says: ["另有", "not priced"] },
  {
    name: "incident",
    whole: true,
    story,
    at: "/alerts/incidents/4008",
    says: ["先排空节点，再复位 GPU", "drain the node, then reset the GPU"],
  },
  {
    name: "incident-hostile",
    story: { ...story, mood: "hostile", incidents: 60 },
    at: "/alerts/incidents/4058",
    says: ["window.__hacked", "window.__hacked"],
  },
  {
    name: "incident-of-feature",
    story,
    at: "/alerts/incidents/4003",
    says: ["没有读数可看", "no readings to show"],
  },
  { name: "incident-320", story, at: "/alerts/incidents/4001", width: 320, says: ["静默 2 小时", "Silence 2 h"] },
  { name: "incident-none", story, at: "/alerts/incidents/x", says: ["没有这个事件", "No such incident"] },
];

import type { State } from "./state.ts";

const story = { cards: 1_000 };

export const MAPPING_STATES: readonly State[] = [
  { name: "mapping-rules", whole: true, story, at: "/mapping", says: ["谁还没有归属", "Who is not mapped"] },
  { name: "mapping-0", story: { ...story, features: 0 }, at: "/mapping", says: ["还没有规则", "No rules yet"] },
  {
    name: "mapping-form",
    story,
    at: "/mapping?form=add&namespace=sandbox",
    says: ["个未归属占用者", "unattributed holders:"],
  },
  {
    name: "mapping-200",
    story: { cards: 10_000 },
    at: "/mapping?rule=Search%20ranking%204,%20production&id=43&form=end",
    says: ["整段时间都收回", "Take it back for all time"],
  },
  {
    name: "mapping-hostile",
    story: { ...story, mood: "hostile" },
    at: "/mapping?id=1&form=edit",
    says: ["onerror", "onerror"],
  },
  {
    name: "mapping-feature",
    story,
    at: "/mapping?tab=features&feature=chat-assist&form=edit",
    says: ["当前", "now"],
  },
  { name: "mapping-yaml", story, at: "/mapping?tab=yaml", says: ["应该是什么样", "What shall be"] },
];

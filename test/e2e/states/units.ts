import type { State } from "./state.ts";

const story = { cards: 1_000 };

export const UNITS_STATES: readonly State[] = [
  { name: "units-sources", whole: true, story, at: "/units", says: ["程序怎样推送", "How do programs push"] },
  {
    name: "units-source-form",
    story,
    at: "/units?form=edit&about=chat-assist&source=gateway",
    says: ["每次计数折合", "Units per count"],
  },
  {
    name: "units-prices",
    story: { cards: 10_000 },
    at: "/units?tab=prices",
    says: ["每个单位卖", "What does a unit sell"],
  },
  {
    name: "units-hostile",
    story: { ...story, mood: "hostile" },
    at: "/units?tab=costs&form=edit&id=3",
    says: ["第三方", "Third party"],
  },
  { name: "units-320", story, at: "/units?tab=import", width: 320, says: ["选择文件", "choose a file"] },
  { name: "units-0", story: { ...story, features: 0 }, at: "/units", says: ["还没有功能", "no features yet"] },
];

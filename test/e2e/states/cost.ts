import type { State } from "./state.ts";

export const COST_STATES: readonly State[] = [
  { name: "cost-0", story: { cards: 0 }, at: "/cost", says: ["还没有入账的卡时", "No card-time was booked"] },
  {
    name: "cost-1000",
    whole: true,
    story: { cards: 1_000, booking: true },
    at: "/cost?by=state",
    says: ["空闲与占而未用", "Free and held idle"],
  },
  { name: "cost-pools", story: { cards: 10_000 }, at: "/cost?by=pool&days=90", says: ["其余 662 项", "662 others"] },
  { name: "cost-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/cost?by=team", says: ["onerror", "onerror"] },
  {
    name: "cost-320",
    story: { cards: 1_000 },
    at: "/cost?by=region&days-as=table&days=7",
    width: 320,
    says: ["截至目前", "so far"],
  },
  {
    name: "cost-pivot",
    whole: true,
    story: { cards: 1_000 },
    at: "/cost?tab=pivot&by=region&columns=tier",
    says: ["未评定", "not judged"],
  },
];

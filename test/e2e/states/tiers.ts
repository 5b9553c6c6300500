import type { State } from "./state.ts";

export const TIERS_STATES: readonly State[] = [
  { name: "tiers-0", whole: true, story: { cards: 0 }, at: "/tiers", says: ["没有层级变化", "No tier changed"] },
  { name: "tiers-1000", whole: true, story: { cards: 1_000 }, at: "/tiers", says: ["首次出现", "first seen"] },
  {
    name: "tiers-all",
    story: { cards: 1_000 },
    at: "/tiers?models=all&days=365",
    says: ["Ascend910B1", "Ascend910B1"],
  },
  { name: "tiers-loading", story: { cards: 1_000, mood: "loading" }, at: "/tiers", says: ["", ""] },
  { name: "tiers-error", story: { cards: 1_000, mood: "error" }, at: "/tiers", says: ["重试", "Try again"] },
  { name: "tiers-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/tiers", says: ["<script>", "<script>"] },
  { name: "tiers-320", story: { cards: 1_000 }, at: "/tiers", width: 320, says: ["P1 上限", "P1 up to"] },
];

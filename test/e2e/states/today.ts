import type { State } from "./state.ts";

export const TODAY_STATES: readonly State[] = [
  { name: "today-0", whole: true, story: { cards: 0 }, at: "/today", says: ["还没有卡", "No cards yet"] },
  { name: "today-1", story: { cards: 1 }, at: "/today", says: ["没有变化", "Nothing changed"] },
  { name: "today-1000", whole: true, story: { cards: 1_000 }, at: "/today", says: ["掉了", "dropped from"] },
  { name: "today-loading", story: { cards: 1_000, mood: "loading" }, at: "/today", says: ["", ""] },
  { name: "today-error", story: { cards: 1_000, mood: "error" }, at: "/today", says: ["错误编号", "Error id"] },
  { name: "today-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/today", says: ["<script>", "<script>"] },
  { name: "today-320", story: { cards: 1_000 }, at: "/today", width: 320, says: ["掉了", "dropped from"] },
];

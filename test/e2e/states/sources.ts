import type { State } from "./state.ts";

export const SOURCES_STATES: readonly State[] = [
  { name: "sources-0", whole: true, story: { cards: 0 }, at: "/sources", says: ["还没有数据源", "No sources yet"] },
  { name: "sources-1", story: { cards: 1 }, at: "/sources", says: ["静态列表", "Static list"] },
  {
    name: "sources-1000",
    whole: true,
    story: { cards: 1_000 },
    at: "/sources?open=gpu-nodes",
    says: ["连不上", "Cannot connect"],
  },
  {
    name: "sources-10000",

    story: { cards: 10_000 },
    at: "/sources?open=gpu-nodes&down=1",
    says: ["25 / 25", "25 of 25"],
  },
  { name: "sources-error", story: { cards: 1_000, mood: "error" }, at: "/sources", says: ["重试", "Try again"] },
  {
    name: "sources-partial",
    story: { cards: 1_000, mood: "partial" },
    at: "/sources?open=gpu-nodes",
    says: ["错误编号", "Error id"],
  },
  { name: "sources-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/sources", says: ["<script>", "<script>"] },
];

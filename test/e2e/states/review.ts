import type { State } from "./state.ts";

export const REVIEW_PAGE_STATES: readonly State[] = [
  { name: "review-0", whole: true, story: { cards: 0 }, at: "/review", says: ["没有要处理的", "Nothing to act on"] },
  { name: "review-1000", whole: true, story: { cards: 1_000 }, at: "/review?open=1", says: ["GPU-", "GPU-"] },
  { name: "review-done", story: { cards: 1_000 }, at: "/review?state=done&open=11", says: ["实测", "Measured from"] },
  {
    name: "review-no-match",
    story: { cards: 1_000 },
    at: "/review?state=accepted&kind=oversized",
    says: ["没有这类建议", "No advice of this kind"],
  },
  { name: "review-error", story: { cards: 1_000, mood: "error" }, at: "/review", says: ["重试", "Try again"] },
  { name: "review-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/review", says: ["<script>", "<script>"] },
  { name: "review-320", story: { cards: 1_000 }, at: "/review", width: 320, says: ["每天可省", "Saves a day"] },
];

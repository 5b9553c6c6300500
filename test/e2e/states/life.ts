import { fixtureFleet } from "../fixture-fleet.ts";
import type { State } from "./state.ts";

const rows = fixtureFleet(1_000).rows;
const busy = rows.find((row) => row.state === "busy");
const unknown = rows.find((row) => row.state === "unknown");
const card = `/cards/${busy?.uuid}`;

/** The pages of one card and one pool. */
export const LIFE_STATES: readonly State[] = [
  { name: "life-card", whole: true, story: { cards: 1_000 }, at: card, says: ["最近 14 天", "in the last 14 days"] },
  { name: "life-card-14d", story: { cards: 1_000 }, at: `${card}?range=14d`, says: ["每小时一点", "hour by hour"] },
  { name: "life-card-1y", story: { cards: 1_000 }, at: `${card}?range=1y`, says: ["只保留 90 天", "kept for 90 days"] },
  { name: "life-card-table", story: { cards: 1_000 }, at: `${card}?as=table`, says: ["不可纠正", "uncorrected"] },
  {
    name: "life-card-unknown-state",
    story: { cards: 1_000 },
    at: `/cards/${unknown?.uuid}`,
    says: ["读数已失效", "has run out"],
  },
  {
    name: "life-card-not-there",
    fails: true,
    story: { cards: 1_000 },
    at: "/cards/GPU-cut-short",
    says: ["没有这个 UUID 的卡", "No card with this UUID"],
  },
  { name: "life-card-loading", story: { cards: 1_000, mood: "loading" }, at: card, says: ["", ""] },
  { name: "life-card-error", story: { cards: 1_000, mood: "error" }, at: card, says: ["错误编号", "Error id"] },
  { name: "life-card-stale", story: { cards: 1_000, mood: "stale" }, at: card, says: ["陈旧", "Stale"] },
  {
    name: "life-card-hostile",
    story: { cards: 1_000, mood: "hostile" },
    at: card,
    says: ["<script>", "<script>"],
  },
  { name: "life-card-320", story: { cards: 1_000 }, at: card, width: 320, says: ["最近 14 天", "in the last 14 days"] },
  {
    name: "life-pool",
    whole: true,
    story: { cards: 1_000 },
    at: "/pools/2",
    says: ["过去和将来的价格", "what will it"],
  },
  {
    name: "life-pool-table",
    story: { cards: 1_000 },
    at: "/pools/2?use=table&price=table",
    says: ["列表价", "list price"],
  },
  {
    name: "life-pool-unpriced",
    story: { cards: 1_000 },
    at: "/pools/10",
    says: ["都没有适用于它的价格", "No price applies to this pool"],
  },
  { name: "life-pool-1", story: { cards: 1 }, at: "/pools/1", says: ["只有这个资源池有", "the only pool with"] },
  {
    name: "life-pool-not-there",
    fails: true,
    story: { cards: 1_000 },
    at: "/pools/4711",
    says: ["没有这个资源池", "No such pool"],
  },
  { name: "life-pool-no-number", story: { cards: 1_000 }, at: "/pools/x", says: ["没有这个资源池", "No such pool"] },
  { name: "life-pool-loading", story: { cards: 1_000, mood: "loading" }, at: "/pools/2", says: ["", ""] },
  { name: "life-pool-error", story: { cards: 1_000, mood: "error" }, at: "/pools/2", says: ["错误编号", "Error id"] },
  {
    name: "life-pool-hostile",
    story: { cards: 1_000, mood: "hostile" },
    at: "/pools/2",
    says: ["<script>", "<script>"],
  },
  { name: "life-pool-320", story: { cards: 1_000 }, at: "/pools/2", width: 320, says: ["池中的卡", "Its cards"] },
];

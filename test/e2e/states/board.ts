import { fixtureFleet } from "../fixture-fleet.ts";
import type { State } from "./state.ts";

const busy = fixtureFleet(1_000).rows.find((row) => row.state === "busy");
const unknown = fixtureFleet(1_000).rows.find((row) => row.state === "unknown");

export const BOARD_STATES: readonly State[] = [
  { name: "board-0", whole: true, story: { cards: 0 }, at: "/board", says: ["还没有卡", "No cards yet"] },
  { name: "board-1", whole: true, story: { cards: 1 }, at: "/board?by=billing", says: ["包年包月", "Monthly"] },
  { name: "board-1000", whole: true, story: { cards: 1_000 }, at: "/board", says: ["占而未用", "Held idle"] },
  { name: "board-10000", whole: true, story: { cards: 10_000 }, at: "/board", says: ["10,000", "10,000"] },
  {
    name: "board-narrowed",
    story: { cards: 1_000 },
    at: "/board?vendor=vendor-a&by=region&sort=-util24h",
    says: ["显示全部卡", "Show all cards"],
  },
  {
    name: "board-table",
    story: { cards: 1_000 },
    at: "/board?tab=history&history=table",
    act: "lower",
    says: ["这一小时没有记录", "No record of this hour"],
  },
  {
    name: "board-no-match",
    story: { cards: 1_000 },
    at: "/board?q=nothing-is-called-so&tab=cards",
    act: "lower",
    says: ["没有符合条件的卡", "No card matches"],
  },
  { name: "board-loading", story: { cards: 1_000, mood: "loading" }, at: "/board", says: ["", ""] },
  { name: "board-error", story: { cards: 1_000, mood: "error" }, at: "/board", says: ["错误编号", "Error id"] },
  {
    name: "board-no-pool",
    story: { cards: 1_000 },
    at: "/board?vendor=nobody",
    says: ["没有符合条件的卡", "No card matches"],
  },
  {
    name: "board-past",

    story: { cards: 1_000 },
    at: "/board?at=2026-11-21T14:05Z&size=cost&colour=waste",
    says: ["按当时所知", "as they were known then"],
  },
  {
    name: "board-past-known-now",
    story: { cards: 1_000 },
    at: "/board?at=2026-11-21T14:05Z&known=now&wall=node",
    says: ["部分按价格库推算", "partly from the price book"],
  },
  {
    name: "board-map-table",
    story: { cards: 1_000 },
    at: "/board?vendor=vendor-a&map=table&colour=utilisation&vs=week",
    says: ["全部厂商", "All vendors"],
  },
  {
    name: "board-pivot",

    story: { cards: 10_000 },
    at: "/board?by=vendor&by=tier&by=model&psort=-idle",
    act: "lower",
    says: ["未定价", "unpriced"],
  },
  {
    name: "board-pivot-comfortable",
    story: { cards: 1_000, mood: "hostile" },
    at: "/board?rows=comfortable&by=vendor&by=region",
    act: "lower",
    says: ["<script>", "<script>"],
  },
  {
    name: "board-cards",

    story: { cards: 1_000 },
    at: "/board?tab=cards",
    act: "lower",
    says: ["卡时单价", "Price / card-hour"],
  },
  {
    name: "board-wall",
    story: { cards: 10_000 },
    at: "/board?wall=node&state=fault&state=idle_held",
    act: "wall",
    says: ["方向键", "Arrow keys"],
  },
  {
    name: "board-views",
    story: { cards: 1_000 },
    at: "/board?vendor=vendor-b",
    act: "views",
    says: ["没有保存过视图", "No view is saved"],
  },
  {
    name: "board-error-lower",
    story: { cards: 1_000, mood: "partial" },
    at: "/board?tab=history",
    act: "lower",
    says: ["错误编号", "Error id"],
  },
  {
    name: "board-partial",
    story: { cards: 1_000, mood: "partial" },
    at: "/board",
    says: ["页面其余部分不受影响", "The rest of the page still works"],
  },
  {
    name: "board-stale",
    story: { cards: 1_000, mood: "stale" },
    at: "/board",
    says: ["数据已陈旧", "Stale: nothing newer"],
  },
  { name: "board-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/board", says: ["<script>", "<script>"] },
  {
    name: "board-320",

    story: { cards: 1_000 },
    at: "/board",
    width: 320,
    says: ["占而未用", "Held idle"],
  },
  { name: "board-palette", story: { cards: 1_000 }, at: "/board", act: "palette", says: ["数据源", "Sources"] },
  {
    name: "board-help",
    story: { cards: 1_000 },
    at: "/board",
    act: "help",
    says: ["启用单键快捷键", "Single-letter shortcuts"],
  },
  { name: "board-facet", story: { cards: 1_000 }, at: "/board", act: "facet", says: ["A100-80G-SXM", "A100-80G-SXM"] },
  {
    name: "card",

    story: { cards: 1_000 },
    at: `/board?card=${busy?.uuid}`,
    says: ["最近一天过得怎样", "How was its last day"],
  },
  {
    name: "card-unknown-state",
    story: { cards: 1_000 },
    at: `/board?card=${unknown?.uuid}`,
    says: ["exporter", "exporter"],
  },
  {
    name: "card-table",
    story: { cards: 1_000 },
    at: `/board?card=${busy?.uuid}&day=table`,
    says: ["缺失", "Missing"],
  },
  {
    name: "card-not-there",
    fails: true,
    story: { cards: 1_000 },
    at: "/board?card=GPU-cut-short",
    says: ["没有这个 UUID 的卡", "No card with this UUID"],
  },
  {
    name: "card-hostile",
    story: { cards: 1_000, mood: "hostile" },
    at: `/board?card=${busy?.uuid}`,
    says: ["window.__hacked", "window.__hacked"],
  },
  {
    name: "card-320",
    story: { cards: 1_000 },
    at: `/board?card=${busy?.uuid}`,
    width: 320,
    says: ["最近一天过得怎样", "How was its last day"],
  },
];

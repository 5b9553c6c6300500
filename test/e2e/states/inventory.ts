import { fixtureFleet } from "../fixture-fleet.ts";
import type { State } from "./state.ts";

const card = fixtureFleet(1_000).rows[7]?.uuid ?? "";

export const INVENTORY_PAGE_STATES: readonly State[] = [
  {
    name: "inventory-0",
    whole: true,
    story: { cards: 0 },
    at: "/inventory",
    says: ["还没有申报", "Nothing is declared"],
  },
  { name: "inventory-1", story: { cards: 1 }, at: "/inventory", says: ["缺卡", "Missing"] },
  { name: "inventory-1000", whole: true, story: { cards: 1_000 }, at: "/inventory", says: ["掉卡", "dropped"] },
  { name: "inventory-10000", story: { cards: 10_000 }, at: "/inventory?nodes=all", says: ["10,000", "10,000"] },
  {
    name: "inventory-declare",
    story: { cards: 1_000 },
    at: "/inventory?tab=add",
    says: ["合同号", "Contract"],
  },
  {
    name: "inventory-import",
    story: { cards: 1_000 },
    at: "/inventory?tab=import",
    says: ["预览", "Preview"],
  },
  {
    name: "inventory-life",

    story: { cards: 1_000 },
    at: `/inventory?card=${card}`,
    says: ["接替", "took the place of"],
  },
  { name: "inventory-error", story: { cards: 1_000, mood: "error" }, at: "/inventory", says: ["重试", "Try again"] },
  { name: "inventory-loading", story: { cards: 1_000, mood: "loading" }, at: "/inventory", says: ["", ""] },
  {
    name: "inventory-hostile",
    story: { cards: 1_000, mood: "hostile" },
    at: "/inventory?nodes=all",
    says: ["<script>", "<script>"],
  },
  { name: "inventory-320", story: { cards: 1_000 }, at: "/inventory", width: 320, says: ["申报", "Declared"] },
];

import type { State } from "./state.ts";

const story = { cards: 1_000 };

export const PRICING_STATES: readonly State[] = [
  { name: "pricing-0", whole: true, story: { cards: 0 }, at: "/pricing", says: ["导入价目表", "Import a price list"] },
  { name: "pricing-1000", whole: true, story, at: "/pricing", says: ["缺少 EUR", "No exchange rate for EUR"] },
  { name: "pricing-one", story, at: "/pricing?price=1", says: ["contracts of 2026", "contracts of 2026"] },
  { name: "pricing-add", story, at: "/pricing?form=add&pool=8", says: ["查看差额", "Show the difference"] },
  { name: "pricing-correct", story, at: "/pricing?price=2&form=correct", says: ["更正价格", "Correct a price"] },
  { name: "pricing-no-match", story, at: "/pricing?q=nobody", says: ["清除搜索", "Clear search"] },
  { name: "pricing-holes", story, at: "/pricing?tab=holes", says: ["给它定价", "Price it"] },
  { name: "pricing-holes-0", story: { cards: 0 }, at: "/pricing?tab=holes", says: ["全部有价格", "has a price"] },
  { name: "pricing-rates", story, at: "/pricing?tab=rates", says: ["7.1093", "7.1093"] },
  { name: "pricing-rates-0", story: { cards: 0 }, at: "/pricing?tab=rates", says: ["还没有汇率", "No rates yet"] },
  { name: "pricing-import", story, at: "/pricing?tab=import", says: ["选择文件", "choose a file"] },
  { name: "pricing-loading", story: { ...story, mood: "loading" }, at: "/pricing", says: ["", ""] },
  {
    name: "pricing-error",
    story: { ...story, mood: "error" },
    at: "/pricing",
    says: ["重试", "Try again"],
    fails: true,
  },
  {
    name: "pricing-hostile",
    story: { ...story, mood: "hostile" },
    at: "/pricing?price=1",
    says: ["<script>", "<script>"],
  },
  { name: "pricing-320", story, at: "/pricing", width: 320, says: ["当前生效", "In force now"] },
];

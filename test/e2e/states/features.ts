import type { State } from "./state.ts";

const proof = (inner: string): string => `proof=${encodeURIComponent(inner)}`;
const OF_PHOTO =
  "about=margin&from=2026-10-24&to=2026-11-22&feature=photo-restore&state=busy&state=idle_held&state=starting";

export const FEATURES_STATES: readonly State[] = [
  {
    name: "features-0",
    story: { cards: 1_000, features: 0 },
    at: "/features",
    says: ["还没有功能", "No features yet"],
  },
  {
    name: "features-1",
    story: { cards: 1_000, features: 1 },
    at: "/features?policy=owner",
    says: ["由归属方承担", "Chat assist"],
  },
  {
    name: "features-12",
    whole: true,
    story: { cards: 1_000, booking: true },
    at: "/features",
    says: ["未归属", "Unattributed"],
  },
  {
    name: "features-200",
    story: { cards: 10_000 },
    at: "/features?policy=spread&basis=usage&sort=margin&days=90",
    says: ["按用量分摊", "spread over features"],
  },
  { name: "features-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/features", says: ["onerror", "onerror"] },
  { name: "features-320", story: { cards: 1_000 }, at: "/features?days=7", width: 320, says: ["合计", "Total"] },
  {
    name: "feature",
    whole: true,
    story: { cards: 1_000 },
    at: "/features/photo-restore?policy=spread",
    says: ["从列表价到毛利", "How does list price"],
  },
  {
    name: "feature-silent",
    story: { cards: 1_000 },
    at: "/features/vision-pretraining?days-as=table&steps-as=table",
    says: ["没有人提供它的收入", "Nobody said what it earns"],
  },
  {
    name: "proof",
    story: { cards: 1_000 },
    at: `/features?policy=spread&${proof(OF_PHOTO)}`,
    says: ["毛利是怎么算出来的", "How does this margin come about"],
  },
];

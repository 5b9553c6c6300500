import type { KnownHolder } from "../../../../db/model/feature.ts";

/** A holder of the chat service. */
export const aHolder = (over: Partial<KnownHolder> = {}): KnownHolder => ({
  id: 1,
  cluster: "k1",
  namespace: "chat",
  pod: "chat-7d9f-abcde",
  container: "main",
  owner: "Deployment/chat",
  labels: new Map(),
  ...over,
});

/**
 * Why a stretch of a card's time was not observed. The index is stored: append, never reorder.
 * Each cause is stated from evidence; without any it is `no_reading`.
 */
export const GAP_CAUSES = [
  "none", // nothing is missing
  "no_reading", // the last reading ran out and nobody said why
  "source_down", // the exporter or Prometheus could not be read
  "card_gone", // its exporter answered, and did not name the card
  "dapan_down", // Dapan itself was not running
  "not_yet_seen", // owned by declaration, never read
  "node_down", // Kubernetes or all its exporters said the node was down
] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

/** Why a scrape or pull brought nothing; shown on the sources page, counted in our own metrics. */
export const COLLECT_FAULTS = [
  "refused_by_policy", // the egress policy does not allow the address
  "dns",
  "connect",
  "tls",
  "timeout",
  "http_status",
  "redirect",
  "content_encoding",
  "content_type",
  "body_size_limit",
  "sample_limit",
  "label_limit",
  "malformed",
  "truncated",
  "empty", // a well-formed answer without a card in it
  "partial", // Prometheus said its answer is not whole
  "overloaded", // 429, 503, query limits
  "bad_config",
] as const;
export type CollectFault = (typeof COLLECT_FAULTS)[number];

import { soldIn } from "../collectors/simulator/business.ts";
import type { Fleet } from "../collectors/simulator/fleet.ts";
import type { Clock } from "../db/model/clock.ts";
import { MICRO } from "../db/model/money.ts";
import { DAY_MS, HOUR_MS, hourOf, MINUTE_MS, shift } from "../db/model/time.ts";
import { type UnixMs, unixMs } from "../db/model/units.ts";
import type { UsageEntry } from "../db/model/usage-views.ts";
import type { ConfigHolder, Deps } from "./context.ts";
import { applyYaml, previewYaml } from "./usecases/mapping/catalogue.ts";

const NOTE = { who: "platform", why: "features of the simulated fleet", source: "demo" };

export type DemoFeatureParts = Pick<Deps, "features" | "usage" | "clock"> & {
  readonly config: Pick<ConfigHolder, "current">;
};

/**
 * Writes the features of the simulated fleet as a person would: one features.yaml, applied. Figures are invented, of the
 * size one meets.
 *
 * What there is to see: services that earn, one that is sold below what its cards cost (avatar-video), one nobody has
 * said a price for (doc-ocr), one nobody counts (search-rerank), trainings and notebooks that sell nothing, and a
 * namespace no rule takes (embedding-refresh). Pools of us-west are kept for chat-assist: under the policy "owner" their idle
 * time is its own, and what looks like a gain is less of one, or none. Once there are features it leaves them alone.
 */
export async function seedDemoFeatures(parts: DemoFeatureParts, historyDays: number): Promise<void> {
  if (parts.features.list().length > 0) return;
  const day = (days: number) =>
    new Date(shift(parts.clock.now(), days * DAY_MS)).toLocaleDateString("sv-SE", {
      timeZone: parts.config.current().timeZone,
    });
  const text = catalogue(day(-historyDays - 2), day(-3));
  const { faults, fingerprint } = await previewYaml(parts, text);
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`the demo's own features.yaml is wrong: ${fault.where}: ${fault.hint}`);
  await applyYaml(parts, text, fingerprint, NOTE);
}

/** @param start day from which all of it holds @param raised day on which a price was raised */
function catalogue(start: string, raised: string): string {
  const lines = [
    "features:",
    ...FEATURES.map(
      ([key, name, team, kind, unit]) =>
        `  - {key: ${key}, name: ${name}, team: ${team}, kind: ${kind}${unit === "" ? "" : `, unit: ${unit}`}${
          key === OWNER.key ? `, owns: [${OWNER.pools}]` : ""
        }}`,
    ),
    "rules:",
    ...FEATURES.map(([key]) => `  - {name: ${key}, feature: ${key}, match: {namespace: ${key}}}`),
    "  - {name: upscaling, feature: photo-restore, match: {namespace: batch-upscale}}",
    "  - {name: transcoding, feature: avatar-video, match: {namespace: video-transcode}}",
    "unitPrices:",
    `  - {feature: photo-restore, price: 0.02, currency: CNY, from: ${start}, to: ${raised}}`,
    `  - {feature: photo-restore, price: 0.022, currency: CNY, from: ${raised}}`,
    ...PRICES.map(
      ([feature, price, currency]) =>
        `  - {feature: ${feature}, price: ${price}, currency: ${currency}, from: ${start}}`,
    ),
    "otherCosts:",
    ...OTHER_COSTS.map(
      ([feature, kind, note, perDay, currency]) =>
        `  - {feature: ${feature}, kind: ${kind}, note: ${note}, perDay: ${perDay}, currency: ${currency}, from: ${start}}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Key, name, team, kind of work, unit. Keys are the namespaces of collectors/simulator/features.ts. */
const FEATURES = [
  ["photo-restore", "Photo restore", "imaging", "inference", "image"],
  ["avatar-video", "Avatar video", "video", "inference", "second of video"],
  ["chat-assist", "Chat assistant", "language", "inference", "answer"],
  ["text-to-image", "Text to image", "imaging", "inference", "image"],
  ["bg-remove", "Background removal", "imaging", "inference", "image"],
  ["voice-clone", "Voice clone", "audio", "inference", "clip"],
  ["doc-ocr", "Document OCR", "documents", "inference", "page"],
  ["search-rerank", "Search rerank", "search", "inference", "query"],
  ["foundation-train", "Foundation training", "foundation", "training", ""],
  ["vision-train", "Vision training", "imaging", "training", ""],
  ["speech-train", "Speech training", "audio", "training", ""],
  ["research-notebook", "Research notebooks", "research", "notebook", ""],
] as const;

/** Cards rented by the hour, far away, for peaks that come now and then. */
const OWNER = { key: "chat-assist", pools: "{vendor: cloud-b, region: us-west}" };

/** What a unit sells for; doc-ocr has no price, search-rerank counts nothing. */
const PRICES = [
  ["avatar-video", "0.006", "CNY"],
  ["chat-assist", "0.0028", "USD"],
  ["text-to-image", "0.014", "CNY"],
  ["bg-remove", "0.013", "CNY"],
  ["voice-clone", "0.018", "CNY"],
] as const;

const OTHER_COSTS = [
  ["photo-restore", "storage", "object storage of originals", "310.50", "CNY"],
  ["avatar-video", "traffic", "delivery of videos", "1240", "CNY"],
  ["chat-assist", "third_party", "moderation API", "96.40", "USD"],
  ["text-to-image", "third_party", "safety classifier", "220", "CNY"],
] as const;

const UNCOUNTED = new Set(["search-rerank"]);
/** A business system says what was sold some minutes after the hour. */
const SETTLE_MS = 4 * MINUTE_MS;

/** What was sold in the whole hours of `[from, to)`, as a business system would push it. */
export function soldEntries(fleet: Fleet, from: UnixMs, to: UnixMs): UsageEntry[] {
  const entries: UsageEntry[] = [];
  for (let at = Math.ceil(from / HOUR_MS) * HOUR_MS; at + HOUR_MS <= to; at += HOUR_MS)
    for (const { feature, ok, failed } of soldIn(fleet, at / HOUR_MS)) {
      if (UNCOUNTED.has(feature)) continue;
      const window = { from: unixMs(at), to: unixMs(at + HOUR_MS) };
      entries.push({
        feature,
        ...window,
        okMicro: BigInt(ok) * MICRO,
        failedMicro: BigInt(failed) * MICRO,
        ...NO_MONEY,
      });
    }
  return entries;
}
const NO_MONEY = { revenueMicro: null, refundMicro: null, currency: null } as const;

/** Says what was sold since `from`, now and after each hour, until stopped. */
export async function sellOn(
  fleet: Fleet,
  usage: Deps["usage"],
  clock: Clock,
  from: UnixMs,
  stopping: AbortSignal,
): Promise<void> {
  let since = from;
  while (!stopping.aborted) {
    const until = hourOf(shift(clock.now(), -SETTLE_MS));
    if (until > since) {
      await usage.put(soldEntries(fleet, since, until), { kind: "push", name: "push" }, NOTE);
      since = until;
    }
    await clock.sleep(MINUTE_MS, stopping).catch(() => undefined); // ends early when stopping
  }
}

/** The product functions and teams whose work runs on the simulated fleet, and how their load moves through the day. */
import { draw, mix } from "./hash.ts";

export type Feature = {
  readonly name: string; // also the namespace
  readonly team: string;
  readonly service: string; // Deployment
  readonly container: string;
  readonly fixed: boolean; // never scaled down at night
  readonly office: boolean; // follows office hours, not evenings
  readonly memoryShare: number; // of the card, when loaded
  readonly tensorRatio: number; // while busy
  readonly level: number; // of activity while busy: most services fill the card, small models do not
};

export const FEATURES: readonly Feature[] = [
  {
    name: "photo-restore",
    team: "imaging",
    service: "photo-restore",
    container: "worker",
    fixed: false,
    office: false,
    memoryShare: 0.46,
    tensorRatio: 0.31,
    level: 1,
  },
  {
    name: "avatar-video",
    team: "video",
    service: "avatar-video",
    container: "renderer",
    fixed: true,
    office: false,
    memoryShare: 0.72,
    tensorRatio: 0.38,
    level: 1,
  },
  {
    name: "chat-assist",
    team: "language",
    service: "chat-assist-vllm",
    container: "vllm",
    fixed: true,
    office: false,
    memoryShare: 0.9,
    tensorRatio: 0.22,
    level: 1,
  },
  {
    name: "text-to-image",
    team: "imaging",
    service: "text-to-image",
    container: "worker",
    fixed: false,
    office: false,
    memoryShare: 0.58,
    tensorRatio: 0.42,
    level: 1,
  },
  {
    name: "bg-remove",
    team: "imaging",
    service: "bg-remove",
    container: "triton",
    fixed: false,
    office: true,
    memoryShare: 0.22,
    tensorRatio: 0.17,
    level: 1,
  },
  {
    name: "voice-clone",
    team: "audio",
    service: "voice-clone",
    container: "server",
    fixed: false,
    office: false,
    memoryShare: 0.31,
    tensorRatio: 0.14,
    level: 0.98,
  },
  {
    name: "doc-ocr",
    team: "documents",
    service: "doc-ocr",
    container: "triton",
    fixed: true,
    office: true,
    memoryShare: 0.27,
    tensorRatio: 0.19,
    level: 1,
  },
  {
    name: "search-rerank",
    team: "search",
    service: "rerank",
    container: "server",
    fixed: true,
    office: true,
    memoryShare: 0.35,
    tensorRatio: 0.2,
    level: 0.62,
  },
];

/** Offline work: queued, takes a card whole for some hours. */
export const BATCHES = [
  { name: "batch-upscale", team: "imaging", container: "upscale" },
  { name: "video-transcode", team: "video", container: "ffmpeg" },
  { name: "embedding-refresh", team: "search", container: "embed" },
] as const;

/** Training: gangs of 8 to 64 cards. */
export const TRAININGS = [
  { name: "foundation-train", team: "foundation", jobs: ["llm-pretrain", "llm-sft", "llm-dpo", "moe-ablation"] },
  { name: "vision-train", team: "imaging", jobs: ["diffusion-xl", "restore-gan", "upscale-v4"] },
  { name: "speech-train", team: "audio", jobs: ["tts-base", "asr-finetune"] },
] as const;

export const NOTEBOOK_NAMESPACE = "research-notebook";

const HOUR = 3_600_000;
// Shares of the daily peak by hour in Asia/Shanghai; the shape is ours: consumer products peak after supper.
const EVENING = [
  0.36, 0.25, 0.17, 0.13, 0.11, 0.11, 0.15, 0.24, 0.36, 0.5, 0.6, 0.66, 0.71, 0.66, 0.61, 0.6, 0.63, 0.68, 0.77, 0.88,
  0.96, 1, 0.86, 0.59,
];
const OFFICE = [
  0.12, 0.09, 0.08, 0.08, 0.08, 0.09, 0.14, 0.26, 0.5, 0.82, 0.96, 0.92, 0.62, 0.74, 0.95, 1, 0.97, 0.85, 0.58, 0.44,
  0.36, 0.29, 0.22, 0.16,
];

/**
 * How much of a service's capacity its users ask for in one hour: 0..1, the same for every card of the service.
 * A tenth of the days has an evening push that fills it.
 *
 * @param hour hours since 1970, UTC
 */
export function demand(feature: Feature, key: number, hour: number): number {
  const local = hour + 8; // Asia/Shanghai has had no daylight saving since 1991
  const day = Math.floor(local / 24);
  const ofDay = local - day * 24;
  const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday; 0 = Sunday
  const weekend = weekday === 0 || weekday === 6;
  const base = (feature.office ? OFFICE : EVENING)[ofDay] ?? 0;
  const dayKey = mix(key, day);
  let load = base * (0.82 + 0.16 * draw(dayKey, 1)) * (weekend ? (feature.office ? 0.4 : 1.08) : 1);
  if (draw(dayKey, 2) < 0.1 && ofDay >= 19 && ofDay < 22) load = Math.max(load, 0.97);
  load += (draw(mix(key, hour), 3) - 0.5) * 0.07;
  return Math.min(1, Math.max(0.02, load));
}

/** The start of an hour in milliseconds. */
export const hourStart = (hour: number): number => hour * HOUR;

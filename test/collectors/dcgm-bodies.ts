import { CARD_FIELDS, type CardField, FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { CardFrame } from "../../db/model/frame.ts";
import { HEALTH_FIELD, HEALTH_FIELD_COUNT, HEALTH_FIELDS, type HealthField } from "../../db/model/health.ts";
import { unixMs } from "../../db/model/units.ts";
import type { CardTarget, FrameAbout, TargetFrame } from "../../collectors/card-target.ts";

export const T0 = 1_790_000_000_000;

export const about = (part: Partial<FrameAbout> = {}): FrameAbout => ({
  origin: "10.0.0.7:9400",
  at: unixMs(T0),
  reachMs: 30_000,
  place: { vendor: "house", region: "north", zone: "", cluster: "c1", billing: "owned" },
  node: "",
  ...part,
});

export const frameOf = (target: CardTarget, text: string, part: Partial<FrameAbout> = {}): TargetFrame =>
  target.toFrame(Buffer.from(text), "text", about(part));

/** What a card said, without what it did not. */
export function saidOf(frame: CardFrame, row = 0): Partial<Record<CardField, number>> {
  const said: Partial<Record<CardField, number>> = {};
  for (const { name } of CARD_FIELDS) {
    const value = frame.values[row * FIELD_COUNT + FIELD[name]]!;
    if (!Number.isNaN(value)) said[name] = value;
  }
  return said;
}

/** What of its health a card said; null = the frame holds none. */
export function healthOf({ health }: CardFrame, row = 0): Partial<Record<HealthField, number>> | null {
  if (health === undefined) return null;
  const said = HEALTH_FIELDS.map(({ name }) => [name, health[row * HEALTH_FIELD_COUNT + HEALTH_FIELD[name]]!] as const);
  return Object.fromEntries(said.filter(([, value]) => !Number.isNaN(value)));
}

export type CardText = {
  readonly gpu?: number;
  readonly uuid?: string;
  readonly extra?: string;
  readonly model?: string;
};

/** A line as dcgm-exporter prints it. `extra` is appended to the labels as it is. */
export const line = (
  metric: string,
  value: number | string,
  { gpu = 0, uuid = `GPU-${gpu}`, extra = "", model = "NVIDIA A100-SXM4-80GB" }: CardText = {},
): string =>
  `${metric}{gpu="${gpu}",UUID="${uuid}",pci_bus_id="00000000:5D:00.${gpu}",device="nvidia${gpu}",modelName="${model}",Hostname="node-a17"${extra === "" ? "" : `,${extra}`}} ${value}\n`;

export const pod = (name: string, namespace = "train", container = "main"): string =>
  `container="${container}",namespace="${namespace}",pod="${name}"`;

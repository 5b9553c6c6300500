import { z } from "zod";
import { readFigure } from "../../../collectors/usage/usage-table.ts";
import type { Micro } from "../../../db/model/money.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { UsageEntry, UsageFault, UsageFaultCode } from "../../../db/model/usage-views.ts";
import { currencyFault } from "../../config/values.ts";
import { readInstant } from "../../domain/pricing/wall-clock.ts";

/** Lines one push may have. */
export const MOST_LINES = 5_000;

const figure = z.union([z.number(), z.string().min(1).max(40)]);
const line = z.strictObject({
  feature: z.string().min(1).max(63),
  from: z.string().min(1).max(40),
  to: z.string().min(1).max(40),
  ok: figure.exactOptional(),
  failed: figure.exactOptional(),
  revenue: figure.exactOptional(),
  refund: figure.exactOptional(),
  currency: z.string().min(1).max(64).exactOptional(),
});
const body = z.strictObject({ lines: z.array(z.unknown()).min(1).max(MOST_LINES) });

/** What is wrong with a line, for the program that sent it. */
export type PushFault = {
  readonly index: number; // of the line, from 0
  readonly field: string; // "" = the whole line
  readonly code: UsageFaultCode | "shape";
  readonly read: string;
  readonly hint: string;
};

export type PushReading = {
  readonly fault: string | null; // the body is no push at all: nothing else is said then
  readonly entries: readonly UsageEntry[]; // of the lines that could be read
  readonly indices: readonly number[]; // which lines those are
  readonly shapes: readonly PushFault[];
  readonly faults: readonly UsageFault[]; // rows are indices of lines
};

/** The entries of a push, or what is wrong with each line. */
export function readPush(sent: unknown, zone: string): PushReading {
  const whole = body.safeParse(sent);
  if (!whole.success) return { fault: envelopeFault(sent), entries: [], indices: [], shapes: [], faults: [] };
  const shapes: PushFault[] = [];
  const faults: UsageFault[] = [];
  const entries: UsageEntry[] = [];
  const indices: number[] = [];
  for (const [index, raw] of whole.data.lines.entries()) {
    const parsed = line.safeParse(raw);
    if (!parsed.success) shapes.push(...parsed.error.issues.map((issue) => shapeFault(issue, raw, index)));
    else {
      const reader = new LineReader(index, zone);
      const entry = reader.entry(parsed.data);
      faults.push(...reader.faults);
      if (reader.faults.length > 0) continue;
      entries.push(entry);
      indices.push(index);
    }
  }
  return { fault: null, entries, indices, shapes, faults };
}

function envelopeFault(sent: unknown): string {
  const lines = typeof sent === "object" && sent !== null ? (sent as { lines?: unknown }).lines : undefined;
  if (Array.isArray(lines) && lines.length > MOST_LINES)
    return `${lines.length} lines are more than ${MOST_LINES}; send them in several pushes, each with its own Idempotency-Key`;
  if (Array.isArray(lines) && lines.length === 0) return "there are no lines; send at least one";
  return 'expected {"lines": [{"feature": "chat", "from": "2026-11-01T09:00:00Z", "to": "2026-11-01T10:00:00Z", "ok": 120}]}';
}

function shapeFault(issue: z.core.$ZodIssue, raw: unknown, index: number): PushFault {
  if (issue.code === "unrecognized_keys") {
    const keys = Object.keys(line.shape).join(", ");
    return { index, field: issue.keys.join(", ").slice(0, 80), code: "shape", read: "", hint: `the keys are ${keys}` };
  }
  const field = typeof issue.path[0] === "string" ? issue.path[0] : "";
  const value = field === "" ? raw : (raw as Record<string, unknown>)[field];
  const read = (JSON.stringify(value) ?? "nothing").slice(0, 80);
  return {
    index,
    field,
    code: "shape",
    read,
    hint: SHAPES.get(field) ?? "write a JSON object with feature, from, to and ok",
  };
}

const SHAPES: ReadonlyMap<string, string> = new Map([
  ["feature", 'write the key of a feature as text: "chat-assist"'],
  ["from", 'write a time as text: "2026-11-01T09:00:00+08:00"'],
  ["to", 'write a time as text: "2026-11-01T10:00:00+08:00"'],
  ["currency", 'write a code of ISO 4217 as text: "CNY"'],
  ...["ok", "failed", "revenue", "refund"].map(
    (field) => [field, "write a number, or a decimal as text, or leave it out"] as const,
  ),
]);

class LineReader {
  readonly faults: UsageFault[] = [];
  private readonly row: number;
  private readonly zone: string;

  constructor(row: number, zone: string) {
    this.row = row;
    this.zone = zone;
  }

  entry(said: z.infer<typeof line>): UsageEntry {
    const [revenueMicro, refundMicro] = [this.figure(said.revenue, "revenue"), this.figure(said.refund, "refund")];
    const isMoney = revenueMicro !== null || refundMicro !== null;
    return {
      feature: said.feature,
      from: this.instant(said.from, "from"),
      to: this.instant(said.to, "to"),
      okMicro: this.figure(said.ok, "ok"),
      failedMicro: this.figure(said.failed, "failed"),
      revenueMicro,
      refundMicro,
      currency: isMoney ? this.currency(said.currency) : null,
    };
  }

  private figure(value: number | string | undefined, field: string): Micro | null {
    if (value === undefined) return null;
    const read = readFigure(String(value).trim());
    if (typeof read === "bigint") return read;
    this.say(field, read, String(value));
    return null;
  }

  private instant(text: string, field: string): UnixMs {
    const at = readInstant(text, this.zone);
    if (at !== null) return at;
    this.say(field, "date", text);
    return 0 as UnixMs; // an entry with a fault is not used
  }

  private currency(text: string | undefined): string | null {
    const code = (text ?? "").trim().toUpperCase();
    if (code !== "" && currencyFault(code) === null) return code;
    this.say("currency", code === "" ? "currency_missing" : "currency_unknown", text ?? "");
    return null;
  }

  private say(field: string, code: UsageFaultCode, read: string): void {
    this.faults.push({ row: this.row, field, code, read: read.slice(0, 80), expected: "", other: null });
  }
}

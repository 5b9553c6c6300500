import { COST_DIMENSIONS, type CostFilter, type ProofQuestion } from "../../db/model/ledger-views.ts";
import type { MicroText } from "../../db/model/money.ts";
import { addDays, between, isDay, lastDay } from "./day-range.ts";

/**
 * Which figure is asked about. `cards`: money of card-time, which the ledger's lines add up to. The others are figures of
 * one feature, made of its lines and of what is said beside them: shares of idle time, declared costs, revenue, units.
 */
export const PROOF_ABOUT = ["cards", "cost", "shared", "other", "revenue", "margin", "units"] as const;
export type ProofAbout = (typeof PROOF_ABOUT)[number];

/** A figure whose proof is asked for; it stands whole in the address, so that a proof can be sent to somebody. */
export type ProofAsk = {
  readonly about: ProofAbout;
  readonly question: ProofQuestion; // the lines behind it
  readonly shownMicro: MicroText | null; // the exact amount behind the figure that was clicked; null = it is no money
};

const MOST_VALUES = 500; // as many as the API takes (server/api/cost.router.ts)
const MOST_CHARS = 300;
/** Of the parameter as it stands in the address: the server takes 8,192 characters, and the page's own part comes beside it. */
const MOST_ADDRESS = 5_000;
/** Questions too long for an address; the oldest go. Back and Forward find them until the page is loaded anew. */
const kept = new Map<string, ProofAsk>();
const MOST_KEPT = 50;
const KEPT = "kept-";

/**
 * `?proof=` of any page. Total: null for what is no question. One with values we would have to leave out is none: without
 * them it would prove another sum.
 */
export function decodeProof(params: URLSearchParams): ProofAsk | null {
  const text = params.get("proof");
  if (text === null || text === "") return null;
  if (text.startsWith(KEPT)) return kept.get(text) ?? null;
  if (inAddress(text) > MOST_ADDRESS) return null;
  const asked = new URLSearchParams(text);
  const from = asked.get("from") ?? "";
  const to = asked.get("to") ?? "";
  if (!isDay(from) || !isDay(to)) return null;
  const days = between(from, to);
  if (days.days !== null) return null;
  const filter = filterOf(asked);
  if (!fits(filter)) return null;
  const shown = asked.get("shown") ?? "";
  return {
    about: PROOF_ABOUT.find((about) => about === asked.get("about")) ?? "cards",
    question: { range: { from: days.from, to: addDays(days.to, 1) }, filter },
    shownMicro: /^-?\d{1,30}$/.test(shown) ? shown : null,
  };
}

/** The question whole, or where it is too long for an address, the name under which this page keeps it. */
export function encodeProof(params: URLSearchParams, ask: ProofAsk | null): void {
  if (ask === null) return;
  const inner = new URLSearchParams();
  const { range, filter } = ask.question;
  if (ask.about !== "cards") inner.set("about", ask.about);
  inner.set("from", range.from);
  inner.set("to", lastDay(range));
  for (const dimension of COST_DIMENSIONS) for (const value of filter[dimension] ?? []) inner.append(dimension, value);
  if (ask.shownMicro !== null) inner.set("shown", ask.shownMicro);
  const text = inner.toString();
  params.set("proof", inAddress(text) <= MOST_ADDRESS && fits(filter) ? text : keep(text, ask));
}

function filterOf(asked: URLSearchParams): CostFilter {
  const parts = COST_DIMENSIONS.flatMap((dimension) => {
    const values = asked.getAll(dimension);
    return values.length === 0 ? [] : [[dimension, values] as const];
  });
  return Object.fromEntries(parts);
}

/** Whether the API takes it. What it refuses is not cut here: the panel shows its refusal. */
const fits = (filter: CostFilter): boolean =>
  COST_DIMENSIONS.every((dimension) => {
    const values = filter[dimension] ?? [];
    return values.length <= MOST_VALUES && values.every((value) => value.length <= MOST_CHARS);
  });

const inAddress = (text: string): number => encodeURIComponent(text).length;

/** One question has one name, and never that of another: an old address must not open a different proof. */
function keep(text: string, ask: ProofAsk): string {
  const name = `${KEPT}${text.length}-${hashOf(text, 0)}${hashOf(text, 1)}`;
  kept.delete(name);
  kept.set(name, ask);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return name;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string, seed: number): string {
  let hash = 0x81_1c_9d_c5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  return (hash >>> 0).toString(36).padStart(7, "0");
}

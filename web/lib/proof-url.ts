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

const MOST_VALUES = 50;
const MOST_CHARS = 300;

/** `?proof=` of any page. Total: null for what is no question. */
export function decodeProof(params: URLSearchParams): ProofAsk | null {
  const text = params.get("proof");
  if (text === null || text === "" || text.length > 4_000) return null;
  const asked = new URLSearchParams(text);
  const from = asked.get("from") ?? "";
  const to = asked.get("to") ?? "";
  if (!isDay(from) || !isDay(to)) return null;
  const days = between(from, to);
  if (days.days !== null) return null;
  const shown = asked.get("shown") ?? "";
  return {
    about: PROOF_ABOUT.find((about) => about === asked.get("about")) ?? "cards",
    question: { range: { from: days.from, to: addDays(days.to, 1) }, filter: filterOf(asked) },
    shownMicro: /^-?\d{1,30}$/.test(shown) ? shown : null,
  };
}

export function encodeProof(params: URLSearchParams, ask: ProofAsk | null): void {
  if (ask === null) return;
  const inner = new URLSearchParams();
  const { range, filter } = ask.question;
  if (ask.about !== "cards") inner.set("about", ask.about);
  inner.set("from", range.from);
  inner.set("to", lastDay(range));
  for (const dimension of COST_DIMENSIONS) for (const value of filter[dimension] ?? []) inner.append(dimension, value);
  if (ask.shownMicro !== null) inner.set("shown", ask.shownMicro);
  params.set("proof", inner.toString());
}

function filterOf(asked: URLSearchParams): CostFilter {
  const parts = COST_DIMENSIONS.flatMap((dimension) => {
    const values = asked.getAll(dimension).filter((value) => value.length <= MOST_CHARS);
    return values.length === 0 ? [] : [[dimension, values.slice(0, MOST_VALUES)] as const];
  });
  return Object.fromEntries(parts);
}

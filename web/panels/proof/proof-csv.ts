import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { ProofLine } from "../../../db/model/ledger-views.ts";
import type { Cell } from "../../lib/csv.ts";
import { lineMicro } from "./line-states.ts";

/** The lines as a file: units stand in the names, money in whole micro-units of the price's currency. */
export function proofCsv(lines: readonly ProofLine[]): Cell[][] {
  const head = [
    "hour",
    "pool_id",
    "feature",
    ...LEDGER_STATES.map((state) => `${state}_ms`),
    "micro",
    "currency",
    "price_id",
    "price_basis",
    "price_micro",
    "is_list",
    "revision",
    "who",
    "why",
    "said_at",
  ];
  return [
    head,
    ...lines.map((line): Cell[] => [
      new Date(line.at).toISOString(),
      line.poolId,
      line.feature,
      ...LEDGER_STATES.map((_, i) => line.ms[i] ?? null),
      lineMicro(line),
      line.price?.currency ?? null,
      line.price?.id ?? null,
      line.price?.basis ?? null,
      line.price === null ? null : BigInt(line.price.amountMicro),
      line.price === null ? null : String(line.price.isList),
      line.price?.revision ?? null,
      line.price?.who ?? null,
      line.price?.why ?? null,
      line.price === null ? null : new Date(line.price.at).toISOString(),
    ]),
  ];
}

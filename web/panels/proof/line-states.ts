import { LEDGER_STATES, type LedgerState } from "../../../db/model/ledger.ts";
import type { ProofLine } from "../../../db/model/ledger-views.ts";

/** The states in which any of the lines has time, in the order of the ledger: the columns worth showing. */
export function statesOf(lines: readonly Pick<ProofLine, "ms">[]): LedgerState[] {
  return LEDGER_STATES.filter((_, i) => lines.some((line) => (line.ms[i] ?? 0) > 0));
}

/** Card-milliseconds of a line in a state. */
export const msOf = (line: Pick<ProofLine, "ms">, state: LedgerState): number =>
  line.ms[LEDGER_STATES.indexOf(state)] ?? 0;

export const wholeMs = (line: Pick<ProofLine, "ms">): number => line.ms.reduce((sum, ms) => sum + ms, 0);

/** Money of a line over its states; null = unpriced, which is not free of charge. */
export const lineMicro = (line: ProofLine): bigint | null =>
  line.price === null ? null : line.micro.reduce((sum, micro) => sum + BigInt(micro), 0n);

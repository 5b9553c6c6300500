import { LEDGER_STATES, type LedgerState } from "../../../db/model/ledger.ts";
import type { Proof, ProofLine } from "../../../db/model/ledger-views.ts";

/** The lines with all six states: the answer has those that were asked for only, in the order of the ledger. */
export function wholeLines({ question, lines }: Proof): ProofLine[] {
  const { state } = question.filter;
  const asked = LEDGER_STATES.filter((one) => state === undefined || state.includes(one));
  const whole = <T>(parts: readonly T[], none: T): T[] => LEDGER_STATES.map((one) => parts[asked.indexOf(one)] ?? none);
  return lines.map((line) => ({ ...line, ms: whole(line.ms, 0), micro: whole(line.micro, "0") }));
}

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

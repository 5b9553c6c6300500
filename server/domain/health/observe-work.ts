import type { Condition } from "../../../db/model/rule.ts";
import { ABSENT, BREACH, CLEAR, figure, type Observed, readAt, readMask, isSaid } from "./observed.ts";
import type { Round } from "./round.ts";
import { shown } from "./shown.ts";

/** What a card's feature does. A card nobody's feature holds works for something else ("other"). */
export function observeWork({ is }: Condition & { kind: "work" }, round: Round): Observed {
  const { feature } = round.cards;
  const says = readMask(round).map((isRead, row) =>
    isRead === 0 ? ABSENT : is.some((kind) => kind === (feature[row]?.kind ?? "other")) ? BREACH : CLEAR,
  );
  const kindOf = (row: number) => feature[row]?.kind ?? "other";
  return {
    says,
    explain: (row) => ({ evidence: [], values: { work: kindOf(row) }, since: Number.NaN }),
  };
}

/** A reading against the median of the other cards of the job. Absent for a card that is in no job, or in too small a one. */
export function observePeers(condition: Condition & { kind: "below_peers" }, round: Round): Observed {
  const { signal, ratio, atLeastPeers } = condition;
  const read = round.cards.level(signal);
  const says = new Uint8Array(round.cards.count);
  const medians = new Map<number, number>();
  for (const gang of round.gangs) {
    const said = gang.rows.filter((row) => isSaid(read[row]!));
    if (said.length <= atLeastPeers) continue;
    const sorted = Float64Array.from(said, (row) => read[row]!).sort();
    for (const row of said) {
      const median = medianWithout(sorted, read[row]!);
      medians.set(row, median);
      says[row] = read[row]! < ratio * median ? BREACH : CLEAR;
    }
  }
  return {
    says,
    explain: (row) => {
      const [value, median] = [read[row]!, medians.get(row) ?? Number.NaN];
      return {
        evidence: [
          figure(
            signal,
            value,
            ratio * median,
            readAt(round, row),
            `median of its job's other cards: ${shown(signal, median)}`,
          ),
        ],
        values: {
          value: shown(signal, value),
          threshold: shown(signal, ratio * median),
          median: shown(signal, median),
          [signal]: shown(signal, value),
        },
        since: Number.NaN,
      };
    },
  };
}

/** The median of what is left when one of the values is taken out. @param sorted ascending, two or more */
function medianWithout(sorted: Float64Array, value: number): number {
  let [place, end] = [0, sorted.length - 1]; // of the first that is not less
  while (place < end) {
    const middle = (place + end) >> 1;
    if (sorted[middle]! < value) place = middle + 1;
    else end = middle;
  }
  const at = (i: number) => sorted[i < place ? i : i + 1]!;
  const left = sorted.length - 1;
  return left % 2 === 1 ? at((left - 1) / 2) : (at(left / 2 - 1) + at(left / 2)) / 2;
}

import type { Evidence } from "../../../db/model/incident.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { Round, RoundCards } from "./round.ts";

/** What is said of a subject: as numbers, so that a hundred thousand of them fit into one array. */
export const ABSENT = 0;
export const CLEAR = 1;
export const BREACH = 2;

/** Fill {names} of summaries. */
export type Values = Readonly<Record<string, string | number>>;

/** What a condition says of every card of a round. Words are only asked for where it is in breach. */
export type Observed = {
  readonly says: Uint8Array; // by row
  readonly explain: (row: number) => Explained;
};

export type Explained = {
  readonly evidence: readonly Evidence[];
  readonly values: Values;
  readonly since: number; // unix ms at which it began; NaN = the reading is all there is
};

/** Of a signal nobody says now: of every card absent. */
export const nobodySays = remembered(({ cards }): Observed => ({
  says: new Uint8Array(cards.count),
  explain: () => ({ evidence: [], values: {}, since: Number.NaN }),
}));

/** NaN is what was not said. */
export const isSaid = (value: number): boolean => !Number.isNaN(value);

/** A reading against a figure. NaN = there is none. */
export const figure = (signal: string, value: number, threshold: number, at: UnixMs, text = ""): Evidence => ({
  signal,
  value: Number.isNaN(value) ? null : value,
  threshold: Number.isNaN(threshold) ? null : threshold,
  at,
  text,
});

/** When a card was read last; a card that never was: now, when that was seen. */
export function readAt({ cards, at }: Round, row: number): UnixMs {
  const heard = cards.heardAt[row]!;
  return Number.isNaN(heard) ? at : unixMs(heard);
}

/** Rows whose last reading speaks, as a mask: asked for by every rule about events. */
export const readMask = remembered(({ cards }) => Uint8Array.from(cards.gap, (gap) => Number(gap === "none")));

/** Rows of cards to which anything happened within the week: nearly none. */
export const eventfulRows = remembered(({ cards, events }) => {
  const rows: number[] = [];
  for (let row = 0; row < cards.count; row += 1) if (events.of(cards.id[row]!).length > 0) rows.push(row);
  return rows;
});

/** Rows by UUID. */
export const rowsByUuid = remembered(
  ({ cards }: { readonly cards: Pick<RoundCards, "uuid"> }): ReadonlyMap<string, number> =>
    new Map(cards.uuid.map((uuid, row) => [uuid, row])),
);

/** Worked out once for a round, whoever asks: a round never changes. */
export function remembered<T extends object>(make: (round: Round) => T): (round: Round) => T {
  const known = new WeakMap<Round, T>();
  return (round) => {
    let one = known.get(round);
    if (one === undefined) known.set(round, (one = make(round)));
    return one;
  };
}

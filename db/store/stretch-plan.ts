import type { UnixMs } from "../model/units.ts";

/** Something that holds over a stretch of time. `to` null = it goes on. */
export type Stretched<V> = {
  readonly key: string; // things of one key exclude each other
  readonly from: UnixMs;
  readonly to: UnixMs | null;
  readonly value: V;
};
export type HeldStretch<V> = Stretched<V> & { readonly id: number };
/** value null = nothing holds there from now on. */
export type StretchWish<V> = Omit<Stretched<V>, "value"> & { readonly value: V | null };

export type StretchPlan<V> = {
  readonly ended: readonly number[]; // ids
  readonly added: readonly Stretched<V>[];
  readonly unchanged: number; // wishes that were true already
};

/**
 * The belief after the wishes, as price-plan.ts does it for prices: what a wish overlaps ends, what is left of it on
 * either side is said again. Wishes come in order; a later one may overlap an earlier one.
 */
export function planStretches<V>(
  held: readonly HeldStretch<V>[],
  wishes: readonly StretchWish<V>[],
  isSame: (a: V, b: V) => boolean,
): StretchPlan<V> {
  const books = new Map<string, (Stretched<V> | HeldStretch<V>)[]>();
  for (const row of held) books.set(row.key, [...(books.get(row.key) ?? []), row]);
  let unchanged = 0;
  for (const wish of wishes) {
    const rows = books.get(wish.key) ?? [];
    const touched = rows.filter((row) => row.from < end(wish.to) && wish.from < end(row.to));
    if (isTrueAlready(touched, wish, isSame)) {
      unchanged += 1;
      continue;
    }
    const rest = touched.flatMap((row) => leftOf(row, wish));
    const said = wish.value === null ? [] : [{ ...wish, value: wish.value }];
    books.set(wish.key, [...rows.filter((row) => !touched.includes(row)), ...rest, ...said]);
  }
  const kept = new Set([...books.values()].flat().flatMap((row) => ("id" in row ? [row.id] : [])));
  return {
    ended: held.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
    added: [...books.values()].flat().filter((row) => !("id" in row)),
    unchanged,
  };
}

const end = (to: UnixMs | null): number => to ?? Infinity;

/** What a wish leaves of a row it overlaps. */
function leftOf<V>({ key, from, to, value }: Stretched<V>, wish: StretchWish<V>): Stretched<V>[] {
  const left: Stretched<V>[] = [];
  if (from < wish.from) left.push({ key, from, to: wish.from, value });
  if (wish.to !== null && wish.to < end(to)) left.push({ key, from: wish.to, to, value });
  return left;
}

function isTrueAlready<V>(
  touched: readonly Stretched<V>[],
  { from, to, value }: StretchWish<V>,
  isSame: (a: V, b: V) => boolean,
): boolean {
  if (value === null) return touched.length === 0;
  const [only] = touched;
  return (
    touched.length === 1 &&
    only !== undefined &&
    only.from <= from &&
    end(only.to) >= end(to) &&
    isSame(only.value, value)
  );
}

import fc from "fast-check";
import type { LedgerLine, StateMs } from "../../../../db/model/ledger.ts";
import { HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { contractMonth } from "../../../../server/domain/pricing/contract-months.ts";
import type { OracleLine, PriceSpell } from "../../../oracle/ledger.ts";
import { cardSlotsOf, type Fleet, fleets, momentIn, prices } from "../../../oracle/ledger-fleet.ts";
import { aPrice, instants, zones } from "../pricing/books.ts";
import { hourFactsOf, linesOf, onMachines, oracleOf, withPrices } from "./facts.ts";
import type { Ledger } from "./ledger.ts";
import { isTrue, same } from "./same.ts";

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

/** Sums of lines under a name, without what comes to nothing, by name. */
function sums(lines: readonly OracleLine[], nameOf: (line: OracleLine) => string) {
  const out = new Map<string, { ms: bigint; micro: bigint }>();
  for (const line of lines) {
    const name = nameOf(line);
    const before = out.get(name) ?? { ms: 0n, micro: 0n };
    out.set(name, { ms: before.ms + sum(line.ms), micro: before.micro + sum(line.micro) });
  }
  return [...out].filter(([, { ms, micro }]) => ms !== 0n || micro !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
}
const byPrice = (lines: readonly OracleLine[]) =>
  sums(lines, ({ at, poolId, priceId }) => `${at} ${poolId} ${priceId}`);

/** Time of every feature and state, and the money of every price: nothing is lost, nothing is made (M-01). */
export const conserves = (l: Ledger) =>
  fc.property(fleets(), (fleet) => {
    const lines = linesOf(fleet, l.hourLines);
    const told = new Map<string, bigint>();
    for (const { slot, poolId, time } of cardSlotsOf(fleet))
      for (const { featureId, state, ms } of time) {
        const name = `${Math.floor(slot / HOUR_MS) * HOUR_MS} ${poolId} ${featureId} ${state}`;
        told.set(name, (told.get(name) ?? 0n) + BigInt(ms));
      }
    for (const { at, poolId, featureId, ms } of lines)
      for (const [state, part] of ms.entries()) {
        const name = `${at} ${poolId} ${featureId} ${state}`;
        told.set(name, (told.get(name) ?? 0n) - part);
      }
    same(
      [...told].filter(([, ms]) => ms !== 0n),
      [],
    );
    same(byPrice(lines), byPrice(oracleOf(fleet)));
  });

/** Cutting a price's stretch in two rows of one anchor, anywhere, costs the same in every hour (M-02). */
export const costsAddUp = (l: Ledger) =>
  fc.property(
    fleets().chain((fleet) => fc.tuple(fc.constant(fleet), momentIn(fleet.from, fleet.to))),
    ([fleet, at]) => {
      const cut = withPrices(fleet, (spell) =>
        at <= spell.from || at >= spell.to
          ? [spell]
          : [
              { ...spell, to: at },
              { ...spell, from: at, price: spell.price && { ...spell.price, id: spell.price.id + 100 } },
            ],
      );
      const byHour = ({ at, poolId, priceId }: OracleLine) => `${at} ${poolId} ${priceId % 100}`;
      same(sums(linesOf(cut, l.hourLines), byHour), sums(linesOf(fleet, l.hourLines), byHour));
    },
  );

/** However it is told, in whatever order and pieces: the lines are the same; and again they are the same (M-04). */
export const isOrderFree = (l: Ledger) =>
  fc.property(fleets(), fc.boolean(), fc.infiniteStream(fc.nat()), (some, isMachines, stream) => {
    const fleet = isMachines ? onMachines(some) : some;
    const random = () => stream.next().value as number;
    const shuffled = <T>(all: readonly T[]): T[] =>
      all
        .map((one) => ({ one, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
    for (const facts of shuffled(hourFactsOf(fleet))) {
      const retold = {
        ...facts,
        cards: { ...facts.cards, parts: shuffled(facts.cards.parts) },
        held: shuffled(
          facts.held.flatMap(({ featureId, ms }) => {
            const some = ms.map((part) => random() % (part + 1)) as unknown as StateMs;
            const rest = ms.map((part, i) => part - some[i]!) as unknown as StateMs;
            return [
              { featureId, ms: some },
              { featureId, ms: rest },
            ];
          }),
        ),
        pieces: facts.pieces.flatMap((piece) => {
          const at = unixMs(piece.from + (random() % (piece.to - piece.from)));
          return at === piece.from
            ? [piece]
            : [
                { ...piece, to: at },
                { ...piece, from: at },
              ];
        }),
      };
      const first = l.hourLines(facts);
      same(l.hourLines(retold), first);
      same(l.hourLines(facts), first);
    }
  });

/** Each price has exactly the time of the cards it speaks for, and a hole is unpriced time without money (M-05). */
export const pricesHaveTheirTime = (l: Ledger) =>
  fc.property(fleets(), (fleet) => {
    const wanted = new Map<string, number>();
    for (const { poolId, prices, cards } of fleet.pools)
      for (const card of cards)
        for (let at = fleet.from; at < fleet.to; at += HOUR_MS)
          for (const { from, to, price } of prices) {
            const ms = Math.min(to, card.to, at + HOUR_MS) - Math.max(from, card.from, at);
            const name = `${at} ${poolId} ${price?.id ?? 0}`;
            if (ms > 0) wanted.set(name, (wanted.get(name) ?? 0) + ms);
          }
    const lines = linesOf(fleet, l.hourLines);
    same(
      byPrice(lines).map(([name, { ms }]) => [name, `${ms}`]),
      [...wanted].map(([name, ms]) => [name, `${ms}`]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
    for (const { priceId, micro } of lines) if (priceId === 0) same(sum(micro), 0n);
  });

/** Between two instants another price is said. */
const corrections = fleets().chain((fleet) =>
  fc.record({
    fleet: fc.constant(fleet),
    borders: fc.tuple(momentIn(fleet.from, fleet.to), momentIn(fleet.from, fleet.to)),
    price: fc.option(prices(99, fleet.from)),
  }),
);

/** A late price moves the money of the time it touches, by new minus old, and no time and no other hour (M-06). */
export const lateMoneyMovesAlone = (l: Ledger) =>
  fc.property(corrections, ({ fleet, borders, price }) => {
    const [from, to] = [Math.min(...borders), Math.max(...borders)];
    const inside = (spell: PriceSpell) => ({ from: Math.max(from, spell.from), to: Math.min(to, spell.to) });
    const late = withPrices(fleet, (spell) => {
      const { from: a, to: b } = inside(spell);
      if (a >= b) return [spell];
      const rest = [
        { ...spell, to: a },
        { ...spell, from: b },
      ].filter((one) => one.from < one.to);
      return [...rest, { from: a, to: b, price }].sort((x, y) => x.from - y.from);
    });
    const touched = (fleet: Fleet) =>
      withPrices(fleet, (spell) => {
        const { from: a, to: b } = inside(spell);
        const hole = (x: number, y: number) => (x < y ? [{ from: x, to: y, price: null }] : []);
        if (a >= b) return hole(spell.from, spell.to);
        return [...hole(spell.from, a), { ...spell, from: a, to: b }, ...hole(b, spell.to)];
      });
    const [before, after] = [linesOf(fleet, l.hourLines), linesOf(late, l.hourLines)];
    const money = (lines: readonly OracleLine[], sign: bigint) =>
      lines.map((line) => ({ ...line, ms: [], micro: [sign * sum(line.micro)] }));
    const byCurrency = (line: OracleLine) => `${line.at} ${line.poolId} ${currencyOf(late, fleet, line.priceId)}`;
    same(
      sums([...money(after, 1n), ...money(before, -1n)], byCurrency),
      sums([...money(oracleOf(touched(late)), 1n), ...money(oracleOf(touched(fleet)), -1n)], byCurrency),
    );
    const isElsewhere = ({ at }: OracleLine) => at >= to || at + HOUR_MS <= from;
    same(after.filter(isElsewhere), before.filter(isElsewhere));
    const time = (lines: readonly OracleLine[]) =>
      sums(
        lines.flatMap((line) => line.ms.map((ms, i) => ({ ...line, priceId: i, ms: [ms], micro: [] }))),
        ({ at, poolId, featureId, priceId }) => `${at} ${poolId} ${featureId} ${priceId}`,
      );
    same(time(after), time(before));
  });

const currencyOf = (late: Fleet, fleet: Fleet, priceId: number): string =>
  [late, fleet]
    .flatMap(({ pools }) => pools.flatMap(({ prices }) => prices))
    .find((spell) => spell.price?.id === priceId)?.price?.currency ?? "";

/** A price k times as high costs k times as much, but for what rounding has of each card's window (M-07). */
export const costsAreLinear = (l: Ledger) =>
  fc.property(fleets(), fc.bigInt({ min: 2n, max: 1_000_003n }), (fleet, k) => {
    const dear = withPrices(fleet, ({ price, ...spell }) => [
      {
        ...spell,
        price: price && {
          ...price,
          amountMicro: k * price.amountMicro,
          owned: price.owned && {
            ...price.owned,
            purchaseMicro: k * price.owned.purchaseMicro,
            powerMicroPerKwh: k * price.owned.powerMicroPerKwh,
          },
        },
      },
    ]);
    const windows = BigInt(cardSlotsOf(fleet).length * 4 * 4); // pieces a slot may have, and roundings of each
    const [once, often] = [byPrice(linesOf(fleet, l.hourLines)), byPrice(linesOf(dear, l.hourLines))];
    same(
      often.map(([name]) => name),
      once.map(([name]) => name),
    );
    for (const [i, [name, { micro }]] of once.entries()) {
      const off = often[i]![1].micro - k * micro;
      isTrue(-k * windows < off && off < k * windows, `${name}: ${often[i]![1].micro} is not ${k} × ${micro}`);
    }
  });

/** Two fleets alike cost exactly twice as much; machines are filled card by card, so they are left out (M-07). */
export const twinsCostTwice = (l: Ledger) =>
  fc.property(fleets(), (some) => {
    const fleet = withPrices(some, ({ price, ...spell }) => [
      { ...spell, price: price && { ...price, basis: price.basis === "instance_hour" ? "card_hour" : price.basis } },
    ]);
    const twins = { ...fleet, pools: fleet.pools.map((pool) => ({ ...pool, cards: [...pool.cards, ...pool.cards] })) };
    const twice = byPrice(linesOf(fleet, l.hourLines)).map(([name, { ms, micro }]) => [
      name,
      { ms: 2n * ms, micro: 2n * micro },
    ]);
    same(byPrice(linesOf(twins, l.hourLines)), twice);
  });

/** One card more never makes a pool's hour cheaper, nor any state of it shorter (M-07). */
export const moreIsNeverLess = (l: Ledger) =>
  fc.property(fleets(), (fleet) => {
    const fewer = { ...fleet, pools: fleet.pools.map((pool) => ({ ...pool, cards: pool.cards.slice(1) })) };
    const more = new Map(byPrice(linesOf(fleet, l.hourLines)));
    for (const [name, { ms, micro }] of byPrice(linesOf(fewer, l.hourLines))) {
      const now = more.get(name) ?? { ms: 0n, micro: 0n };
      isTrue(now.ms >= ms && now.micro >= micro, `${name}: ${now.micro} is less than ${micro}`);
    }
  });

/** Lines worked out again from the time that stands in them are themselves: so a late price needs no holders (M-11). */
export const worksOutAgain = (l: Ledger) =>
  fc.property(fleets(), (fleet) => {
    const asked = hourFactsOf(fleet);
    const first = asked.map((facts) => l.hourLines(facts));
    for (const [i, facts] of asked.entries()) {
      const held = first[i]!.map(({ featureId, ms }) => ({ featureId, ms }));
      same(l.hourLines({ ...facts, held }), first[i]);
    }
  });

/** No time and no money below nothing, and no number that is none (M-13). */
export const hoursAreWhole = (l: Ledger) =>
  fc.property(fleets(), (fleet) => {
    for (const facts of hourFactsOf(fleet)) {
      const lines = l.hourLines(facts);
      for (const line of lines) isTrue(isWhole(line), JSON.stringify(line.ms));
      const keys = lines.map(({ featureId, priceId }) => `${featureId} ${priceId}`);
      same(new Set(keys).size, keys.length);
    }
  });
const isWhole = ({ ms, micro }: LedgerLine): boolean =>
  ms.every((part) => Number.isSafeInteger(part) && part >= 0 && !Object.is(part, -0)) &&
  ms.some((part) => part > 0) &&
  micro.every((part, i) => part >= 0n && (ms[i] !== 0 || part === 0n));

/** The hours of a contract month cost its fee, exactly, wherever in an hour it begins: for every card of it (M-15). */
export const monthsCostTheirFee = (l: Ledger) =>
  fc.property(
    fc.bigInt({ min: 1n, max: 10n ** 14n }),
    instants,
    fc.nat(12),
    zones,
    fc.integer({ min: 1, max: 3 }),
    (fee, anchor, months, zone, cards) => {
      const price = aPrice({ basis: "card_month", amountMicro: fee, from: anchor });
      const { from, to } = contractMonth(anchor, unixMs(anchor + months * 30.4 * 24 * HOUR_MS), zone);
      let paid = 0n;
      for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour < to; hour += HOUR_MS) {
        const slots = Array.from({ length: 12 }, (_, i) => ({
          from: unixMs(Math.max(from, hour + i * SLOT_MS)),
          to: unixMs(Math.min(to, hour + (i + 1) * SLOT_MS)),
        }));
        const ownedMs = slots.reduce((ms, slot) => ms + Math.max(0, slot.to - slot.from), 0) * cards;
        const lines = l.hourLines({
          hour: unixMs(hour),
          cards: {
            whole: slots.map((slot) => (slot.to - slot.from === SLOT_MS ? cards : 0)),
            parts: slots
              .filter((slot) => slot.from < slot.to && slot.to - slot.from < SLOT_MS)
              .flatMap((slot) => Array.from({ length: cards }, () => slot)),
          },
          held: [
            { featureId: 1, ms: [Math.floor(ownedMs / 3), 0, 0, 0, 0, 0] },
            { featureId: 0, ms: [0, 0, 0, ownedMs - Math.floor(ownedMs / 3), 0, 0] },
          ],
          pieces: [{ from: anchor, to: unixMs(hour + HOUR_MS), price }],
          zone,
        });
        for (const { micro } of lines) paid += sum(micro);
      }
      same(paid, fee * BigInt(cards));
    },
  );

import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { GAP_CAUSES } from "../../../../db/model/coverage.ts";
import type { CoverageCertificate } from "../../../../db/model/patrol.ts";
import { WHOLE_FLEET } from "../../../../db/model/report.ts";
import type { Hold, SlotBatch } from "../../../../db/model/slot.ts";
import { DAY_MS, HOUR_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { commitDay } from "../../../../db/store/bulk.ts";
import { packDay } from "../../../../db/store/pack.ts";
import { dropRuleEdit, putRuleEdit } from "../../../../db/store/rules.ts";
import { registerCards, releaseCards } from "../../../../db/store/registry.ts";
import { commitSlot } from "../../../../db/store/slots.ts";
import { dayNoOf } from "../../../../db/store/steps.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { coverageCsv } from "../../../../server/usecases/patrol/coverage-csv.ts";
import { coverageWindow } from "../../../../server/usecases/patrol/coverage-page.ts";
import { certify } from "../../../../server/usecases/patrol/coverage.ts";
import { blankBatch, random } from "../../../db/batches.ts";

const DAY = unixMs(Date.UTC(2025, 4, 6));
const ZONE = "Asia/Kathmandu"; // days begin at 18:15Z
const NOON = DAY + 12 * HOUR_MS;

const SEVERAL = -1;

/** Two thirds of a card are holder 1's, the rest is holder 2's. */
function sharedBy(cardId: number, ms: number): Hold[] {
  const none = { cardId, idleHeldMs: 0, startingMs: 0, faultMs: 0 };
  const more = Math.ceil((2 * ms) / 3);
  return [
    { ...none, holderId: 1, busyMs: more },
    { ...none, holderId: 2, busyMs: ms - more },
  ];
}

type Missed = { readonly ms: number; readonly cause: number };
type Card = {
  readonly uuid: string;
  readonly node: string;
  readonly region: string;
  readonly from: number;
  to: number;
};

/** Three holders: the second is of another feature from NOON on, the third of none. */
async function putHolders(db: Database): Promise<void> {
  await db.query(
    "INSERT INTO holder (cluster, namespace, pod, container, pod_uid) SELECT 'k', 'n', 'p' || i, '', '' FROM generate_series(1, 3) i",
  );
  await db.query(
    "INSERT INTO revision (at_ms, subject, who, why, source) VALUES (1, 'mapping', 'test', 'test', 'test')",
  );
  await db.query(
    `INSERT INTO feature (key, name, team, kind, unit, unit_source, owns, revision_id)
     VALUES ('a', 'a', 'media', 'inference', 'image', '', '[]', 1), ('b', 'b', 'search', 'inference', 'image', '', '[]', 1)`,
  );
  const noon = NOON / HOUR_MS;
  await db.query("INSERT INTO holder_feature VALUES (1, 0, NULL, 1, 1), (2, 0, $1, 1, 1), (2, $1, NULL, 2, 1)", [noon]);
}

/** Two days and three hours of six cards: the first day packed, the second as rows, the rest slot by slot. */
export function coverageSuite(db: () => Database): void {
  const cards: (Card & { id: number; poolId: number })[] = [];
  const missed = new Map<string, Missed>(); // what was put in, by card and slot
  const end = DAY + 2 * DAY_MS + 3 * HOUR_MS;
  const key = (card: number, slot: number): string => `${card} ${slot}`;
  const ownedIn = ({ from, to }: Card, a: number, b: number): number =>
    Math.max(0, Math.min(to, b) - Math.max(from, a));

  const inject = (row: number, from: number, slots: number, missing: number, cause: string): void => {
    const card = cards[row];
    if (card === undefined) throw new RangeError(`no card ${row}`);
    for (let slot = from; slot < from + slots * SLOT_MS; slot += SLOT_MS) {
      const ms = Math.min(missing, ownedIn(card, slot, slot + SLOT_MS));
      if (ms > 0) missed.set(key(card.id, slot), { ms, cause: GAP_CAUSES.indexOf(cause as "none") });
    }
  };

  /** Who holds a card, were it seen: one holder, one after the other, nobody, two at once, and one whom no rule takes. */
  const holderAt = (row: number, slot: number): number =>
    [1, slot < NOON ? 1 : 2, 0, SEVERAL, 2, slot % (7 * HOUR_MS) < 3 * HOUR_MS ? 3 : 1][row] ?? 0;
  /** Holder 2 is of another team's feature from NOON on. Of two at once holder 1 held more; no rule takes holder 3. */
  const teamOf = (holder: number, slot: number): string =>
    holder === 1 || holder === SEVERAL || (holder === 2 && slot < NOON) ? "media" : holder === 2 ? "search" : "";
  const seenOf = (row: number, slot: number): number => {
    const card = cards[row]!;
    return ownedIn(card, slot, slot + SLOT_MS) - (missed.get(key(card.id, slot))?.ms ?? 0);
  };

  const batchOf = (slot: UnixMs, isIn: (card: Card) => boolean = () => true): SlotBatch => {
    const owned = cards.filter((card) => isIn(card) && ownedIn(card, slot, slot + SLOT_MS) > 0);
    const batch = blankBatch(slot, owned.length);
    const holds: Hold[] = [];
    const parts = owned.flatMap((card, row) => {
      const { id, poolId } = card;
      const ms = ownedIn(card, slot, slot + SLOT_MS);
      const hole = missed.get(key(id, slot));
      batch.cardId[row] = id;
      batch.poolId[row] = poolId;
      batch.gapCause[row] = hole?.cause ?? 0;
      batch.columns.ownedMs[row] = ms;
      batch.columns.observedMs[row] = ms - (hole?.ms ?? 0);
      const seen = ms - (hole?.ms ?? 0);
      const holder = seen === 0 ? 0 : holderAt(cards.indexOf(card), slot);
      batch.holderId[row] = holder;
      (holder === 0 ? batch.columns.freeMs : batch.columns.busyMs)[row] = seen;
      if (holder === SEVERAL) holds.push(...sharedBy(id, seen));
      const [from, to] = [unixMs(Math.max(card.from, slot)), unixMs(Math.min(card.to, slot + SLOT_MS))];
      return ms === SLOT_MS ? [] : [{ cardId: id, poolId, from, to }];
    });
    return { ...batch, parts, holds };
  };

  beforeAll(async () => {
    await putHolders(db());
    const seen: Card[] = [
      { uuid: "GPU-a0", node: "node-a", region: "east", from: DAY, to: Infinity },
      { uuid: "GPU-a1", node: "node-a", region: "east", from: DAY, to: Infinity },
      { uuid: "GPU-a2", node: "node-a", region: "east", from: DAY + 5 * HOUR_MS + 150_000, to: Infinity },
      { uuid: "GPU-a3", node: "node-a", region: "east", from: DAY, to: DAY + DAY_MS + 13 * HOUR_MS + 61_001 },
      { uuid: "GPU-b0", node: "node-b", region: "west", from: DAY, to: Infinity },
      { uuid: "GPU-b1", node: "node-b", region: "west", from: DAY, to: Infinity },
    ];
    for (const card of seen) {
      const place = { vendor: "v", region: card.region, zone: "z", cluster: "k", billing: "monthly" } as const;
      const { uuid, node } = card;
      const named = { uuid, modelName: "Tesla T4", node, position: uuid, driver: "", migProfiles: [] };
      const source = node === "node-a" ? "scrape" : "prom";
      const { cardId, poolId } = await registerCards(db(), [
        { place, model: "T4", card: named, at: unixMs(card.from), source },
      ]);
      cards.push({ ...card, id: cardId[0] ?? 0, poolId: poolId[0] ?? 0 });
      if (card.to < Infinity) await releaseCards(db(), [cardId[0] ?? 0], unixMs(card.to));
    }
    const next = random(7);
    for (let i = 0; i < 40; i++) {
      const at = DAY + Math.floor(next() * 2 * SLOTS_PER_DAY) * SLOT_MS;
      const cause = GAP_CAUSES[1 + Math.floor(next() * (GAP_CAUSES.length - 1))] ?? "";
      const node = next() < 0.5 ? [0, 1, 2, 3] : [4, 5];
      const rows = next() < 0.5 ? node : node.slice(0, 1);
      const [slots, ms] = [1 + Math.floor(next() * 30), 1 + Math.floor(next() * SLOT_MS)];
      for (const row of rows) inject(row, at, slots, ms, cause);
    }
    for (const row of [0, 4]) inject(row, DAY + DAY_MS - 6 * SLOT_MS, 12, SLOT_MS, "source_down"); // over midnight
    const slotsOf = (day: number) => Array.from({ length: SLOTS_PER_DAY }, (_, i) => unixMs(day + i * SLOT_MS));
    for (const [day, as] of [
      [DAY, "points"],
      [DAY + DAY_MS, "rows"],
    ] as const) {
      const batches = slotsOf(day).map((slot) => batchOf(slot));
      await commitDay(db(), { source: "scrape", batches, events: [], committedAt: unixMs(day + DAY_MS), as });
    }
    // The third day: "prom" cannot be read for two slots, whose rows nobody ever wrote.
    for (let slot = DAY + 2 * DAY_MS; slot < end; slot += SLOT_MS) {
      const isUnread = slot === end - HOUR_MS || slot === end - HOUR_MS + SLOT_MS;
      for (const source of ["scrape", "prom"]) {
        if (source === "prom" && isUnread) continue;
        const batch = batchOf(unixMs(slot), ({ node }) => (node === "node-a") === (source === "scrape"));
        await commitSlot(db(), { source, seq: 1, batch, events: [], committedAt: unixMs(slot + SLOT_MS + 20_000) });
      }
      if (isUnread) for (const row of [4, 5]) inject(row, slot, 1, SLOT_MS, "source_down");
    }
  }, 60_000);

  const ask = async (from: number, to: number, scope = WHOLE_FLEET): Promise<CoverageCertificate> =>
    await certify(db(), { from: unixMs(from), to: unixMs(to), scope, zone: ZONE });

  /** Each hole spread over its slots: nothing twice, nothing that was not put in, nothing left out. */
  const expectHoles = (
    certificate: CoverageCertificate,
    from: number,
    to: number,
    isIn: (card: Card) => boolean = () => true,
  ): void => {
    const listed = new Map<string, string>();
    for (const hole of certificate.holes) {
      let ms = 0;
      for (const card of hole.cardIds)
        for (let slot = hole.from as number; slot < hole.to; slot += SLOT_MS) {
          expect(listed.has(key(card, slot))).toBe(false);
          listed.set(key(card, slot), hole.cause);
          ms += missed.get(key(card, slot))?.ms ?? 0;
        }
      expect(hole.missingMs).toBe(ms);
      expect(hole.missingMs).toBeLessThanOrEqual((hole.to - hole.from) * hole.cardIds.length);
    }
    const ids = new Set(cards.filter(isIn).map(({ id }) => String(id)));
    const put = [...missed].filter(([name]) => {
      const [card, slot] = name.split(" ");
      return ids.has(card ?? "") && Number(slot) >= from && Number(slot) < to;
    });
    expect(listed).toEqual(new Map(put.map(([name, { cause }]): [string, string] => [name, GAP_CAUSES[cause] ?? ""])));
    const owned = cards.filter(isIn).reduce((sum, card) => sum + ownedIn(card, from, to), 0);
    const missing = put.reduce((sum, [, { ms }]) => sum + ms, 0);
    expect(certificate.ownedMs).toBe(owned);
    expect(certificate.observedMs).toBe(owned - missing);
    expect(certificate.byCause.reduce((sum, { ms }) => sum + ms, 0)).toBe(missing);
    expect(certificate.byDay.reduce((sum, day) => sum + day.ownedMs, 0)).toBe(owned);
    expect(certificate.byDay.reduce((sum, day) => sum + day.observedMs, 0)).toBe(owned - missing);
  };

  test("every hole put in is listed once, and none extra: packed days, rows, and days of another zone", async () => {
    for (const [from, to] of [
      [DAY, end],
      [DAY, DAY + DAY_MS],
      [DAY + DAY_MS, DAY + 2 * DAY_MS],
      [DAY + 2 * DAY_MS, end],
      [DAY + 18.25 * HOUR_MS, DAY + DAY_MS + 18.25 * HOUR_MS], // a day of the zone
      [NOON, NOON + SLOT_MS],
    ] as const) {
      const certificate = await ask(from, to);
      expect(certificate.through).toBe(to);
      expectHoles(certificate, from, to);
    }
  });

  test("a scope takes the cards of its pools, and its parts add up to the whole", async () => {
    const whole = await ask(DAY, end);
    const [east, west] = [
      await ask(DAY, end, { ...WHOLE_FLEET, regions: ["east"] }),
      await ask(DAY, end, { ...WHOLE_FLEET, regions: ["west"] }),
    ];
    expectHoles(east, DAY, end, ({ region }) => region === "east");
    expect(east.cards + west.cards).toBe(whole.cards);
    expect(east.ownedMs + west.ownedMs).toBe(whole.ownedMs);
    expect(east.observedMs + west.observedMs).toBe(whole.observedMs);
    const nowhere = await ask(DAY, end, { ...WHOLE_FLEET, regions: ["moon"] });
    expect(nowhere).toMatchObject({ cards: 0, ownedMs: 0, observedMs: 0, holes: [], byCause: [] });
  });

  /** What teams should have, by a second way: each slot for itself, looking back for who held the card last. */
  const heldBy = (team: string, from: number, to: number) => {
    const sums = { ownedMs: 0, observedMs: 0 };
    for (const [row, card] of cards.entries())
      for (let slot = from; slot < to; slot += SLOT_MS) {
        let at = slot;
        while (at >= DAY && seenOf(row, at) === 0) at -= SLOT_MS;
        const holder = at < DAY ? 0 : holderAt(row, at);
        if (teamOf(holder, slot) !== team) continue;
        sums.ownedMs += ownedIn(card, slot, slot + SLOT_MS);
        sums.observedMs += seenOf(row, slot);
      }
    return sums;
  };

  test("teams have what their features held, and with what is nobody's they add up to the whole", async () => {
    for (const [from, to] of [
      [DAY, end],
      [DAY + 18.25 * HOUR_MS, DAY + DAY_MS + 18.25 * HOUR_MS],
      [DAY + 2 * DAY_MS, end],
      [DAY + DAY_MS, DAY + DAY_MS + 2 * SLOT_MS], // nobody saw its cards since the day before
      [end - HOUR_MS + 2 * SLOT_MS, end], // "prom" had just not been read for two slots
    ] as const) {
      const [whole, nobodys] = [await ask(from, to), heldBy("", from, to)];
      const media = await ask(from, to, { ...WHOLE_FLEET, teams: ["media"] });
      const search = await ask(from, to, { ...WHOLE_FLEET, teams: ["search"] });
      expect(media).toMatchObject(heldBy("media", from, to));
      expect(search).toMatchObject(heldBy("search", from, to));
      for (const of of ["ownedMs", "observedMs"] as const) expect(media[of] + search[of] + nobodys[of]).toBe(whole[of]);
      const both = await ask(from, to, { ...WHOLE_FLEET, teams: ["media", "search"] });
      expect(both.ownedMs).toBe(media.ownedMs + search.ownedMs);
    }
    const west = await ask(DAY, end, { ...WHOLE_FLEET, regions: ["west"], teams: ["media"] });
    expect(west.ownedMs).toBeGreaterThan(0);
    expect(west.cards).toBeLessThanOrEqual(2);
    expect(await ask(DAY, end, { ...WHOLE_FLEET, teams: ["nobody"] })).toMatchObject({ cards: 0, ownedMs: 0 });
  });

  test("what is not closed yet is not judged", async () => {
    const certificate = await ask(end - HOUR_MS, end + DAY_MS);
    expect(certificate.through).toBe(end);
    expectHoles(certificate, end - HOUR_MS, end);
    expect(await ask(end + DAY_MS, end + 2 * DAY_MS)).toMatchObject({ cards: 0, ownedMs: 0, through: end + DAY_MS });
  });

  test("the file of holes adds up to what the certificate lacks", async () => {
    const ask = { from: "2025-05-06", to: "2025-05-07", scope: { ...WHOLE_FLEET, regions: ["east"] } };
    let text = "";
    for await (const piece of coverageCsv(db(), ask, ZONE)) text += piece;
    const [head, ...lines] = text.trimEnd().split("\r\n");
    expect(head).toBe(
      "\uFEFFfrom,to,cause,missing_minutes,cards,vendor,region,zone,cluster,node,model,billing,card_uuids,paused_minutes,paused_rules",
    );
    const { holes, ownedMs, observedMs } = await certify(db(), {
      ...coverageWindow(ask, ZONE),
      scope: ask.scope,
      zone: ZONE,
    });
    expect(lines).toHaveLength(holes.length);
    const cells = lines.map((line) => line.split(","));
    const minutes = cells.reduce((sum, row) => sum + Number(row[3]), 0);
    expect(minutes * 60_000).toBeCloseTo(ownedMs - observedMs, 3);
    for (const [i, row] of cells.entries()) {
      expect(row[0]).toBe(new Date(holes[i]?.from ?? 0).toISOString());
      expect(row.slice(5, 10)).toEqual(["v", "east", "z", "k", "node-a"]);
      expect(row[12]?.split(" ")).toHaveLength(Number(row[4]));
    }
    await expect(coverageCsv(db(), { ...ask, to: "2025-05-32" }, ZONE).next()).rejects.toThrow(/to: 2025-05-32/);
  });

  test("what a rule that is switched off would have judged is said beside the certificate, and lowers nothing", async () => {
    const before = await ask(DAY, end);
    expect(before.paused).toEqual([]);
    const [from, to] = [DAY + 9 * HOUR_MS + 1, DAY + DAY_MS + HOUR_MS];
    const rule = { ...BUILT_IN_RULES.find(({ id }) => id === "card-drop")!, where: { region: ["east"] } };
    const edit = { rule, who: "li", why: "swap", origin: "tuned" } as const;
    await db().transaction((tx) => putRuleEdit(tx, { ...edit, enabled: false, at: unixMs(from) }));
    await db().transaction((tx) => putRuleEdit(tx, { ...edit, enabled: true, at: unixMs(to) }));
    const slots = { from: DAY + 9 * HOUR_MS, to };
    const { paused, ...rest } = await ask(DAY, end);
    expect({ ...rest, paused: [] }).toEqual(before);
    const seen = cards
      .filter(({ region }) => region === "east")
      .flatMap((card) =>
        Array.from({ length: (slots.to - slots.from) / SLOT_MS }, (_, i) => {
          const at = slots.from + i * SLOT_MS;
          return ownedIn(card, at, at + SLOT_MS) - (missed.get(key(card.id, at))?.ms ?? 0);
        }),
      );
    const ms = seen.reduce((sum, one) => sum + one, 0);
    expect(paused).toEqual([{ ...slots, rules: ["card-drop"], cards: 4, ms }]);
    expect((await ask(DAY, end, { ...WHOLE_FLEET, regions: ["west"] })).paused).toEqual([]);
    let text = "";
    for await (const piece of coverageCsv(db(), { from: "2025-05-06", to: "2025-05-08", scope: WHOLE_FLEET }, ZONE))
      text += piece;
    expect(text.trimEnd().split("\r\n").at(-1)).toBe(
      `2025-05-06T09:00:00.000Z,2025-05-07T01:00:00.000Z,rule_paused,0,4,,,,,,,,,${ms / 60_000},card-drop`,
    );
    await db().transaction((tx) => dropRuleEdit(tx, "card-drop", { who: "li", why: "", at: unixMs(to) }));
    await db().query("DELETE FROM rule_edit");
  });

  test("periods that follow each other add up to the whole", async () => {
    const cuts = [DAY, DAY + 7 * HOUR_MS + SLOT_MS, NOON + DAY_MS, end];
    let [owned, observed] = [0, 0];
    for (const [i, from] of cuts.slice(0, -1).entries()) {
      const part = await ask(from, cuts[i + 1] ?? 0);
      owned += part.ownedMs;
      observed += part.observedMs;
    }
    expect(await ask(DAY, end)).toMatchObject({ ownedMs: owned, observedMs: observed });
  });

  test("late data only raises it: the slots a source could not be read in are read after all", async () => {
    const before = await ask(DAY, end);
    for (const slot of [end - HOUR_MS, end - HOUR_MS + SLOT_MS]) {
      for (const { id } of cards.slice(4)) missed.delete(key(id, slot));
      const batch = batchOf(unixMs(slot), ({ node }) => node === "node-b");
      await commitSlot(db(), { source: "prom", seq: 1, batch, events: [], committedAt: unixMs(end + 5 * HOUR_MS) });
    }
    const after = await ask(DAY, end);
    expectHoles(after, DAY, end);
    expect(after.ownedMs).toBe(before.ownedMs);
    expect(after.observedMs - before.observedMs).toBe(4 * SLOT_MS);
  });

  test("a day that was packed meanwhile says the same", async () => {
    const before = await ask(DAY, end);
    await packDay(db(), dayNoOf(DAY + DAY_MS));
    await db().query("DELETE FROM card_slot WHERE slot_no < $1", [dayNoOf(DAY + 2 * DAY_MS) * SLOTS_PER_DAY]);
    expect(await ask(DAY, end)).toEqual(before);
    expect(await ask(DAY, end, { ...WHOLE_FLEET, teams: ["search"] })).toMatchObject(heldBy("search", DAY, end));
  });

  test("past what is kept of slots the time is still missing, its cause is not known", async () => {
    const before = await ask(DAY, end);
    await db().query("DELETE FROM card_day_points WHERE day_no = $1", [dayNoOf(DAY)]);
    const day = await ask(DAY, DAY + DAY_MS);
    expect(day.byCause.map(({ cause }) => cause)).toEqual(["not_kept"]);
    expect(day.observedMs).toBeLessThan(day.ownedMs);
    const parts = [await ask(DAY, DAY + 7 * HOUR_MS), await ask(DAY + 7 * HOUR_MS, DAY + DAY_MS)];
    for (const of of ["ownedMs", "observedMs"] as const)
      expect(parts.reduce((sum, part) => sum + part[of], 0)).toBe(day[of]);
    const { ownedMs, observedMs } = await ask(DAY, end);
    expect({ ownedMs, observedMs }).toEqual({ ownedMs: before.ownedMs, observedMs: before.observedMs });
    const ofTeams = await ask(DAY, DAY + DAY_MS, { ...WHOLE_FLEET, teams: ["media", "search"] });
    expect(ofTeams.ownedMs).toBe(0); // nobody knows any more who held what
  });
}

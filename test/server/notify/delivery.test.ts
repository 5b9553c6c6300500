import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NextMessage, WaitingMessage } from "../../../db/store/outbox.ts";
import { RateWindow } from "../../../server/notify/limits.ts";
import { DECISIONS, type Decisions } from "../../../server/notify/notifier.ts";
import { asksNoMoreThanAllowed, losesNothing, oneIdOneBody, tellsTheTruthInOrder } from "./delivery-laws.ts";
import { play, scripts, type World } from "./delivery-world.ts";

const RUNS = process.env["DAPAN_SEED"] === "random" ? 1_000 : 60;
const LAWS = { tellsTheTruthInOrder, losesNothing, asksNoMoreThanAllowed, oneIdOneBody } as const;

test("whatever fails, and for as long: D-01, D-02, D-03 and D-04 hold", async () => {
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const world = await play(script);
      for (const law of Object.values(LAWS)) law(world);
    }),
    { numRuns: RUNS },
  );
}, 300_000);

/** A wrong notifier, and the law that must notice. */
type Mutant = readonly [fault: string, law: keyof typeof LAWS, wrong: Partial<Decisions>];

const planned = (
  change: (next: NextMessage, waiting: readonly WaitingMessage[]) => NextMessage,
): Partial<Decisions> => ({
  plan: (waiting, room) => {
    const next = DECISIONS.plan(waiting, room);
    return next === null ? null : change(next, waiting);
  },
});
const asIs = ({ id, notice, incidentIds }: WaitingMessage): NextMessage => ({ id, notice, incidentIds, folds: [] });

const MUTANTS: readonly Mutant[] = [
  [
    "the newest message goes first",
    "tellsTheTruthInOrder",
    { plan: (waiting) => (waiting.length === 0 ? null : asIs(waiting.at(-1)!)) },
  ],
  [
    "folding forgets what only the older message says",
    "tellsTheTruthInOrder",
    planned((next, waiting) => ({ ...next, notice: waiting.find(({ id }) => id === next.id)!.notice })),
  ],
  [
    "a failed message counts as delivered",
    "tellsTheTruthInOrder",
    { aftermath: (...args) => ({ ...DECISIONS.aftermath(...args), message: "delivered" }) },
  ],
  [
    "a message is folded into itself",
    "losesNothing",
    planned((next) => (next.folds.length === 0 ? next : { ...next, folds: [...next.folds, next.id] })),
  ],
  [
    "a message is folded without its incidents",
    "losesNothing",
    planned((next, waiting) => ({ ...next, incidentIds: waiting.find(({ id }) => id === next.id)!.incidentIds })),
  ],
  [
    "the breaker holds for four seconds",
    "asksNoMoreThanAllowed",
    {
      aftermath: (before, means, about) => {
        const after = DECISIONS.aftermath(before, means, about);
        return { ...after, health: { ...after.health, pausedUntil: about.now + 4_000 } };
      },
    },
  ],
  [
    "failures are not counted",
    "asksNoMoreThanAllowed",
    { aftermath: (before, ...rest) => DECISIONS.aftermath({ ...before, failures: 0 }, ...rest) },
  ],
  [
    "allowances are twice what they are",
    "asksNoMoreThanAllowed",
    {
      window: (limits, earlier) =>
        new RateWindow(
          limits.map(({ count, perMs }) => ({ count: count * 2, perMs })),
          earlier,
        ),
      plan: (waiting) => (waiting.length === 0 ? null : asIs(waiting[0]!)),
    },
  ],
  [
    "a tried message takes in what came later",
    "oneIdOneBody",
    planned((next, waiting) => {
      const last = waiting.at(-1)!;
      const first = waiting[0]!;
      return first.attempts > 0 && last !== first ? { ...asIs(first), notice: last.notice } : next;
    }),
  ],
  [
    "a repeat says so in a body that has an id",
    "oneIdOneBody",
    planned((next) =>
      next.notice.isRepeat ? { ...next, notice: { ...next.notice, title: `${next.notice.title} (repeat)` } } : next,
    ),
  ],
];

describe("each law notices", () => {
  test.each(MUTANTS)("%s: %s", async (_, law, wrong) => {
    const run = fc.asyncProperty(scripts, async (script) => {
      const world: World = await play(script, { ...DECISIONS, ...wrong });
      LAWS[law](world);
    });
    const found = await fc.check(run, { numRuns: RUNS, endOnFailure: true });
    expect(found.failed).toBe(true);
  });
});

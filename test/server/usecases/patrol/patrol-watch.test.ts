import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { PatrolWatch } from "../../../../server/domain/patrol/patrol-facts.ts";
import { spansOf } from "../../../../server/usecases/patrol/patrol-watch.ts";

const DAY = Date.UTC(2026, 10, 9);
const NO_WORK: PatrolWatch = {
  at: unixMs(DAY),
  startedAt: unixMs(DAY),
  atWork: [],
  rules: [],
  sources: [],
  isJudging: true,
  cannotWrite: "",
};

/** What the days keep after looks each hour at processes that run for some minutes and are away for some. */
function kept(lives: readonly (readonly [up: number, away: number])[], spans: typeof spansOf) {
  const days = new Map<number, PatrolWatch>();
  const truth: { from: number; to: number }[] = [];
  let last: PatrolWatch | null = null;
  let now = DAY + 20 * HOUR_MS;
  for (const [up, away] of lives) {
    const from = now;
    truth.push({ from, to: from + up * MINUTE_MS });
    for (let at = from + 3 * MINUTE_MS; at <= from + up * MINUTE_MS; at += HOUR_MS) {
      const look: PatrolWatch = { ...NO_WORK, at: unixMs(at), startedAt: unixMs(from) };
      last = { ...look, atWork: spans(look, last) };
      days.set(Math.floor(at / (24 * HOUR_MS)), last);
    }
    now = from + (up + away) * MINUTE_MS;
  }
  return { truth, spans: [...days.values()].flatMap(({ atWork }) => atWork) };
}

const LIVES = fc.array(fc.tuple(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 600 })), {
  minLength: 1,
  maxLength: 8,
});

/** Nothing is claimed that was not so; of each life at most what came after its last look is lost. */
function holds(spans: typeof spansOf): boolean {
  const found = fc.check(
    fc.property(LIVES, (lives) => {
      const { truth, spans: said } = kept(lives, spans);
      const isTrue = said.every(({ from, to }) => truth.some((life) => life.from <= from && to <= life.to));
      const isWhole = truth.every(({ from, to }) => {
        const until = Math.max(from, ...said.filter((span) => span.from === from).map((span) => span.to));
        return to - from < 3 * MINUTE_MS || (until > to - HOUR_MS && until <= to);
      });
      return isTrue && isWhole;
    }),
  );
  return !found.failed;
}

test("looks each hour never claim time in which no process ran, and lose less than an hour of each life", () => {
  expect(holds(spansOf)).toBe(true);
});

test("a look that forgets that another process ran in between, or what the day knew before, is caught", () => {
  expect(holds((now, last) => spansOf(now, last === null ? null : { ...last, startedAt: now.startedAt }))).toBe(false);
  expect(holds((now) => spansOf(now, null))).toBe(false);
});

test("while rules are not judged nothing is claimed, and judging again begins anew", () => {
  const first = { ...NO_WORK, at: unixMs(DAY + HOUR_MS), atWork: [{ from: unixMs(DAY), to: unixMs(DAY + HOUR_MS) }] };
  const ill = { ...NO_WORK, at: unixMs(DAY + 2 * HOUR_MS), isJudging: false };
  expect(spansOf(ill, first)).toEqual(first.atWork);
  const well = { ...NO_WORK, at: unixMs(DAY + 3 * HOUR_MS) };
  expect(spansOf(well, { ...ill, atWork: first.atWork })).toEqual([...first.atWork, { from: well.at, to: well.at }]);
});

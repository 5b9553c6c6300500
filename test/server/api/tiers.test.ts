import { describe, expect, test } from "vitest";
import type { LadderPage } from "../../../db/model/tier-views.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { DEFAULT_LADDER } from "../../../server/domain/tiers/offer.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { stageApi } from "./stage.ts";

const PAGE = { asOf: 1 } as LadderPage;
const override = { poolId: 1, tier: 1, owner: "ann", reason: "launch" };

async function ask(procedure: string, input: unknown, tiers: Parameters<typeof stageApi>[0] = {}) {
  const clock = manualClock();
  const { app } = await stageApi({ clock, ...tiers, tiers: { page: async () => PAGE, ...tiers.tiers } });
  const answer = await app.inject({ method: "POST", url: `/api/trpc/tiers.${procedure}`, payload: input as object });
  await app.close();
  const { result, error } = answer.json<{ result?: { data: unknown }; error?: { message: string } }>();
  return error === undefined ? result?.data : `${answer.statusCode} ${error.message}`;
}

describe("the ladder by API", () => {
  const now = manualClock().now();

  test("takes a ladder with a reason, and gives back the page", async () => {
    const saved: unknown[] = [];
    const saveLadder = async (...said: unknown[]) => void saved.push(...said);
    expect(await ask("saveLadder", { ladder: DEFAULT_LADDER, why: " prices " }, { tiers: { saveLadder } })).toEqual(
      PAGE,
    );
    expect(saved).toEqual([DEFAULT_LADDER, { who: "console", why: "prices", source: "console" }]);
  });

  test.each([
    ["whose steps fall", { ...DEFAULT_LADDER, p1Ratio: 3 }, "why", /raise p2Ratio from 2 to 3/],
    ["with a limit below the best offer", { ...DEFAULT_LADDER, p1Ratio: 0.5 }, "why", /p1Ratio/],
    ["without a reason", DEFAULT_LADDER, "  ", /why/],
    ["with more than a ladder in it", { ...DEFAULT_LADDER, p4Ratio: 9 }, "why", /p4Ratio/],
  ])("refuses a ladder %s", async (_, ladder, why, says) => {
    expect(await ask("saveLadder", { ladder, why })).toMatch(says);
  });

  test("sets a tier until a day, with who answers for it", async () => {
    const set: unknown[] = [];
    const setOverride = async (...said: unknown[]) => set.push(...said);
    const to = now + DAY_MS;
    expect(await ask("setOverride", { ...override, to }, { tiers: { setOverride } })).toEqual(PAGE);
    expect(set[0]).toEqual({ ...override, to });
  });

  test.each([
    ["that is over already", { to: now }, /400 the override would expire in the past/],
    ["for ever", { to: now + 400 * DAY_MS }, /400 an override lasts a year at most/],
    ["of a pool that is not there", { to: now + DAY_MS }, /404 there is no pool number 1/],
    ["without an owner", { to: now + DAY_MS, owner: " " }, /400 owner/],
    ["into a tier that is none", { to: now + DAY_MS, tier: 4 }, /400 tier/],
  ])("refuses a tier %s", async (_, part, says) => {
    expect(await ask("setOverride", { ...override, ...part })).toMatch(says);
  });

  test("says that an override or benchmarks are gone already", async () => {
    expect(await ask("endOverride", { id: 3 })).toMatch(/404 this override has expired/);
    expect(await ask("removeBenchmarks", { ids: [3] })).toMatch(/404 these benchmarks were removed/);
  });
});

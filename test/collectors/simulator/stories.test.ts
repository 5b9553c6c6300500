import { expect, test } from "vitest";
import { soldIn } from "../../../collectors/simulator/business.ts";
import { Fleet } from "../../../collectors/simulator/fleet.ts";
import { stageStories } from "../../../collectors/simulator/stories.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22, 9, 30);
const fleet = new Fleet({ seed: 1, cards: 600, startMs: START, faults: 0, staged: true });
const stories = stageStories(1, fleet.nodes, START);

test("a gang whose master died holds its cards until the morning and computes nothing", () => {
  const { hung } = stories;
  const node = fleet.nodes.find((n) => n.block === hung?.block);
  const lane = node && fleet.host(node).cards[0]?.lanes[0];
  const at = (t: number) => {
    lane?.seek(t);
    return { held: lane?.tenantAt(t)?.holder.pod ?? null, busy: lane?.busyAt(t) ?? null };
  };
  expect(at((hung?.from ?? 0) - HOUR)).toMatchObject({ busy: true });
  const dead = at((hung?.from ?? 0) + 3 * HOUR);
  expect(dead.busy).toBe(false);
  expect(dead.held).toBe(at((hung?.from ?? 0) - HOUR).held);
  expect((hung?.to ?? 0) - (hung?.from ?? 0)).toBeGreaterThan(6 * HOUR);
  expect(hung?.to).toBeLessThan(START);
});

test("a notebook somebody left is one pod for days and never busy", () => {
  const node = fleet.nodes[stories.forgotten?.node ?? -1];
  const lane = node && fleet.host(node).cards[0]?.lanes[0];
  const pods = new Set<string>();
  for (let t = (stories.forgotten?.from ?? 0) + 1; t < START; t += 5 * HOUR) {
    lane?.seek(t);
    expect(lane?.busyAt(t)).toBe(false);
    pods.add(lane?.tenantAt(t)?.holder.pod ?? "nobody");
  }
  expect(pods.size).toBe(1);
  expect(pods).not.toContain("nobody");
});

test("a campaign sells more than the same hour of the day before, and what is sold is whole and the same when asked again", () => {
  const { campaign } = stories;
  const hour = Math.floor((campaign?.from ?? 0) / HOUR) + 3;
  const sold = (h: number) => soldIn(fleet, h).find(({ feature }) => feature === campaign?.feature)?.ok ?? 0;
  expect(sold(hour)).toBeGreaterThan(sold(hour - 48));
  expect(Number.isInteger(sold(hour))).toBe(true);
  expect(soldIn(fleet, hour)).toEqual(
    soldIn(new Fleet({ seed: 1, cards: 600, startMs: START, faults: 0, staged: true }), hour),
  );
});

test("a fleet of one node tells no story", () => {
  expect(stageStories(1, [], START)).toMatchObject({ hung: null, forgotten: null });
});

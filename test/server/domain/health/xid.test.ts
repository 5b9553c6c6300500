import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ACTIONS } from "../../../../db/model/rule.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { npuFaultOf } from "../../../../server/domain/health/npu-faults.ts";
import { burstsOf } from "../../../../server/domain/health/xid-bursts.ts";
import { isOfSet, XID_FAULTS, xidCodes, xidOf } from "../../../../server/domain/health/xid.ts";
import type { EventWish } from "./a-round.ts";
import { find, sight } from "./rule-case.ts";

const FACTS = path.resolve("../shared/facts");
const hasFacts = existsSync(FACTS);
if (!hasFacts) console.log(`skipped: ${FACTS} is not there to hold our tables against`);
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(FACTS, name), "utf8"));

describe("the catalogue", () => {
  test("every entry is whole", () => {
    for (const code of xidCodes()) {
      const { name, nameZh, faults, action, ifRepeated } = xidOf(code);
      expect([code, name === "", nameZh === ""]).toEqual([code, false, false]);
      expect(faults.every((fault) => XID_FAULTS.includes(fault))).toBe(true);
      expect([action, ifRepeated ?? action].every((one) => ACTIONS.includes(one))).toBe(true);
    }
  });
  test.skipIf(!hasFacts)("says of each of the 176 codes what the facts say", () => {
    const { xids } = read("xid.json") as { xids: readonly Record<string, unknown>[] };
    expect(xidCodes()).toEqual(xids.map(({ code }) => code));
    for (const fact of xids) {
      const ours = xidOf(fact["code"] as number);
      expect({ ...ours, faults: [...ours.faults] }).toMatchObject({
        name: fact["name"],
        class: fact["class"],
        level: fact["level"],
        faults: fact["fault"],
        sourcesDisagree: fact["sourcesDisagree"],
        isUnusedSinceAmpere: fact["unusedOnAmpereAndNewer"],
      });
      const action = String(fact["action"]).replaceAll("-", "_");
      if ((ACTIONS as readonly string[]).includes(action))
        expect([ours.code, ours.action]).toEqual([ours.code, action]);
    }
  });
  test("a code nobody has described is a hardware warning, to be looked into", () => {
    expect(xidOf(999)).toMatchObject({ code: 999, class: "hardware", level: "warning", action: "investigate" });
    expect(isOfSet(999, "hardware_warning")).toBe(true);
  });
  test("codes on which the lists disagree page nobody, and are a ticket", () => {
    for (const code of [54, 136, 158]) {
      expect(isOfSet(code, "critical")).toBe(false);
      expect(isOfSet(code, "hardware_warning")).toBe(true);
    }
    expect([48, 64, 74, 79, 95, 119, 120, 140, 143].filter((code) => !isOfSet(code, "critical"))).toEqual([]);
  });
});

test.skipIf(!hasFacts)("each of the 802 Ascend codes has the level of its list, the graver one of two", () => {
  const { codes } = read("ascend-fault-codes.json") as { codes: Record<string, string | readonly string[]> };
  expect(Object.keys(codes)).toHaveLength(802);
  const odd = Object.entries(codes).filter(([hex, said]) => {
    const levels = [said].flat().map((level) => level.replace(/(Fault)?Codes$/, ""));
    return !levels.includes(npuFaultOf(Number.parseInt(hex, 16)).level);
  });
  expect(odd).toEqual([]);
});

describe("bursts", () => {
  const T = 1_700_000_000_000;
  const story = (...some: readonly (readonly [code: number, second: number])[]) =>
    burstsOf(
      some.map(([code, second]) => ({
        cardId: 1,
        at: unixMs(T + second * SECOND_MS),
        kind: "xid" as const,
        code,
        count: 1,
        detail: "",
      })),
      true,
    ).map(({ code, events }) => [code, events.length]);

  test("the same code within its gap is one: 5 s, 15 s for 13, 3 min for 31 and what is fatal", () => {
    expect(story([43, 0], [43, 5], [43, 11])).toEqual([
      [43, 2],
      [43, 1],
    ]);
    expect(story([13, 0], [13, 15], [13, 31])).toEqual([
      [13, 2],
      [13, 1],
    ]);
    expect(story([31, 0], [31, 180], [31, 361])).toEqual([
      [31, 2],
      [31, 1],
    ]);
    expect(story([79, 0], [79, 180], [79, 361])).toEqual([
      [79, 2],
      [79, 1],
    ]);
  });
  test("a burst goes on as long as its pauses are short, however long it gets", () => {
    expect(story(...Array.from({ length: 100 }, (_, i) => [79, i * 120] as const))).toEqual([[79, 100]]);
  });
  test("45, 137, 171 and 172 belong to what stands within a minute before them, and to nothing else", () => {
    expect(story([48, 0], [171, 1], [172, 1], [45, 60])).toEqual([[48, 4]]);
    expect(story([48, 0], [45, 61])).toEqual([
      [48, 1],
      [45, 1],
    ]);
    expect(story([45, 0], [137, 1])).toEqual([
      [45, 1],
      [137, 1],
    ]);
  });
  test("a double-bit error and what it brings with it are one story", () => {
    expect(story([48, 0], [63, 1], [94, 2])).toEqual([[48, 3]]);
    expect(story([63, 0], [94, 2])).toEqual([
      [63, 1],
      [94, 1],
    ]);
  });
});

describe("incidents of XIDs", () => {
  const card = (events: readonly EventWish[], uuid = "GPU-1") => ({ uuid, events });
  const xid = (code: number, ago: number): EventWish => ({ kind: "xid", code, ago });
  const found = (id: string, ...some: ReturnType<typeof card>[]) =>
    find(id, { cards: some }).map(({ labels, values }) => [labels["xid"], values["action"]]);

  test("a card that fell off the bus after a double-bit error has two", () => {
    const events = [xid(48, 10 * MINUTE_MS), xid(63, 10 * MINUTE_MS - SECOND_MS), xid(79, MINUTE_MS)];
    expect(found("xid-critical", card(events))).toEqual([
      ["48", "drain_reset_gpu"],
      ["79", "drain_reboot"],
    ]);
    expect(found("xid-hw-warning", card(events))).toEqual([]); // 63 came with 48
  });
  test("the second one within its window asks for the second step", () => {
    expect(found("xid-critical", card([xid(79, 50 * MINUTE_MS), xid(79, MINUTE_MS)]))).toEqual([
      ["79", "rma_diagnose"],
    ]);
  });
  test("the program's error on one card is looked for in the card, on two in the program", () => {
    const twice = [xid(31, 5 * HOUR_MS), xid(31, HOUR_MS)];
    expect(found("xid-mmu-again", card(twice))).toEqual([["31", "drain_and_diagnose"]]);
    expect(found("xid-mmu-again", card(twice), card([xid(31, HOUR_MS)], "GPU-2"))).toEqual([["31", "restart_app"]]);
  });
  test("five bursts of different fatal codes are no five of one", () => {
    expect(found("xid-repeat", card([48, 74, 79, 95, 119].map((code, i) => xid(code, (i + 1) * HOUR_MS))))).toEqual([]);
  });
  test("the incident began with the event that was enough, so that a late one is known to be late", () => {
    const [finding] = find("xid-repeat", { cards: [card([1, 5, 9, 13, 17].map((h) => xid(48, h * HOUR_MS)))] });
    expect(finding?.since).toBe(unixMs(Date.UTC(2026, 10, 20, 8) - HOUR_MS));
    expect(finding?.evidence).toHaveLength(5);
  });
  test("a card that was given back has left", () => {
    expect(sight("xid-critical", { cards: [card([])] }, { card: "GPU-gone", xid: "79" })).toBe("left");
  });
  test("five events of a day ago count no more, and five fresh ones do", () => {
    expect(found("xid-repeat", card([0, 1, 2, 3, 4].map((h) => xid(48, DAY_MS - h * HOUR_MS))))).toEqual([
      ["48", "rma_diagnose"],
    ]);
    expect(found("xid-repeat", card([0, 6, 12, 18, 24].map((h) => xid(48, 30 * HOUR_MS - h * HOUR_MS))))).toEqual([]);
  });
});

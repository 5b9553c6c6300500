import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WHOLE_FLEET } from "../../../db/model/report.ts";
import { ServiceError } from "../../../server/errors.ts";
import { type Stage, stageApi } from "./stage.ts";

const condition = { measure: "dapan.coverage", compare: "<", warn: 0.99, bad: null };
const item = { id: null, title: "Ours", advice: "", condition };
const guard = {
  id: null,
  name: "spring",
  owner: "li",
  from: 1_000,
  to: 2_000,
  scope: WHOLE_FLEET,
  duty: [],
  stricter: { waitScale: 0.5, families: [], thresholds: [] },
};

let stage: Stage;
const asked: unknown[] = [];
beforeAll(async () => {
  stage = await stageApi({
    patrol: {
      runNow: () => void asked.push("run"),
      saveItem: async (...said) => (asked.push(said), "own.1"),
      removeItem: async (id) => {
        throw new ServiceError("not_found", `there is no item "${id}" of your own: reload the list`);
      },
      saveGuard: async (edit) => (asked.push(edit), 7),
      setDay: async (...said) => void asked.push(said),
    },
  });
});
afterAll(() => stage.app.close());

async function ask(procedure: string, input?: object) {
  const answer = await stage.app.inject({ method: "POST", url: `/api/trpc/patrol.${procedure}`, payload: input ?? {} });
  const { result, error } = answer.json<{ result?: { data: unknown }; error?: { message: string } }>();
  return error === undefined ? result?.data : `${answer.statusCode} ${error.message}`;
}

describe("the patrol by API", () => {
  test("takes an item, a window and a day, and says under which number they stand", async () => {
    expect(await ask("saveItem", item)).toEqual({ id: "own.1" });
    expect(asked.at(-1)).toEqual([item, "console"]);
    expect(await ask("saveGuard", guard)).toEqual({ id: 7 });
    expect(asked.at(-1)).toEqual(guard);
    await ask("setDay", { day: "2026-12-31", kind: null, name: "" });
    expect(asked.at(-1)).toEqual(["2026-12-31", null, ""]);
    await ask("runChecks");
    expect(asked.at(-1)).toBe("run");
  });

  test.each([
    ["an item without a name", "saveItem", { ...item, title: " " }, /400 title: give the item a name/],
    [
      "a comparison that is none",
      "saveItem",
      { ...item, condition: { ...condition, compare: "!" } },
      /400 condition.compare/,
    ],
    [
      "a limit that is no number",
      "saveItem",
      { ...item, condition: { ...condition, warn: "1" } },
      /400 condition.warn/,
    ],
    ["more than an item", "saveItem", { ...item, group: "cost" }, /400 .*group/],
    ["an item that is not there", "removeItem", { id: "x" }, /404 there is no item "x"/],
    ["a window without an owner", "saveGuard", { ...guard, owner: "" }, /400 owner: name who answers/],
    ["an instant that is none", "saveGuard", { ...guard, from: -1 }, /400 from/],
    ["a kind of day that is none", "setDay", { day: "2026-12-31", kind: "bridge", name: "" }, /400 kind/],
    ["a report that is none", "guardReport", { id: 1, which: "other" }, /400 which/],
  ])("refuses %s, and says the way out", async (_, procedure, input, says) => {
    expect(await ask(procedure, input)).toMatch(says);
  });
});

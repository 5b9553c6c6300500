import { afterAll, beforeAll, expect, test } from "vitest";
import type { MappingWish } from "../../../server/usecases/mapping/change-mapping.ts";
import { type Stage, stageApi } from "./stage.ts";

let stage: Stage;
const wishes: MappingWish[] = [];
beforeAll(async () => {
  stage = await stageApi({
    features: {
      list: () => [
        {
          id: 1,
          key: "chat",
          name: "Chat",
          team: "",
          kind: "inference",
          unit: "",
          unitSource: "",
          owns: [],
          archivedAt: null,
        },
      ],
      change: async (wish) => {
        wishes.push(wish);
        return null;
      },
    },
  });
});
afterAll(() => stage.app.close());

async function call(procedure: string, body: string) {
  const reply = await stage.app.inject({
    method: "POST",
    url: `/api/trpc/mapping.${procedure}`,
    headers: { "content-type": "application/json" },
    payload: body,
  });
  return { status: reply.statusCode, text: reply.body };
}

const rule = { name: "chat", feature: "chat", match: { namespace: "chat" } };
const save = (rules: unknown, extra: object = {}) => JSON.stringify({ rules, version: "0 0 0", why: "test", ...extra });

test("rules are saved as they were written, and only what a rule may say is taken", async () => {
  expect((await call("save", save([rule]))).status).toBe(200);
  expect(wishes.pop()?.rules).toMatchObject([{ name: "chat", feature: "chat", match: { namespace: "chat" } }]);
  for (const wrong of [
    save([{ ...rule, colour: "red" }]),
    save([{ ...rule, match: { namespaces: "chat" } }]),
    save([{ ...rule, match: { labels: ["a"] } }]),
    save([{ ...rule, match: { labels: { a: 1 } } }]),
    save([{ ...rule, match: { pod: "a".repeat(2_000) } }]),
    save([{ ...rule, name: "a".repeat(400) }]),
    save(Array.from({ length: 2_001 }, () => rule)),
    save([rule], { who: "somebody else" }),
    save([{ ...rule, from: 1 }]),
  ])
    expect((await call("save", wrong)).status, wrong.slice(0, 200)).toBe(400);
  expect(wishes).toEqual([]);
});

test("a rule without its label would take more than was meant: a label of any name is kept or refused", async () => {
  const body = save([rule]).replace('{"namespace":"chat"}', '{"labels":{"__proto__":"x"}}');
  const { status } = await call("save", body);
  const labels = wishes.pop()?.rules?.[0]?.match.labels;
  expect(status === 400 || JSON.stringify(labels) === '{"__proto__":"x"}').toBe(true);
});

test("a change without a reason, a fault and a file that is no YAML are refused with a sentence", async () => {
  expect((await call("save", save([rule], { why: " " }))).text).toContain("why: say why this changes");
  const faulty = await call("save", save([{ ...rule, match: { pod: "(a" } }]));
  expect(faulty.status).toBe(400);
  expect(faulty.text).toContain("rules[0].match.pod");
  const preview = await call("previewYaml", JSON.stringify({ yaml: "features: [" }));
  expect(preview.status).toBe(200);
  expect(preview.text).toContain("this is no YAML");
  expect((await call("applyYaml", JSON.stringify({ yaml: "[", fingerprint: "", why: "x" }))).status).toBe(400);
  expect((await call("archive", JSON.stringify({ key: "nobody", archived: true, why: "x" }))).status).toBe(404);
});

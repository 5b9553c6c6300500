import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unixMs } from "../../../../db/model/units.ts";
import { readCatalogue } from "../../../../server/usecases/mapping/catalogue-read.ts";
import { readWish } from "../../../../server/usecases/mapping/catalogue-wish.ts";

const believed = {
  features: [],
  rules: [],
  zone: "Asia/Shanghai",
  now: unixMs(Date.UTC(2026, 10, 22)),
  prometheis: ["prom-1"],
};

test("the features.yaml of the guide can be applied as it stands", () => {
  const examples = [...readFileSync("docs/features.md", "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)];
  expect(examples).toHaveLength(1);
  const { catalogue, faults } = readCatalogue(examples[0]?.[1] ?? "");
  expect(faults).toEqual([]);
  const wish = readWish(catalogue ?? {}, believed);
  expect(wish.faults).toEqual([]);
  expect(wish.changes.map(({ act, what, name }) => `${act} ${what} ${name}`)).toEqual([
    "add feature chat-assist",
    "add feature image-draw",
    "add feature foundation",
    "add feature old-ocr",
    "add rule labelled chat",
    "add rule chat workload",
    "add rule drawing namespace from ever",
    "add rule drawing namespace from 2026-11-01",
    "add rule training by name",
  ]);
  expect(wish.units).toMatchObject({ usage: [{ name: "vllm" }, { name: "gateway" }] });
});

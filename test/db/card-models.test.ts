import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CARD_MODELS, cardModel, modelOf } from "../../db/model/card-models.ts";

describe("a card's model", () => {
  test.each([
    ["NVIDIA A100-SXM4-80GB", "A100-80G-SXM"],
    ["A100-SXM4-80GB", "A100-80G-SXM"],
    ["nvidia a100 80gb pcie", "A100-80G-PCIE"],
    ["NVIDIA_A100_80GB_PCIe", "A100-80G-PCIE"],
    ["NVIDIA-H100-80GB-HBM3", "H100-SXM"],
    ["Tesla T4", "T4"],
    ["NVIDIA T4", "T4"],
    ["Tesla V100-SXM2-32GB", "V100-SXM2-32G"],
    ["910B3", "Ascend910B3"],
    ["Ascend910B3", "Ascend910B3"],
  ])("%s is %s", (said, id) => {
    expect(modelOf(said)).toBe(id);
  });

  test.each(["NVIDIA A10G", "910Awn-Ascend-V1", "", "NVIDIA", "A100"])(
    "%j is a stranger and keeps its name",
    (said) => {
      expect(modelOf(said)).toBe(said);
      expect(cardModel(said)).toBeNull();
    },
  );

  test("no two models answer to one name", () => {
    const names = CARD_MODELS.flatMap(({ modelNames }) => modelNames.map((name) => modelOf(name)));
    const ids = CARD_MODELS.flatMap(({ id, modelNames }) => modelNames.map(() => id));
    expect(names).toEqual(ids);
  });

  test("the table is that of the data sheet", () => {
    const sheet = path.resolve("../shared/facts/cards.json");
    if (!existsSync(sheet)) return console.log(`skipped: no ${sheet}`);
    const { cards } = JSON.parse(readFileSync(sheet, "utf8")) as { cards: Record<string, unknown>[] };
    expect(CARD_MODELS).toEqual(
      cards.map(({ id, vendor, modelNames, memoryGB, tdpW, migInstances, fp16DenseTflops, memoryBandwidthGBs }) => ({
        id,
        vendor,
        modelNames,
        memoryGB,
        tdpW,
        migInstances,
        fp16Tflops: fp16DenseTflops,
        bandwidthGBs: memoryBandwidthGBs,
      })),
    );
  });
});

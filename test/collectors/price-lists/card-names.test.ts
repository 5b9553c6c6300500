import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CARD_MODELS } from "../../../db/model/card-models.ts";
import { readCardName } from "../../../collectors/price-lists/card-names.ts";
import { alias } from "./reading.ts";

describe("a card's name in a price list", () => {
  test.each([
    ["A100 (80 GB)", "A100-80G-SXM", "form_assumed"],
    ["A100 (40 GB)", "A100-40G-SXM", "form_assumed"],
    ["A100-80GB", "A100-80G-SXM", "form_assumed"],
    ["A100 PCIe 80GB", "A100-80G-PCIE", "read"],
    ["V100 (16 GB)", "V100-SXM2-16G", "form_assumed"],
    ["Tesla V100-PCIE-32GB", "V100-PCIE-32G", "exact"],
    ["H100 (80 GB)", "H100-SXM", "form_assumed"],
    ["H100 HGX (80GB)", "H100-SXM", "read"],
    ["H100 PCIe (80GB)", "H100-PCIE", "read"],
    ["A10 (24 GB)", "A10", "read"],
    ["NVIDIA A10", "A10", "exact"],
    ["T4 (16 GB)", "T4", "read"],
    ["l40s", "L40S", "exact"],
    ["Ascend 910B3", "Ascend910B3", "read"],
    ["GeForce RTX 4090", "RTX4090", "exact"],
  ])("%j is %s (%s)", (text, model, why) => {
    expect(readCardName(text)).toMatchObject({ model, name: model, why });
  });

  test.each([
    ["A10G (24 GB)", "NVIDIA A10G", 24],
    ["K80 (12 GB)", "Tesla K80", 12],
    ["P4 (8 GB)", "Tesla P4", 8],
    ["P100 (16 GB)", "Tesla P100-PCIE-16GB", 16],
    ["A6000 (48 GB)", "NVIDIA RTX A6000", 48],
    ["RTX A6000 (48 GB)", "NVIDIA RTX A6000", 48],
    ["Quadro RTX 6000 (24 GB)", "Quadro RTX 6000", 24],
    ["RTX5000 (16 GB)", "Quadro RTX 5000", 16],
    ["3080Ti (12 GB)", "NVIDIA GeForce RTX 3080 Ti", 12],
    ["GH200 (96 GB)", "NVIDIA GH200 480GB", 96],
  ])("%j has no sheet and keeps the name its exporter gives it", (text, name, memoryGB) => {
    expect(readCardName(text)).toEqual({ model: null, name, memoryGB, why: "stranger" });
  });

  test.each([
    "A100",
    "V100",
    "V100 SXM2",
    "H100 NVL (94 GB)",
    "RTX 6000 Ada (48 GB)",
    "A100 (60 GB)",
    "T4g",
    "TPU v5e",
    "",
  ])("%j may be several cards or none: nothing is guessed", (text) => {
    expect(readCardName(text)).toMatchObject({ model: null, name: text, why: "unknown" });
  });

  test("another column's memory tells what the name leaves open", () => {
    expect(readCardName("A100", 40).model).toBe("A100-40G-SXM");
    expect(readCardName("A100", 80).model).toBe("A100-80G-SXM");
    expect(readCardName("B200", 192).model).toBe("B200");
    expect(readCardName("A100 (80 GB)", 40).model).toBe("A100-80G-SXM");
  });

  test("what a person said goes before everything", () => {
    expect(readCardName("a100 80GB", null, alias("A100 (80 GB)", "A100-80G-PCIE"))).toMatchObject({
      model: "A100-80G-PCIE",
      why: "alias",
    });
  });

  test("is total, and a card of ours is always itself", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const { model, name, why } = readCardName(text);
        expect(model === null || CARD_MODELS.some(({ id }) => id === model)).toBe(true);
        expect(name).toBe(model ?? (why === "stranger" ? name : text.trim()));
      }),
    );
    for (const { id, modelNames } of CARD_MODELS)
      for (const name of [id, ...modelNames]) expect(readCardName(name).model, name).toBe(id);
  });
});

import { describe, expect, test } from "vitest";
import { DEFAULT_RULES, placeOf } from "../../../server/config/place-rules.ts";
import { readConfig } from "../../../server/config/read.ts";

const rulesOf = (text: string) => {
  const reading = readConfig(text, "dapan.yaml", {});
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.config.labels;
};
const at = (labels: Record<string, string>, text = "") =>
  placeOf(new Map(Object.entries(labels)), text === "" ? DEFAULT_RULES : rulesOf(text));

describe("labels place a card", () => {
  test("what nobody says is empty, and billing is unknown", () => {
    expect(at({})).toEqual({ place: { vendor: "", region: "", zone: "", cluster: "", billing: "unknown" }, node: "" });
  });

  test("the first label that is said and not empty wins", () => {
    expect(at({ region: "", topology_kubernetes_io_region: "cn-1" }).place.region).toBe("cn-1");
    expect(at({ region: "a", topology_kubernetes_io_region: "b" }).place.region).toBe("a");
  });

  test("values are renamed, and what is no billing type is unknown", () => {
    const text = "labels: {billing: {from: [charge], rename: {包年包月: monthly}}}";
    expect(at({ charge: "包年包月" }, text).place.billing).toBe("monthly");
    expect(at({ charge: "spot" }, text).place.billing).toBe("spot");
    expect(at({ charge: "whatever" }, text).place.billing).toBe("unknown");
  });

  test("a constant holds whatever the labels say", () => {
    const text = "labels: {vendor: {constant: own}, zone: {default: z0}, node: {from: instance}}";
    expect(at({ vendor: "x", instance: "gpu-1" }, text)).toMatchObject({
      place: { vendor: "own", zone: "z0" },
      node: "gpu-1",
    });
  });
});

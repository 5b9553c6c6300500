import { expect, test } from "vitest";
import { readConfig } from "../../server/config/read.ts";
import { EXAMPLE_SOURCES } from "../../web/parts/example-sources.ts";

test("the example an empty fleet shows is a configuration Dapan accepts", () => {
  const reading = readConfig(EXAMPLE_SOURCES, "dapan.yaml", {});
  expect(reading.ok ? [] : reading.faults).toEqual([]);
  expect(reading.ok && reading.config.sources.map((source) => source.kind)).toEqual(["static", "prometheus"]);
});

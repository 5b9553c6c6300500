import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { StormFigures } from "./storm-child.ts";

const CHILD = fileURLToPath(new URL("storm-child.ts", import.meta.url));

test("100,000 findings at once weigh at most 64 MiB and leave one message a group and channel (WHK-10)", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", CHILD, "3"]);
  const storm = JSON.parse(stdout) as StormFigures;
  expect(storm.findings).toBe(100_000);
  expect(storm.liveMiB).toBeLessThanOrEqual(64);
  expect(storm.outbox).toBeGreaterThanOrEqual(storm.channels);
  expect(storm.outbox).toBeLessThanOrEqual(storm.groups);
  expect(storm.open).toBeLessThanOrEqual(10_000 + 20);
}, 120_000);

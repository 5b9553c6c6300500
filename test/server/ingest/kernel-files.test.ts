import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KernelLogOf, KernelTaken } from "../../../server/ingest/kernel-intake.ts";
import { KernelFiles } from "../../../server/ingest/kernel-files.ts";
import { manualClock, type ManualClock } from "../../tools/manual-clock.ts";

let folder: string;
let file: string;
let clock: ManualClock;
let files: KernelFiles;
let taken: { line: string; isPast: boolean; node: string }[];
let isDown: boolean;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dapan-kmsg-"));
  file = path.join(folder, "kern.log");
  clock = manualClock();
  taken = [];
  isDown = false;
  const take = async (lines: readonly string[], { node, isPast = false }: KernelLogOf): Promise<KernelTaken> => {
    if (isDown) throw new Error("disk full");
    taken.push(...lines.map((line) => ({ line, isPast, node })));
    return { taken: lines.length, repeated: 0, unknownCard: 0, ignored: 0, tooOld: 0 };
  };
  files = new KernelFiles({ clock, log: { warn: () => undefined }, intake: { take } });
});
afterEach(async () => {
  await files.stop();
  rmSync(folder, { recursive: true, force: true });
});

const follow = () => files.follow([{ file, node: "gpu-1", cluster: "" }]);
const lines = () => taken.map(({ line }) => line);
/** Real files need real turns of the event loop. */
async function pass(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    await clock.advance(2_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

test("what was there is told as past, what comes later as it comes, whole lines only", async () => {
  writeFileSync(file, "old 1\nold 2\n");
  follow();
  await pass();
  expect(taken).toEqual([
    { line: "old 1", isPast: true, node: "gpu-1" },
    { line: "old 2", isPast: true, node: "gpu-1" },
  ]);
  appendFileSync(file, "new 1\nhalf of 显");
  await pass();
  appendFileSync(file, "卡 two\n");
  await pass();
  expect(taken.slice(2)).toEqual([
    { line: "new 1", isPast: false, node: "gpu-1" },
    { line: "half of 显卡 two", isPast: false, node: "gpu-1" },
  ]);
});

test("a rotated file is read to its end, then the new one from its beginning", async () => {
  writeFileSync(file, "");
  follow();
  await pass();
  appendFileSync(file, "before\n");
  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, "still the old one\n");
  writeFileSync(file, "after\n");
  await pass();
  expect(lines()).toEqual(["before", "still the old one", "after"]);
  expect(taken.every(({ isPast }) => !isPast)).toBe(true);
});

test("a truncated file is read from its beginning", async () => {
  writeFileSync(file, "a long line that was there\n");
  follow();
  await pass();
  truncateSync(file, 0);
  await pass();
  appendFileSync(file, "new\n");
  await pass();
  expect(lines().slice(1)).toEqual(["new"]);
});

test("a file that is not there yet is waited for, and then all of it is new", async () => {
  follow();
  await pass();
  writeFileSync(file, "first\n");
  await pass();
  expect(taken.map(({ line }) => line)).toEqual(["first"]);
});

test("what could not be stored is read again, once", async () => {
  writeFileSync(file, "");
  follow();
  await pass();
  isDown = true;
  appendFileSync(file, "one\n");
  await pass();
  isDown = false;
  await pass();
  appendFileSync(file, "two\n");
  await pass();
  expect(lines()).toEqual(["one", "two"]);
});

test("of a large file the end is looked at", async () => {
  writeFileSync(file, `${"x".repeat(99)}\n`.repeat(30_000));
  follow();
  for (let i = 0; i < 4; i += 1) await pass();
  expect(taken.length).toBeGreaterThan(10_000);
  expect(taken.length).toBeLessThan(11_000);
});

test("a file that is no longer wanted is left", async () => {
  writeFileSync(file, "");
  follow();
  await pass();
  files.follow([]);
  await pass();
  appendFileSync(file, "nobody reads this\n");
  await pass();
  expect(lines()).toEqual([]);
});

import { pino } from "pino";
import { expect, test } from "vitest";
import type { ConfigReading } from "../../../server/config/config.ts";
import { holdConfig, needsRestart } from "../../../server/config/holder.ts";
import { readConfig } from "../../../server/config/read.ts";

const read = (text: string): ConfigReading => readConfig(text, "dapan.yaml", {});
const configOf = (text: string) => {
  const reading = read(text);
  if (!reading.ok) throw new Error("wrong");
  return reading.config;
};
const silent = pino({ level: "silent" });

function stage(first: string) {
  let text = first;
  const holder = holdConfig(configOf(first), () => read(text), silent);
  return { holder, write: (now: string) => void (text = now) };
}

test("a new file that is right is taken, and everybody is told", () => {
  const { holder, write } = stage("timeZone: UTC");
  const told: string[] = [];
  const stop = holder.onChange((config) => told.push(config.timeZone));
  write("timeZone: Asia/Tokyo");
  expect(holder.reload()).toBe(true);
  stop();
  write("timeZone: Asia/Seoul");
  expect(holder.reload()).toBe(true);
  expect(holder.current().timeZone).toBe("Asia/Seoul");
  expect(told).toEqual(["Asia/Tokyo"]);
});

test("a new file that is wrong changes nothing but the faults, until it is right again", () => {
  const { holder, write } = stage("timeZone: UTC");
  const told: string[] = [];
  holder.onChange((config) => told.push(config.timeZone));
  write("timeZone: Nowhere/Land\nsuorces: []");
  expect(holder.reload()).toBe(false);
  expect(holder.current().timeZone).toBe("UTC");
  expect(holder.faults().map((f) => f.path)).toEqual(["timeZone", "suorces"]);
  expect(told).toEqual([]);
  write("timeZone: Asia/Tokyo");
  expect(holder.reload()).toBe(true);
  expect(holder.faults()).toEqual([]);
});

test("a listener that throws does not keep the others on the old config", () => {
  const { holder, write } = stage("timeZone: UTC");
  const told: string[] = [];
  holder.onChange(() => {
    throw new Error("cannot");
  });
  holder.onChange((config) => told.push(config.timeZone));
  write("timeZone: Asia/Tokyo");
  expect(holder.reload()).toBe(true);
  expect(told).toEqual(["Asia/Tokyo"]);
});

test("what only a restart changes is named", () => {
  const old = configOf("");
  expect(needsRestart(old, configOf("timeZone: Asia/Tokyo"))).toEqual([]);
  expect(needsRestart(old, configOf("listen: {port: 1}\ndataDir: x\nstorage: {slotDays: 4}"))).toEqual([
    "listen",
    "database",
    "storage",
  ]);
});

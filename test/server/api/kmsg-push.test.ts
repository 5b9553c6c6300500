import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { DAY_MS, HOUR_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { CardEvent } from "../../../db/model/events.ts";
import { putEvents, readEventsAfter } from "../../../db/store/events.ts";
import { registerCards } from "../../../db/store/registry.ts";
import { systemClock } from "../../../server/clock.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { CardRegistry } from "../../../server/ingest/card-registry.ts";
import { HealthWatch } from "../../../server/ingest/health-watch.ts";
import { KernelIntake } from "../../../server/ingest/kernel-intake.ts";
import { registryStore } from "../../../server/ingest/registry-store.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { PLACE, sighting } from "../../tools/frames.ts";
import { type Stage, stageApi } from "./stage.ts";

const NOW = unixMs(Date.UTC(2026, 0, 5, 12));
let now = NOW;
const clock = { ...systemClock, now: () => now };
let dataDir = "";
let db: Database;
let watch: HealthWatch;
let stage: Stage;
let isDown = false;

beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
  const card = (uuid: string, node: string, position: string, cluster = "c1") => ({
    place: { ...PLACE, cluster },
    model: "A10",
    card: sighting(uuid, { node, position }),
    at: unixMs(NOW - 9 * DAY_MS),
    source: "scrape",
  });
  const seen = [
    card("a", "gpu-1", "00000000:3B:00.0"),
    card("b", "gpu-1", "00000000:5D:00.0"),
    card("npu", "gpu-2", "0000:3B:00.0"),
    card("twin", "gpu-2", "0000:3B:00.0", "c2"),
  ];
  await registerCards(db, seen, () => true);
});
beforeEach(async () => {
  now = NOW;
  isDown = false;
  await db.query("DELETE FROM card_event");
  const registry = new CardRegistry(registryStore(db));
  await registry.load();
  watch = new HealthWatch(registry, DEFAULT_STATE_RULES);
  const intake = new KernelIntake({ db, clock, registry, watch });
  await stage?.app.close();
  stage = await stageApi({
    clock,
    kernelLog: { take: (...of) => (isDown ? Promise.reject(new Error("disk full")) : intake.take(...of)) },
  });
});
afterAll(async () => {
  await stage?.app.close();
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const XID = "NVRM: Xid (PCI:0000:3b:00): 79, pid=7, GPU has fallen off the bus.";
const push = (payload: unknown, { type = "application/json", query = "", from = "127.0.0.1" } = {}) =>
  stage.app.inject({
    method: "POST",
    url: `/api/v1/kmsg${query}`,
    headers: { "content-type": type },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    remoteAddress: from,
  });
const events = async (): Promise<CardEvent[]> => readEventsAfter(db, unixMs(0), 1000, 1000);
const counts = { taken: 0, repeated: 0, unknownCard: 0, ignored: 0, tooOld: 0 };

describe("lines of a kernel's log", () => {
  test("are stored as events before they are answered, and told to the rules at once", async () => {
    const line = `2026-01-05T19:59:00+0800 gpu-1 kernel: ${XID}`;
    const answer = await push({ lines: ["usb 1-1: new device", line] });
    expect([answer.statusCode, answer.json()]).toEqual([200, { ...counts, taken: 1, ignored: 1 }]);
    const [event] = await events();
    expect(event).toMatchObject({ kind: "xid", code: 79, count: 1, at: NOW - 60_000, detail: XID });
    expect(watch.events.of(event!.cardId)).toEqual([event]);
  });

  test.each([
    ["with an instant", `2026-01-05T12:00:00Z ${XID}`],
    ["with the seconds since boot", `[12345.678901] ${XID}`],
    ["without any time", XID],
  ])("pushed twice are one event: %s", async (_, line) => {
    await push({ node: "gpu-1", lines: [line] });
    now = unixMs(NOW + 60_000);
    const again = await push({ node: "gpu-1", lines: [line] });
    expect(again.json()).toEqual({ ...counts, repeated: 1 });
    expect(await events()).toHaveLength(1);
  });

  test("another second since boot is another event, and in one second other words count", async () => {
    await push({ node: "gpu-1", lines: [`[1.5] ${XID}`] });
    now = unixMs(NOW + 1_000);
    await push({ node: "gpu-1", lines: [`[2.5] ${XID}`] });
    await push({
      node: "gpu-1",
      lines: ["1", "2", "2"].map((pid) => `2026-01-05T11:00:00Z NVRM: Xid (PCI:0000:3b:00): 31, pid=${pid}`),
    });
    expect((await events()).map(({ code, count }) => [code, count])).toEqual([
      [31, 2],
      [79, 1],
      [79, 1],
    ]);
  });

  test("are taken as they are, in the bytes of the log itself", async () => {
    const answer = await push(`[1.0] ${XID}\n\n[2.0] nothing\n`, {
      type: "application/octet-stream",
      query: "?node=gpu-1",
    });
    expect([answer.statusCode, answer.json()]).toEqual([200, { ...counts, taken: 1, ignored: 1 }]);
  });

  test("three lines in two pushes are one event", async () => {
    await push({ node: "gpu-1", lines: ["NVRM: The NVIDIA GPU 0000:5d:00.0"] });
    const answer = await push({
      node: "gpu-1",
      lines: [
        "NVRM: (PCI ID: 10de:2330) installed in this system has",
        "NVRM: fallen off the bus and is not responding to commands.",
      ],
    });
    expect(answer.json()).toMatchObject({ taken: 1 });
    expect((await events())[0]).toMatchObject({ code: 79 });
  });

  test("of an NVSwitch are said of every card of its node", async () => {
    const line = "nvidia-nvswitch0: SXid (PCI:0000:c5:00.0): 12028, Non-fatal, Link 32";
    expect((await push({ node: "gpu-1", lines: [line] })).json()).toMatchObject({ taken: 2 });
    expect((await events()).map(({ kind, code }) => [kind, code])).toEqual([
      ["kernel", 12028],
      ["kernel", 12028],
    ]);
  });

  test("that name no card of ours are counted, and two nodes of one name are told apart or left alone", async () => {
    const unknown = { ...counts, unknownCard: 1 };
    expect((await push({ node: "gpu-9", lines: [XID] })).json()).toEqual(unknown);
    expect((await push({ node: "gpu-1", lines: ["NVRM: Xid (PCI:0000:99:00): 79"] })).json()).toEqual(unknown);
    expect((await push({ lines: [XID] })).json()).toEqual(unknown);
    expect((await push({ node: "gpu-2", lines: [XID] })).json()).toEqual(unknown);
    expect(await events()).toEqual([]);
    expect((await push({ node: "gpu-2", cluster: "c2", lines: [XID] })).json()).toEqual({ ...counts, taken: 1 });
    expect((await push({ node: "gpu-1.rack.example", lines: [XID] })).json()).toEqual({ ...counts, taken: 1 });
  });

  test("of long ago are left out; a clock that is ahead is not believed", async () => {
    const at = (ms: number) => `${new Date(ms).toISOString()} ${XID}`;
    expect((await push({ node: "gpu-1", lines: [at(NOW - 8 * DAY_MS)] })).json()).toEqual({ ...counts, tooOld: 1 });
    expect((await push({ node: "gpu-1", lines: [at(NOW + HOUR_MS)] })).json()).toMatchObject({ taken: 1 });
    expect((await events()).map((one) => one.at)).toEqual([NOW]);
  });

  test("are not repeated after a restart, because the tables know them", async () => {
    await push({ node: "gpu-1", lines: [`[7.5] ${XID}`] });
    watch.begin(NOW, new Map(), []);
    const fresh = new HealthWatch({ get: () => undefined }, DEFAULT_STATE_RULES);
    fresh.begin(NOW, new Map(), await events());
    const registry = new CardRegistry(registryStore(db));
    await registry.load();
    const intake = new KernelIntake({
      db,
      clock: { ...clock, now: () => unixMs(NOW + HOUR_MS) },
      registry,
      watch: fresh,
    });
    expect(await intake.take([`[7.5] ${XID}`], { node: "gpu-1", cluster: "" })).toEqual({ ...counts, repeated: 1 });
  });
});

describe("garbage changes nothing and is answered with the reason", () => {
  test.each<[string, unknown, RegExp]>([
    ["no object", [1], /send a JSON object/],
    ["no lines", { node: "gpu-1" }, /lines must be a list/],
    ["an empty list", { node: "gpu-1", lines: [] }, /at least one line/],
    ["lines that are no text", { node: "gpu-1", lines: [XID, 7] }, /lines\[1\] must be text/],
    ["NUL", { node: "gpu-1", lines: [`${XID}\0`] }, /without NUL/],
    ["a node that is no name", { node: "gpu 1\n", lines: [XID] }, /node must be a name/],
    ["a node that is no text", { node: 7, lines: [XID] }, /node must be a name/],
    ["too many", { node: "gpu-1", lines: Array.from({ length: 10_001 }, () => "") }, /at most 10000/],
    ["a line too long", { node: "gpu-1", lines: ["x".repeat(20_000)] }, /16384 characters/],
  ])("%s", async (_, body, reason) => {
    const answer = await push(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: string }>().error).toMatch(reason);
    expect(await events()).toEqual([]);
  });

  test("no JSON, another type, too many bytes, from elsewhere", async () => {
    expect((await push("{")).statusCode).toBe(400);
    expect((await push(XID, { type: "text/plain" })).statusCode).toBe(415);
    expect((await push({ lines: ["x".repeat(2_000_000)] })).statusCode).toBe(413);
    expect((await push({ node: "gpu-1", lines: [XID] }, { from: "10.0.0.9" })).statusCode).toBe(401);
    expect(await events()).toEqual([]);
  });

  test("what cannot be stored asks the sender to come again", async () => {
    isDown = true;
    expect((await push({ node: "gpu-1", lines: [XID] })).statusCode).toBe(503);
    isDown = false;
    expect((await push({ node: "gpu-1", lines: [XID] })).json()).toMatchObject({ taken: 1 });
  });
});

test("an event of the gauge beside it stays one for the rules", async () => {
  await push({ node: "gpu-1", lines: [`[1.0] ${XID}`] });
  const [line] = await events();
  const gauge = { ...line!, at: unixMs(NOW + 20_000), detail: "" };
  await db.transaction((tx) => putEvents(tx, [gauge]));
  const again = new HealthWatch({ get: () => undefined }, DEFAULT_STATE_RULES);
  again.begin(NOW, new Map(), await events());
  expect(await events()).toHaveLength(2);
  expect(again.events.of(line!.cardId)).toEqual([line]);
});

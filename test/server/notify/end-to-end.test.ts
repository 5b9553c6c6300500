import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BotServer } from "../../../collectors/simulator/serve-bots.ts";
import type { Database } from "../../../db/database.ts";
import type { ChannelKind } from "../../../db/model/channel.ts";
import { addChannel, nextChannelId } from "../../../db/store/channels.ts";
import { systemClock } from "../../../server/clock.ts";
import { openSender } from "../../../server/egress/sender.ts";
import { type Notifier, startNotifier } from "../../../server/notify/notifier.ts";
import { storeOutbox } from "../../../server/notify/store-outbox.ts";
import { openChannel, sealChannel } from "../../../server/secrets/channel-secrets.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { startFakeBots } from "../../services/fake-bots.ts";
import { message, SETTINGS, WHSEC } from "./stage.ts";
import { testBox } from "../../tools/test-box.ts";

const CANARY = "c4n4ry-7f3a9b2e51d8";
const box = testBox(9);
const scratch = mkdtempSync(join(tmpdir(), "dapan-bots-"));
const record = join(scratch, "record.jsonl");
let dataDir = "";
let db: Database;
let bots: BotServer;
let notifier: Notifier;
let logged = "";

beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
  bots = await startFakeBots(
    {
      [`feishu/${CANARY}`]: { secret: `fs-${CANARY}`, keyword: "大盘" },
      [`dingtalk/${CANARY}`]: { secret: `SEC${CANARY}` },
      [`webhook/${CANARY}`]: { secret: WHSEC },
    },
    record,
  );
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  notifier = startNotifier({
    store: storeOutbox(db),
    sender: openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } }),
    clock: systemClock,
    log: createLog("trace", systemClock, sink),
    secretsOf: (channel) => openChannel(box, channel),
    zone: () => "Asia/Shanghai",
    publicUrl: () => "https://dapan.example.com",
    random: () => 0,
  });
});
afterAll(async () => {
  await notifier?.stop();
  await bots?.stop();
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
});

let channels = 0;
const channel = async (kind: ChannelKind, secret = "", url = bots.url(`${kind}/${CANARY}`)): Promise<number> => {
  const id = await nextChannelId(db);
  return (await addChannel(db, {
    id,
    name: `${kind} ${++channels}`,
    kind,
    language: "zh-CN",
    sendsResolved: true,
    settings: { ...SETTINGS, keyword: "大盘" },
    shownAddress: "",
    sealed: await sealChannel(box, db, id, { url, secret, previousSecret: "" }),
    by: "test",
    at: systemClock.now(),
  }))!;
};
const until = async (claim: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 100 && !(await claim()); i++) await new Promise((resolve) => setTimeout(resolve, 50));
};
const deliveries = () => db.query<{ class: string; said: string }>("SELECT class, said FROM delivery ORDER BY id");

test("from the outbox to five robots that check signatures, keywords and sizes, within two seconds", async () => {
  const ids = [
    await channel("feishu", `fs-${CANARY}`),
    await channel("dingtalk", `SEC${CANARY}`),
    await channel("wecom"),
    await channel("slack"),
    await channel("webhook", WHSEC),
  ];
  const at = systemClock.now();
  await storeOutbox(db).put(ids.map((id) => message(id, id, { at })));
  notifier.wake();
  await until(async () => bots.bots.records.length >= 5);
  expect(new Map(bots.bots.records.map(({ kind, accepted }) => [kind, accepted]))).toEqual(
    new Map([
      ["dingtalk", true],
      ["feishu", true],
      ["slack", true],
      ["webhook", true],
      ["wecom", true],
    ]),
  );
  for (const one of bots.bots.records) expect(one.at - at).toBeLessThan(2_000);
  await until(async () => (await deliveries()).length === 5);
  expect(readFileSync(record, "utf8").trim().split("\n")).toHaveLength(5);
});

test("an address is a secret: not in a row, not in a log, not in an error, whatever the other side echoes (WHK-16)", async () => {
  const echo = (path: string, answer: { status: number; body: string }) =>
    bots.bots.fail(path, ({ path: asked }) => ({
      status: answer.status,
      headers: {},
      body: `${answer.body} POST ${asked} fs-${CANARY} ${encodeURIComponent(`/feishu/${CANARY}`)}`,
    }));
  echo(`feishu/${CANARY}`, { status: 502, body: "<h1>proxy</h1>" });
  echo(`wecom/${CANARY}`, { status: 404, body: "no" });
  const badSecret = await channel("webhook", `not base64 ${CANARY}`);
  const nobody = await channel("slack", "", `http://127.0.0.1:9/services/${CANARY}`);
  const inside = await channel("feishu", "", `https://169.254.169.254/hook/${CANARY}`);
  const at = systemClock.now();
  await storeOutbox(db).put([1, 3, badSecret, nobody, inside].map((id) => message(id, id, { at, seq: 2 })));
  notifier.wake();
  await until(async () => (await deliveries()).length >= 10);
  expect((await notifier.test(1)).said).not.toContain(CANARY);
  const said = await db.query<{ channelId: number; class: string }>(
    `SELECT DISTINCT channel_id AS "channelId", class FROM delivery WHERE class <> 'ok' ORDER BY 1, 2`,
  );
  expect(said.map(({ channelId, class: is }) => [channelId, is])).toEqual([
    [1, "unavailable"],
    [3, "auth"],
    [badSecret, "auth"],
    [nobody, "unavailable"],
    [inside, "auth"],
  ]);
  const tables = await db.query<{ table: string }>(
    `SELECT table_name AS "table" FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  for (const { table } of tables) {
    const rows = await db.query<{ row: string }>(`SELECT t::text AS row FROM "${table}" t`);
    expect(
      rows.filter(({ row }) => row.includes(CANARY)),
      table,
    ).toEqual([]);
  }
  expect(logged).toContain("a message was not delivered");
  expect(logged).not.toContain(CANARY);
  expect(logged).not.toContain(encodeURIComponent(CANARY));
});

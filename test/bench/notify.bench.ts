import { rmSync } from "node:fs";
import { setTimeout as nap } from "node:timers/promises";
import type { Database } from "../../db/database.ts";
import { addChannel } from "../../db/store/channels.ts";
import { type NewMessage, putMessages } from "../../db/store/outbox.ts";
import { serveBots } from "../../collectors/simulator/serve-bots.ts";
import { systemClock } from "../../server/clock.ts";
import { openSender } from "../../server/egress/sender.ts";
import { startNotifier } from "../../server/notify/notifier.ts";
import { PLATFORMS } from "../../server/notify/platforms.ts";
import { storeOutbox } from "../../server/notify/store-outbox.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { freshDataDir, open } from "../db/databases.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { aLine, aNotice, message, SETTINGS, toSay } from "../server/notify/stage.ts";
import type { BenchRow } from "./row.ts";

const CHANNELS = 10;
const ROUNDS = 60;

/** From a commit to the first try of its message, on both engines; what a message costs to make. */
export async function benchNotify(): Promise<BenchRow[]> {
  return [...(await onPglite()), ...(await onPostgres()), ...bodies()];
}

async function onPglite(): Promise<BenchRow[]> {
  const dataDir = await freshDataDir();
  const db = await open({ dataDir });
  try {
    return await firstTries("embedded database", db);
  } finally {
    await db.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function onPostgres(): Promise<BenchRow[]> {
  if (whyNoPostgres() !== null) return [];
  const service: PostgresService = await startPostgres();
  const db = await open({ url: service.url });
  try {
    return await firstTries("PostgreSQL", db);
  } finally {
    await db.close();
    await service.stop();
  }
}

async function firstTries(engine: string, db: Database): Promise<BenchRow[]> {
  const bots = await serveBots({ clock: systemClock });
  const ids: number[] = [];
  for (let i = 0; i < CHANNELS; i++) {
    const channel = {
      name: `c${i}`,
      kind: "webhook",
      language: "zh-CN",
      sendsResolved: true,
      settings: SETTINGS,
      shownAddress: "",
      sealed: new Uint8Array(),
      by: "bench",
      at: systemClock.now(),
    } as const;
    ids.push((await addChannel(db, channel))!);
  }
  const notifier = startNotifier({
    store: storeOutbox(db),
    sender: openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } }),
    clock: systemClock,
    log: createLog("silent", systemClock),
    secretsOf: async ({ id }) => ({ url: bots.url(`webhook/c${id}`), secret: "", previousSecret: "" }),
    zone: () => "Asia/Shanghai",
    publicUrl: () => "https://dapan.example.com",
  });
  const waits: number[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const at = systemClock.now();
      const messages: NewMessage[] = ids.map((id) => message(id, round, { at, no: round }));
      await db.transaction((tx) => putMessages(tx, messages));
      const committed = systemClock.now();
      notifier.wake();
      while (bots.bots.records.length < round * CHANNELS) await nap(2);
      waits.push(...bots.bots.records.slice(-CHANNELS).map((one) => Math.max(0, one.at - committed)));
      await nap(120); // ten a second is what a channel takes
    }
  } finally {
    await notifier.stop();
    await bots.stop();
  }
  const sorted = waits.toSorted((a, b) => a - b);
  return [
    {
      name: `from the commit to the first try, ${CHANNELS} channels at once, ${engine}: p99 of ${sorted.length}`,
      value: sorted[Math.floor(sorted.length * 0.99)]!,
      unit: "ms",
      goal: "≤ 2,000",
    },
  ];
}

function bodies(): BenchRow[] {
  const lines = Array.from({ length: 60 }, (_, i) =>
    aLine({ no: i + 1, what: `双比特 ECC 错误 <at id=all></at> ${i}` }),
  );
  const notice = aNotice({ lines, more: 940 });
  return (["feishu", "wecom", "slack"] as const).map((kind) => {
    const runs = 300;
    const from = systemClock.monotonicMs();
    for (let i = 0; i < runs; i++) PLATFORMS[kind].render(toSay(kind, { notice }));
    return {
      name: `a message of 1,000 incidents made for ${kind}`,
      value: (systemClock.monotonicMs() - from) / runs,
      unit: "ms",
    };
  });
}

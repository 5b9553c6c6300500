import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { addChannel, changeChannel, nextChannelId, readChannels, removeChannel } from "../../../db/store/channels.ts";
import { readDataKeys } from "../../../db/store/data-keys.ts";
import { systemClock } from "../../../server/clock.ts";
import { openChannel, sealChannel } from "../../../server/secrets/channel-secrets.ts";
import { namedKey } from "../../../server/secrets/key.ts";
import { openSecrets, type Secrets } from "../../../server/secrets/open-secrets.ts";
import { rotate } from "../../../server/secrets/rotate.ts";
import { tidySecrets } from "../../../server/secrets/tidy.ts";
import { open } from "../../db/databases.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../../services/postgres.ts";
import { SETTINGS } from "../notify/stage.ts";

const why = whyNoPostgres();
if (why) console.warn(`skipped: rotation under load (PostgreSQL): ${why}`);

const ROTATIONS = 3;
const CHANNELS = 20;
const makeKey = (): string => randomBytes(32).toString("base64");
const DATABASE = { kind: "postgres", url: "postgres://x/y", password: null } as const;
const opened = async (db: Database, key: string): Promise<Secrets> =>
  (await openSecrets({ db, clock: systemClock, config: { secretKey: { kind: "env", name: "K" }, database: DATABASE }, env: { K: key } }))!; // prettier-ignore

describe.skipIf(why !== null)("keys that change on a PostgreSQL in use", () => {
  let postgres: PostgresService;
  let console_: Database;
  let command: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    console_ = await open({ url: postgres.url });
    command = await open({ url: postgres.url });
  });
  afterAll(async () => {
    await console_?.close();
    await command?.close();
    await postgres?.stop();
  });

  test("lose no secret and fail nobody who saves or sends meanwhile (AUT-15)", { timeout: 60_000 }, async () => {
    let key = makeKey();
    let running = await opened(console_, key);
    const saved = new Map<number, string>(); // what each channel holds by what was answered
    const save = async (id: number, isNew: boolean): Promise<void> => {
      const secret = makeKey();
      await console_.transaction(async (tx) => {
        const sealed = await sealChannel(running.box, tx, id, { url: "https://a.example", secret, previousSecret: "" });
        const put = { name: `c${id}`, kind: "webhook", language: "en", sendsResolved: true, settings: SETTINGS, shownAddress: "", by: "test", at: systemClock.now(), sealed } as const; // prettier-ignore
        if (isNew) await addChannel(tx, { ...put, id });
        else await changeChannel(tx, id, put);
      });
      saved.set(id, secret);
    };
    for (let i = 0; i < CHANNELS; i++) await save(await nextChannelId(console_), true);

    const over = new AbortController();
    let [saves, sends] = [0, 0];
    const saver = async (): Promise<void> => {
      for (let i = 0; !over.signal.aborted; i++, saves++) {
        const ids = [...saved.keys()];
        if (i % 5 === 0) await save(await nextChannelId(console_), true);
        else if (i % 11 === 0) {
          saved.delete(ids[0]!);
          await removeChannel(console_, ids[0]!, "test", systemClock.now());
        } else await save(ids[(i * 7) % ids.length]!, false);
      }
    };
    const sender = async (): Promise<void> => {
      for (; !over.signal.aborted; sends++)
        for (const one of await readChannels(console_)) await openChannel(running.box, one);
    };
    const busy = Promise.all([saver(), sender(), sender()]);
    busy.catch(() => undefined); // told below
    let resealed = 0;
    for (let i = 0; i < ROTATIONS; i++) {
      const next = makeKey();
      const place = namedKey({ kind: "env", name: "K" }, { K: next });
      const secrets = await opened(command, key);
      const done = await rotate({ db: command, clock: systemClock, secrets, next: { place, material: Buffer.from(next) } }); // prettier-ignore
      expect(done.shut).toEqual([]);
      resealed += done.resealed;
      const restarted = await opened(console_, next);
      await tidySecrets(console_, restarted, { info: () => undefined, warn: () => undefined });
      running = restarted;
      key = next;
    }
    over.abort();
    await busy;

    const last = await opened(command, key);
    const channels = await readChannels(command);
    expect(new Set(channels.map(({ id }) => id))).toEqual(new Set(saved.keys()));
    for (const one of channels) expect((await openChannel(last.box, one)).secret).toBe(saved.get(one.id));
    expect((await readDataKeys(command)).filter(({ purpose }) => purpose === "seal")).toHaveLength(1);
    expect(resealed).toBeGreaterThan(ROTATIONS * CHANNELS * 0.5);
    expect(saves).toBeGreaterThan(10);
    expect(sends).toBeGreaterThan(10);
  });
});

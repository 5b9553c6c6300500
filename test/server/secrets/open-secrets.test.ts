import { createCipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { addChannel, nextChannelId, readChannels } from "../../../db/store/channels.ts";
import { readDataKeys } from "../../../db/store/data-keys.ts";
import { systemClock } from "../../../server/clock.ts";
import type { Config } from "../../../server/config/config.ts";
import { openChannel, sealChannel } from "../../../server/secrets/channel-secrets.ts";
import { namedKey } from "../../../server/secrets/key.ts";
import { openSecrets, type Secrets } from "../../../server/secrets/open-secrets.ts";
import { resealAll } from "../../../server/secrets/reseal.ts";
import { rotate } from "../../../server/secrets/rotate.ts";
import { tidySecrets } from "../../../server/secrets/tidy.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { SETTINGS } from "../notify/stage.ts";

const OLD = randomBytes(32).toString("base64");
const NEW = randomBytes(32).toString("base64");
const LOST = randomBytes(32).toString("base64");
const CONFIGURED = { kind: "env", name: "K" } as const;
const POSTGRES = { kind: "postgres", url: "postgres://x/y", password: null } as const;
const LOG = { info: () => undefined, warn: () => undefined };

let dataDir = "";
let db: Database;
beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
});
afterAll(async () => {
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const opened = (key: string | null, database: Config["database"] = { kind: "pglite", dataDir }, mayBeWeak = false) =>
  openSecrets({ db, clock: systemClock, config: { secretKey: key === null ? null : CONFIGURED, database }, env: { K: key ?? "" } }, mayBeWeak); // prettier-ignore
const secretsBy = async (key: string): Promise<Secrets> => (await opened(key))!;
const empty = async (): Promise<void> => void (await db.script("DELETE FROM channel; DELETE FROM data_key"));

const COMMON = { kind: "webhook", language: "en", sendsResolved: true, settings: SETTINGS, shownAddress: "", by: "test", at: systemClock.now() } as const; // prettier-ignore
const secretOf = (name: string) => ({ url: `https://${name}.example/hook`, secret: `s-${name}`, previousSecret: "" });

async function put({ box }: Secrets, name: string): Promise<void> {
  await db.transaction(async (tx) => {
    const id = await nextChannelId(tx);
    await addChannel(tx, { ...COMMON, id, name, sealed: await sealChannel(box, tx, id, secretOf(name)) });
  });
}
async function allOpen({ box }: Secrets, count: number): Promise<void> {
  const channels = await readChannels(db);
  expect(channels).toHaveLength(count);
  for (const one of channels) expect(await openChannel(box, one)).toEqual(secretOf(one.name));
}

const derived = (key: string, purpose: string): Uint8Array =>
  Buffer.from(hkdfSync("sha256", Buffer.from(key), "dapan", `dapan ${purpose} v1`, 32));
/** What versions before the second form wrote. */
function firstForm(key: string, text: string): Uint8Array {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", derived(key, "seal"), nonce).setAAD(Buffer.from("channel"));
  return Buffer.concat([Buffer.from([1]), nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

describe("an installation of the first form", () => {
  beforeAll(async () => {
    await empty();
    for (const name of ["a", "b"])
      await addChannel(db, { ...COMMON, name, sealed: firstForm(OLD, JSON.stringify(secretOf(name))) });
  });

  test("is refused under another key: nothing is made under a key that opens nothing", async () => {
    await expect(opened(LOST)).rejects.toThrow(/environment variable K is not the one/);
    expect(await readDataKeys(db)).toEqual([]);
  });

  test("is sealed anew at the start, each secret for its own row, and signs as it did", async () => {
    const secrets = await secretsBy(OLD);
    await tidySecrets(db, secrets, LOG);
    await allOpen(secrets, 2);
    const [a, b] = await readChannels(db);
    expect([a!.sealed[0], b!.sealed[0]]).toEqual([2, 2]);
    await expect(openChannel(secrets.box, { id: a!.id, sealed: b!.sealed })).rejects.toThrow(/another row/);
    expect(secrets.box.sign("x")).toBe(createHmac("sha256", derived(OLD, "sign")).update("x").digest("base64url"));
    expect((await resealAll(db, secrets)).resealed).toBe(0);
  });
});

describe("what is sealed keeps a start from going on", () => {
  beforeAll(async () => {
    await empty();
    const secrets = await secretsBy(OLD);
    await put(secrets, "a");
  });

  test("without a key, where none is configured", async () => {
    await expect(opened(null, POSTGRES)).rejects.toThrow(/no key is configured.*secretKeyFile.*secrets forget/);
  });
  test("without the file: no new one is made", async () => {
    await expect(opened(null)).rejects.toThrow(/secret\.key is gone.*Put the file back/);
    expect(() => statSync(join(dataDir, "secret.key"))).toThrow(/ENOENT/);
  });
  test("without what the configuration names", async () => {
    await expect(opened("")).rejects.toThrow(/environment variable K.*Put the key there again/);
  });
  test("under another key", async () => {
    await expect(opened(LOST)).rejects.toThrow(/environment variable K is not the one/);
  });
  test("under a key everybody knows, but to leave it", async () => {
    await expect(opened("changeme".repeat(5))).rejects.toThrow(/is an example.*openssl rand.*secrets rotate/);
    await empty();
    expect(await opened("changeme".repeat(5), undefined, true)).not.toBeNull();
  });
  test("when somebody changed the table of keys", async () => {
    await empty();
    await secretsBy(OLD);
    await db.query("UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE purpose = 'sign') WHERE purpose = 'seal'"); // prettier-ignore
    await expect(opened(OLD)).rejects.toThrow(/row \d+ does not open.*backup/);
    await db.query("DELETE FROM data_key WHERE purpose = 'seal'");
    await expect(opened(OLD)).rejects.toThrow(/a key is missing/);
  });
});

describe("the key of an installation", () => {
  beforeAll(empty);

  test("is made at the first start, readable by nobody else, and stays", async () => {
    const both = await Promise.all([opened(null), opened(null)]); // two at once
    const file = join(dataDir, "secret.key");
    expect(both[0]!.box.sign("x")).toBe(both[1]!.box.sign("x"));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8").trim()).toHaveLength(44);
    expect(await readDataKeys(db)).toHaveLength(2);
    chmodSync(file, 0o644);
    await expect(opened(null)).rejects.toThrow(/chmod 600/);
    chmodSync(file, 0o600);
    rmSync(file);
  });

  test("is none with PostgreSQL that nobody gave one", async () => {
    await empty();
    expect(await opened(null, POSTGRES)).toBeNull();
    await expect(opened("short")).rejects.toThrow(/at least 32/);
    const file = join(dataDir, "configured");
    writeFileSync(file, `${OLD}\n`);
    expect(await namedKey({ kind: "file", path: file }, {}).read()).toEqual(Buffer.from(OLD));
  });
});

describe("a rotation", () => {
  const place = namedKey(CONFIGURED, { K: NEW });
  const next = { place, material: Buffer.from(NEW) };
  const turn = async (secrets: Secrets) => await rotate({ db, clock: systemClock, secrets, next });
  beforeAll(async () => {
    await empty();
    const secrets = await secretsBy(OLD);
    for (let i = 0; i < 5; i++) await put(secrets, `c${i}`);
  });

  test("killed before any of its transactions, both keys open everything; run again it ends, nothing lost", async () => {
    const signed = (await secretsBy(OLD)).box.sign("x");
    let kills = 0;
    for (let left = 0; ; left++, kills++) {
      let started = 0;
      const dying: Database = {
        ...db,
        transaction: (work) => (started++ < left ? db.transaction(work) : Promise.reject(new Error("killed"))),
      };
      const secrets = await secretsBy(OLD);
      const ended = await rotate({ db: dying, clock: systemClock, secrets, next }).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe("killed");
          return false;
        },
      );
      await allOpen(await secretsBy(OLD), 5);
      if ((await readDataKeys(db)).some(({ wrappedBefore }) => wrappedBefore !== null)) await allOpen(await secretsBy(NEW), 5); // prettier-ignore
      if (ended) break;
    }
    expect(kills).toBeGreaterThan(4);
    expect((await secretsBy(NEW)).box.sign("x")).toBe(signed);
    const keys = await readDataKeys(db);
    expect(keys.map(({ purpose, retiredAt }) => [purpose, retiredAt])).toEqual([["sign", null], ["seal", null]]); // prettier-ignore
  });

  test("waits for a start with the new key before the next; then the old one opens nothing", async () => {
    const old = await secretsBy(OLD);
    expect(old.ring.isBefore).toBe(true);
    const third = { place, material: Buffer.from(LOST) };
    await expect(rotate({ db, clock: systemClock, secrets: old, next: third })).rejects.toThrow(/is not over/);
    await tidySecrets(db, old, LOG); // a start with the old key changes nothing
    await tidySecrets(db, await secretsBy(NEW), LOG);
    await expect(opened(OLD)).rejects.toThrow(/is not the one/);
    await allOpen(await secretsBy(NEW), 5);
  });

  test("keeps an old data key as long as something is sealed with it", async () => {
    await empty();
    await put(await secretsBy(OLD), "a");
    const [channel] = await readChannels(db);
    const flip = `UPDATE channel SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20)) WHERE id = ${channel!.id}`;
    await db.query(flip);
    expect(await turn(await secretsBy(OLD))).toEqual({ resealed: 0, shut: [`channel ${channel!.id}`], keysLeft: 1 });
    await db.query(flip); // as a backup brings it back
    expect(await resealAll(db, await secretsBy(NEW))).toEqual({ resealed: 1, shut: [], keysLeft: 0 });
    await allOpen(await secretsBy(NEW), 1);
  });

  test("is seen by a console that runs under the old key: it seals with the new data key and opens what others sealed", async () => {
    await empty();
    const running = await secretsBy(OLD);
    await put(running, "before");
    await turn(await secretsBy(OLD));
    await put(running, "after"); // before it has looked a key up
    await allOpen(running, 2);
    const present = (await readDataKeys(db)).find(({ purpose }) => purpose === "seal")!.id;
    for (const { sealed } of await readChannels(db)) expect(Buffer.from(sealed).readUInt32BE(1)).toBe(present);
    await allOpen(await secretsBy(NEW), 2);
  });
});

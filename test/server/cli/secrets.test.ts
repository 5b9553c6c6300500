import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { addChannel, nextChannelId, readChannels } from "../../../db/store/channels.ts";
import { auditVerify } from "../../../server/cli/audit-verify.ts";
import { doctor } from "../../../server/cli/doctor.ts";
import type { CliParts } from "../../../server/cli/parts.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { systemClock } from "../../../server/clock.ts";
import { openChannel, sealChannel } from "../../../server/secrets/channel-secrets.ts";
import { openSecrets, type Secrets } from "../../../server/secrets/open-secrets.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { SETTINGS } from "../notify/stage.ts";

const SECRETS = { url: "https://duty.example/hook", secret: "s", previousSecret: "" };
let dataDir = "";
let said: string[] = [];
const parts: CliParts = {
  env: {},
  clock: systemClock,
  host: { on: () => undefined, off: () => undefined, exit: () => undefined },
  say: (line) => void said.push(line),
  print: (line) => void said.push(line),
};
const file = (name: string): string => join(dataDir, name);
const config = (): string => file("dapan.yaml");
const configure = (more: object = {}): void => writeFileSync(config(), JSON.stringify({ dataDir, timeZone: "UTC", ...more })); // prettier-ignore

async function dapan(...words: string[]): Promise<number> {
  said = [];
  let code = -1;
  await buildProgram(parts, (ended) => (code = ended)).parseAsync(["node", "dapan", ...words, "-c", config()]);
  return code;
}

type Opened = { readonly db: Database; readonly by: (key: string | null) => Promise<Secrets> };
/** With the database open, as a console has it. */
async function within<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const db = await open({ dataDir });
  const by = async (key: string | null): Promise<Secrets> => {
    const secretKey = key === null ? null : ({ kind: "file", path: key } as const);
    const config = { secretKey, database: { kind: "pglite", dataDir } } as const;
    return (await openSecrets({ db, clock: systemClock, config, env: {} }))!;
  };
  try {
    return await work({ db, by });
  } finally {
    await db.close();
  }
}
async function read({ db, by }: Opened, key: string | null) {
  const [channel] = await readChannels(db);
  return await openChannel((await by(key)).box, channel!);
}

beforeAll(async () => {
  dataDir = await freshDataDir();
  configure();
  await within(async ({ db, by }) => {
    const { box } = await by(null);
    const id = await nextChannelId(db);
    const sealed = await sealChannel(box, db, id, SECRETS);
    await addChannel(db, { id, name: "duty", kind: "webhook", language: "en", sendsResolved: true, settings: SETTINGS, shownAddress: "", by: "test", at: systemClock.now(), sealed }); // prettier-ignore
  });
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe("dapan secrets", { timeout: 120_000 }, () => {
  test("rotate puts a new key in the place of its own, and says so; the record stays whole", async () => {
    const before = readFileSync(file("secret.key"), "utf8");
    expect(await dapan("secrets", "rotate")).toBe(0);
    expect(said.join("\n")).toMatch(/1 secrets were sealed anew\nthe new key is .*secret\.key:/);
    expect(readFileSync(file("secret.key"), "utf8")).not.toBe(before);
    expect(statSync(file("secret.key")).mode & 0o777).toBe(0o600);
    expect(existsSync(file("secret.key.next"))).toBe(false);
    writeFileSync(file("old.key"), before);
    await within(async (opened) => {
      expect(await read(opened, null)).toEqual(SECRETS);
      await expect(read(opened, file("old.key"))).rejects.toThrow(/is not the one/);
      const rows = await opened.db.query("SELECT action FROM audit WHERE action LIKE 'dapan%'");
      expect(rows).toEqual([{ action: "dapan secrets rotate" }]);
    });
    expect(await auditVerify({ config: config() }, parts)).toBe(0);
  });

  test("rotate to a key somebody made says what to configure; both keys open until the console has started", async () => {
    writeFileSync(file("new.key"), `${randomBytes(32).toString("base64")}\n`);
    expect(await dapan("secrets", "rotate", "--new-key-file", file("new.key"))).toBe(0);
    expect(said.join("\n")).toMatch(/1 secrets.*\nnow put the new key \(.*new\.key\) where the configuration/);
    await within(async (opened) => {
      expect(await read(opened, null)).toEqual(SECRETS);
      expect(await read(opened, file("new.key"))).toEqual(SECRETS);
    });
    configure({ secretKeyFile: "new.key" });
    expect(await dapan("secrets", "rotate", "--new-key-file", file("new.key"))).toBe(1);
    expect(said.join()).toMatch(/in force already/);
    writeFileSync(file("weak.key"), "changeme".repeat(5));
    expect(await dapan("secrets", "rotate", "--new-key-file", file("weak.key"))).toBe(1);
    expect(said.join()).toMatch(/is an example/);
    expect(await dapan("secrets", "rotate")).toBe(2);
  });

  test("status and doctor say how it stands, and what a start would refuse", async () => {
    expect(await dapan("secrets", "status")).toBe(0);
    expect(said).toEqual([`1 sealed, 1 of them with the newest of 1 data keys; the key in ${file("new.key")} opens them`]); // prettier-ignore
    configure({ secretKeyFile: "old.key" });
    said = [];
    expect(await doctor(config(), false, parts)).toBe(1);
    expect(said.join("\n")).toMatch(/BAD +secrets .*old\.key is not the one/);
  });

  test("forget is the way out when the key is lost, and only with --yes", async () => {
    configure();
    rmSync(file("secret.key"));
    expect(await dapan("secrets", "forget")).toBe(2);
    expect(await dapan("secrets", "forget", "--yes")).toBe(0);
    const [channel] = await within(({ db }) => readChannels(db));
    expect(channel).toMatchObject({ enabled: false, disabledWhy: expect.stringMatching(/enter them anew/) });
    expect(channel!.sealed).toHaveLength(0);
  });
});

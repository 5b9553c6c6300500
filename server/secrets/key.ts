/** Where the key of this installation is, and whether it is one. */
import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Config, SecretRef } from "../config/config.ts";
import { readSecret } from "../config/secrets.ts";

const FILE = "secret.key";
const NEXT = "secret.key.next";
/** Fewer characters are a password somebody chose. */
const LEAST_LENGTH = 32;

/** What a person is told who saves a channel where secrets cannot be sealed. */
export const NO_KEY =
  "secrets cannot be kept: with PostgreSQL, name a key in dapan.yaml (secretKeyFile or secretKeyEnv, at least 32 characters; `openssl rand -base64 32` makes one) and start again";

/** The key is missing, open to others, none, or not the one things are sealed under. Nothing of it is in the message. */
export class KeyFault extends Error {
  override readonly name = "KeyFault";
}

type Env = Readonly<Record<string, string | undefined>>;

export type KeyPlace = {
  /** As a person finds it. */
  readonly said: string;
  /** Whether it is ours to make: in the data directory. */
  readonly isOwn: boolean;
  /** null = there is none yet, in a place that is ours. @throws KeyFault */
  read(): Promise<Uint8Array | null>;
};

/** Where the key of an installation is by its configuration; null = a PostgreSQL without one: no place of ours to keep it. */
export function keyPlace({ secretKey, database }: Pick<Config, "secretKey" | "database">, env: Env): KeyPlace | null {
  if (secretKey !== null) return namedKey(secretKey, env);
  return database.kind === "pglite" ? fileKey(path.join(database.dataDir, FILE)) : null;
}

export function namedKey(ref: SecretRef, env: Env): KeyPlace {
  const said = ref.kind === "env" ? `environment variable ${ref.name}` : ref.path;
  return {
    said,
    isOwn: false,
    async read() {
      const text = await readSecret(ref, env).catch((error: Error) => {
        throw new KeyFault(
          `the secret key: ${error.message}. Put the key there again (the one that was there before, from where you keep it), then start`,
        );
      });
      return Buffer.from(text, "utf8");
    },
  };
}

const fileKey = (file: string): KeyPlace => ({
  said: file,
  isOwn: true,
  async read() {
    const known = await readFile(file, "utf8").catch(missing);
    if (known === null) return null;
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0 && process.platform !== "win32")
      throw new KeyFault(`${file} can be read by others; run chmod 600 ${file}, and think of its secrets as known`);
    return Buffer.from(known.trim(), "utf8");
  },
});

/** The key a rotation in the data directory goes to. It lies there while the rotation is under way, and only then. */
export const nextOwnKey = (dataDir: string): KeyPlace => fileKey(path.join(dataDir, NEXT));

/** Puts the next key in the place of the present one, at once. */
export const takeNextOwnKey = (dataDir: string): Promise<void> =>
  rename(path.join(dataDir, NEXT), path.join(dataDir, FILE));

/** Written whole beside, then linked into place: a killed first start leaves no half of a key, and the first of two wins. */
export async function makeKey({ said: file }: KeyPlace): Promise<void> {
  const scratch = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(scratch, "wx", 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString("base64")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(scratch, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(scratch);
}

/** A person's stand-in for a key, and what documentation shows in its place. */
const STAND_IN = /change.?me|example|placeholder|insert.?(your|key)|your.?(secret|key)|openssl rand|secret.?key|password/i; // prettier-ignore

/** Why this is no key; null = it may be one. Random base64, hex and words all pass; what repeats itself does not. */
export function weakness(material: Uint8Array): string | null {
  const text = Buffer.from(material).toString("utf8");
  if (material.length < LEAST_LENGTH) return `has ${material.length} characters, at least ${LEAST_LENGTH} are needed`;
  if (STAND_IN.test(text)) return "is an example, known to everybody";
  if (new Set(material).size < 8 || repeats(text)) return "repeats itself and can be guessed";
  return null;
}

/** Whether a text is a shorter one over and over: at least three times. */
function repeats(text: string): boolean {
  for (let period = 1; period * 3 <= text.length; period++)
    if (text.slice(period) === text.slice(0, -period)) return true;
  return false;
}

/** @throws KeyFault */
export function refuseWeak(material: Uint8Array, said: string): void {
  const why = weakness(material);
  if (why === null) return;
  throw new KeyFault(
    `the secret key in ${said} ${why}. Make one with \`openssl rand -base64 32\`; where something is sealed under this one already, \`dapan secrets rotate --new-key-file <file>\` moves it to the new key`,
  );
}

const missing = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw new KeyFault(`cannot read the key of secrets: ${error.message}`, { cause: error });
};

import { randomBytes } from "node:crypto";
import { link, open, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Config } from "../config/config.ts";
import { readSecret } from "../config/secrets.ts";
import { type Box, openBox } from "./box.ts";

const FILE = "secret.key";

/** What a person is told who saves a channel where secrets cannot be sealed. */
export const NO_KEY =
  "secrets cannot be kept: with PostgreSQL, name a key in dapan.yaml (secretKeyFile or secretKeyEnv, at least 32 characters; `openssl rand -base64 32` makes one) and start again";

/**
 * The box of this installation: by the configured key, else by `secret.key` in the data directory, made at the first
 * start and readable by nobody else. null = a PostgreSQL without a configured key: there is no place of ours to keep one.
 * @throws Error that says which key is missing, too short or open to others, and what to do
 */
export async function openInstallationBox(
  config: Pick<Config, "secretKey" | "database">,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Box | null> {
  const { secretKey, database } = config;
  if (secretKey !== null) return openBox(Buffer.from(await readSecret(secretKey, env), "utf8"));
  if (database.kind !== "pglite") return null;
  return openBox(Buffer.from(await ownKey(database.dataDir), "utf8"));
}

async function ownKey(dataDir: string): Promise<string> {
  const file = path.join(dataDir, FILE);
  const known = await readFile(file, "utf8").catch(missing);
  if (known === null) {
    await makeKey(dataDir, file);
    return await ownKey(dataDir);
  }
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0 && process.platform !== "win32")
    throw new Error(`${file} can be read by others; run chmod 600 ${file}, and think of its secrets as known`);
  return known.trim();
}

/** Written whole beside, then linked into place: a killed first start leaves no half of a key, and the first of two wins. */
async function makeKey(dataDir: string, file: string): Promise<void> {
  const scratch = path.join(dataDir, `${FILE}.${randomBytes(6).toString("hex")}`);
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

const missing = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw new Error(`cannot read the key of secrets: ${error.message}`, { cause: error });
};

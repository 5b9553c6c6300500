import { readFile } from "node:fs/promises";
import type { Credentials, DatabaseConfig, SecretRef } from "./config.ts";

/** A file with more than this is no password. */
const MAX_SECRET = 64 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

/** The secret itself, read now. @throws Error that names the place and never the content */
export async function readSecret(ref: SecretRef, env: Env): Promise<string> {
  const where = ref.kind === "env" ? `environment variable ${ref.name}` : ref.path;
  const text = ref.kind === "env" ? (env[ref.name] ?? "") : await readFile(ref.path, "utf8").catch(() => "");
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw new Error(`no secret in ${where}: it is missing, empty or not readable for this process`);
  if (secret.length > MAX_SECRET || /[\r\n\0]/.test(secret))
    throw new Error(`${where} holds more than one line: not a password or token`);
  return secret;
}

/** The headers that sign a request in; {} without credentials. */
export async function authHeaders(credentials: Credentials, env: Env): Promise<Readonly<Record<string, string>>> {
  switch (credentials.kind) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${await readSecret(credentials.token, env)}` };
    case "basic": {
      const pair = `${credentials.username}:${await readSecret(credentials.password, env)}`;
      return { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
    }
  }
}

/** What openDatabase takes: a directory, or an address with the password in it. Never log it. */
export async function databaseUrlOf(database: DatabaseConfig, env: Env): Promise<string> {
  if (database.kind === "pglite") return `pglite:${database.dataDir}`;
  if (database.password === null) return database.url;
  const url = new URL(database.url);
  url.password = encodeURIComponent(await readSecret(database.password, env));
  return url.href;
}

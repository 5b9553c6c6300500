import { readFileSync } from "node:fs";
import { CollectError } from "../../collectors/collector.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { Credentials, SecretRef } from "../config/config.ts";

/** A rotated secret is seen within this. */
const REREAD_MS = 10_000;

export type SecretEffects = {
  readonly clock: Clock;
  readonly readSecretFile?: (path: string) => string;
  readonly environment?: (name: string) => string | undefined;
};

/**
 * The headers that sign in to a source. The same object comes back while nothing changed, so that a client may keep
 * what it made of it.
 *
 * @throws CollectError `bad_config` (from the returned function) when a secret is missing; its value is never shown
 */
export function credentialHeaders(
  credentials: Credentials,
  effects: SecretEffects,
): () => Readonly<Record<string, string>> {
  if (credentials.kind === "none") return () => NO_HEADERS;
  let secret: string | null = null;
  let headers: Readonly<Record<string, string>> = NO_HEADERS;
  let readAt = -Infinity;
  return () => {
    const now = effects.clock.monotonicMs();
    if (secret !== null && now - readAt < REREAD_MS) return headers;
    const ref = credentials.kind === "basic" ? credentials.password : credentials.token;
    const read = readSecret(ref, effects);
    readAt = now;
    if (read !== secret) {
      secret = read;
      headers = { authorization: authorization(credentials, read) };
    }
    return headers;
  };
}

const NO_HEADERS: Readonly<Record<string, string>> = {};

function authorization(credentials: Exclude<Credentials, { kind: "none" }>, secret: string): string {
  if (credentials.kind === "bearer") return `Bearer ${secret}`;
  return `Basic ${Buffer.from(`${credentials.username}:${secret}`, "utf8").toString("base64")}`;
}

function readSecret(ref: SecretRef, effects: SecretEffects): string {
  if (ref.kind === "env") {
    const value = (effects.environment ?? ((name) => process.env[name]))(ref.name);
    if (value === undefined || value === "") {
      throw new CollectError("bad_config", `secret: environment variable ${ref.name} is not set`);
    }
    return value;
  }
  try {
    const text = (effects.readSecretFile ?? ((path) => readFileSync(path, "utf8")))(ref.path);
    return text.replace(/\r?\n$/, "");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new CollectError("bad_config", `secret: file ${ref.path}: ${code}`, { cause });
  }
}

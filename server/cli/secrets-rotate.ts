import path from "node:path";
import type { Database } from "../../db/database.ts";
import { forgetKeyBefore } from "../../db/store/data-keys.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { KeyFault, type KeyPlace, keyPlace, makeKey, namedKey, nextOwnKey, refuseWeak, takeNextOwnKey } from "../secrets/key.ts"; // prettier-ignore
import { openSecrets } from "../secrets/open-secrets.ts";
import type { Resealed } from "../secrets/reseal.ts";
import { rotate } from "../secrets/rotate.ts";
import { onRecord } from "./on-record.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type SecretsRotateFlags = {
  readonly config: string;
  readonly newKeyFile?: string;
  readonly newKeyEnv?: string;
};

/** `dapan secrets rotate`: moves everything sealed to a new key. Cut anywhere it is run again. Ends with 1 when something did not open. */
export async function secretsRotate(flags: SecretsRotateFlags, parts: CliParts): Promise<number> {
  const { env, say } = parts;
  const reading = loadConfig(flags.config, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  const place = nextPlace(flags, config, env);
  if (place === null) {
    say("name the new key: --new-key-file <file>; `openssl rand -base64 32 > <file>` makes one");
    return 2;
  }
  const db = await openConfigured(config, parts);
  try {
    const { resealed, shut, keysLeft } = await turn(db, config, place, parts);
    say(`${resealed} secrets were sealed anew`);
    say(whatNow(place, config));
    if (shut.length > 0) say(`these do not open and stay as they are, enter their secrets anew: ${shut.join(", ")}`);
    if (keysLeft > 0) say(`${keysLeft} retired data keys stay: something is sealed with them still`);
    return shut.length === 0 && keysLeft === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error;
    say(error.message);
    return 1;
  } finally {
    await db.close();
  }
}

async function turn(db: Database, config: Config, place: KeyPlace, parts: CliParts): Promise<Resealed> {
  const { env, clock } = parts;
  const secrets = await openSecrets({ db, clock, config, env }, true);
  if (secrets === null)
    throw new KeyFault("there is no key and nothing sealed: name the new key in dapan.yaml and start");
  let material = await place.read();
  if (material === null) {
    await makeKey(place);
    material = await place.read();
  }
  if (material === null) throw new KeyFault(`${place.said} was taken away; run this again`);
  refuseWeak(material, place.said);
  if (Buffer.from(material).equals(secrets.material))
    throw new KeyFault(
      `${place.said} holds the key that is in force already: put another one there (what a rotation left undone, the next start does)`,
    );
  const next = { place, material };
  const entry = { action: "dapan secrets rotate", name: place.said, why: "" };
  const done = await onRecord({ db, config, parts, box: secrets.box }, entry, () =>
    rotate({ db, clock, secrets, next }),
  );
  if (place.isOwn && config.database.kind === "pglite") {
    await takeNextOwnKey(config.database.dataDir);
    await forgetKeyBefore(db); // the directory is ours alone: nobody runs with the key before
  }
  return done;
}

/** Where the new key is; null = nobody said, and there is no place of ours. */
function nextPlace(
  { newKeyFile, newKeyEnv }: SecretsRotateFlags,
  config: Config,
  env: CliParts["env"],
): KeyPlace | null {
  if (newKeyFile !== undefined) return namedKey({ kind: "file", path: path.resolve(newKeyFile) }, env);
  if (newKeyEnv !== undefined) return namedKey({ kind: "env", name: newKeyEnv }, env);
  if (config.database.kind !== "pglite" || keyPlace(config, env)?.isOwn !== true) return null;
  return nextOwnKey(config.database.dataDir);
}

function whatNow({ said, isOwn }: KeyPlace, config: Config): string {
  if (isOwn) return `the new key is ${keyPlace(config, {})?.said ?? said}: keep a copy of it apart from your backups`;
  return `now put the new key (${said}) where the configuration looks for it (secretKeyFile or secretKeyEnv in dapan.yaml) and start the console again; until it has started, the key before opens everything too`;
}

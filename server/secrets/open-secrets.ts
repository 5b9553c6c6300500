import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { hasDataKeys, readDataKeys } from "../../db/store/data-keys.ts";
import { countSealed, hasSecrets } from "../../db/store/sealed.ts";
import type { Config } from "../config/config.ts";
import { type Box, openBox } from "./box.ts";
import { KeyFault, keyPlace, makeKey, refuseWeak } from "./key.ts";
import { type OpenRing, openRing } from "./key-ring.ts";

export type SecretsParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, "secretKey" | "database">;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** What seals and signs in this installation, and the key it is opened with. */
export type Secrets = { readonly box: Box; readonly ring: OpenRing; readonly material: Uint8Array };

/**
 * Opens the secrets of this installation by its key: the configured one, else `secret.key` in the data directory, made at
 * the first start and readable by nobody else. null = a PostgreSQL without a configured key, and nothing sealed in it.
 * @param mayBeWeak to leave such a key, it has to be read once more
 * @throws KeyFault that says which key is missing, no key, open to others or not the right one, and what to do
 */
export async function openSecrets(parts: SecretsParts, mayBeWeak = false): Promise<Secrets | null> {
  const { db, clock, config, env } = parts;
  const place = keyPlace(config, env);
  if (place === null) {
    if (await hasSecrets(db)) throw new KeyFault(NOT_NAMED);
    return null;
  }
  let material = await place.read();
  if (material === null) {
    if (await hasSecrets(db)) throw new KeyFault(gone(place.said));
    await makeKey(place);
    material = await place.read();
  }
  if (material === null) throw new KeyFault(gone(place.said));
  if (!mayBeWeak) refuseWeak(material, place.said);
  const ring = await openRing({ db, clock, material, place });
  return { box: openBox(ring), ring, material };
}

/**
 * How the secrets of a database stand, in words; nothing is made or changed, whatever the schema is.
 * @throws KeyFault what a start would refuse
 */
export async function lookAtSecrets(parts: SecretsParts): Promise<string> {
  const { db, config, env } = parts;
  const place = keyPlace(config, env);
  if (!(await hasDataKeys(db))) return "no data keys yet: they are made at the next start";
  const material = (await place?.read()) ?? null;
  if (place !== null && material !== null) refuseWeak(material, place.said);
  if (!(await hasSecrets(db))) return place === null ? "no key, and nothing sealed" : "nothing sealed yet";
  if (material !== null && (await readDataKeys(db)).length === 0) return "sealed by an older version; the next start seals anew"; // prettier-ignore
  const secrets = await openSecrets(parts);
  const { total, withPresent, keys } = await countSealed(db);
  const counts = `${total} sealed, ${withPresent} of them with the newest of ${keys} data keys; the key in ${place?.said ?? ""} opens them`;
  return secrets?.ring.isBefore === true ? `${counts}, and so does the one they were moved to: put that in its place` : counts; // prettier-ignore
}

/** The box alone; null where nothing can be sealed. @throws KeyFault */
export const openInstallationBox = async (parts: SecretsParts): Promise<Box | null> =>
  (await openSecrets(parts))?.box ?? null;

const NOT_NAMED =
  "this database holds sealed secrets, and no key is configured. Name the key they were sealed under in dapan.yaml (secretKeyFile or secretKeyEnv). If it is lost: `dapan secrets forget` (docs/secrets.md)";
const gone = (file: string): string =>
  `${file} is gone, and this database holds secrets sealed under it. Put the file back from where you keep it: a new key would open none of them. If it is lost: \`dapan secrets forget\` (docs/secrets.md)`;

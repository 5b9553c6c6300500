import type { Logger } from "pino";
import type { Database } from "../../db/database.ts";
import { forgetKeyBefore } from "../../db/store/data-keys.ts";
import type { Secrets } from "./open-secrets.ts";
import { resealAll } from "./reseal.ts";

/**
 * At the start of a console: ends a rotation whose new key it was started with, seals anew what an older version or a
 * rotation that was cut left, and says what does not open.
 */
export async function tidySecrets(db: Database, secrets: Secrets, log: Pick<Logger, "info" | "warn">): Promise<void> {
  if (secrets.ring.isBefore)
    log.warn("secrets were moved to another key and this start has the one before: put the new one in its place and start again (docs/secrets.md)"); // prettier-ignore
  else await forgetKeyBefore(db);
  const { resealed, shut } = await resealAll(db, secrets);
  if (resealed > 0) log.info({ resealed }, "secrets were sealed anew, each for its own row");
  if (shut.length > 0)
    log.warn({ shut }, "these secrets were sealed with a key that is not here: put it back, or enter them anew");
}

import { KeyFault } from "../secrets/key.ts";
import { lookAtSecrets, type SecretsParts } from "../secrets/open-secrets.ts";
import { bad, type Check, ok } from "./check.ts";

/** Whether a start would open what is sealed in the database. */
export async function checkSecrets(parts: SecretsParts): Promise<Check[]> {
  try {
    return [ok("secrets", await lookAtSecrets(parts))];
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error;
    return [bad("secrets", error.message, "until then `dapan serve` does not start (docs/secrets.md)")];
  }
}

import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { KeyFault } from "../secrets/key.ts";
import { lookAtSecrets } from "../secrets/open-secrets.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type SecretsFlags = { readonly config: string };

/** `dapan secrets status`: what is sealed and whether the key opens it. Ends with 1 when it does not. */
export async function secretsStatus({ config: file }: SecretsFlags, parts: CliParts): Promise<number> {
  const { env, clock, say, print } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  const db = await openConfigured(config, parts);
  try {
    print(await lookAtSecrets({ db, clock, config, env }));
    return 0;
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error;
    say(error.message);
    return 1;
  } finally {
    await db.close();
  }
}

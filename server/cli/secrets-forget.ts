import { forgetSecrets } from "../../db/store/sealed.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { onRecord } from "./on-record.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type SecretsForgetFlags = { readonly config: string; readonly yes: boolean };

const WHY = "its secrets were forgotten, their key is lost: enter them anew";

/** `dapan secrets forget`: the way out when the key is lost. The console has to be stopped. */
export async function secretsForget({ config: file, yes }: SecretsForgetFlags, parts: CliParts): Promise<number> {
  const { env, say } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  if (!yes) {
    say(
      "this takes the secrets of every channel and every waiting change away for good. Stop the console, then add --yes",
    );
    return 2;
  }
  const { config } = reading;
  const db = await openConfigured(config, parts);
  try {
    await db.transaction((tx) => forgetSecrets(tx, WHY)); // no entry names it: the key that signs entries is lost
    await onRecord(
      { db, config, parts },
      { action: "dapan secrets forget", name: "", why: WHY },
      async () => undefined,
    );
    say(
      "forgotten. Channels are switched off until their secrets are entered anew; links in messages already sent act no more; `dapan audit verify` cannot prove rows from before",
    );
    return 0;
  } finally {
    await db.close();
  }
}

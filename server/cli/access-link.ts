import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { openInstallationBox } from "../secrets/open-secrets.ts";
import { createLog } from "../telemetry/log.ts";
import { createAccounts } from "../usecases/access/accounts.ts";
import { NO_KEY_FOR_ACCOUNTS } from "../usecases/access/open-accounts.ts";
import { openAudit } from "./on-record.ts";
import { CLI_ACTOR } from "../usecases/audit/audit-port.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

/** `dapan access link`: prints a link that makes an administrator, for whoever is locked out and has the database at hand. */
export async function accessLink({ config: file }: { readonly config: string }, parts: CliParts): Promise<number> {
  const { env, clock, say, print } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  if (config.auth.isOpen) {
    say("nobody signs in here: `auth: {signIn: accounts}` is not in the configuration");
    return 2;
  }
  const db = await openConfigured(config, parts);
  try {
    const box = await openInstallationBox({ db, clock, config, env });
    if (box === null) {
      say(NO_KEY_FOR_ACCOUNTS);
      return 2;
    }
    const audit = await openAudit(db, config, parts, box);
    const log = createLog("error", clock);
    const accounts = createAccounts({ db, clock, log, audit, box, config: () => config });
    const entry = { actor: CLI_ACTOR, address: "", action: "access link", input: {} };
    const { url } = await audit.change(entry, () => accounts.setUpLink());
    say("whoever opens this within 15 minutes becomes an administrator; it works once:");
    print(url);
    return 0;
  } finally {
    await db.close();
  }
}

import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { openInstallationBox } from "../secrets/open-secrets.ts";
import { auditSign } from "../usecases/audit/chain.ts";
import { headFileOf, readHeadText } from "../usecases/audit/head-file.ts";
import { verifyAudit } from "../usecases/audit/verify-audit.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type AuditVerifyFlags = { readonly config: string; readonly head?: string };

/**
 * `dapan audit verify`: whether the record of who did what is what was written. Ends with 1 when it is not, and names the
 * first row; with 2 when the configuration or the head cannot be read.
 */
export async function auditVerify({ config: file, head }: AuditVerifyFlags, parts: CliParts): Promise<number> {
  const { env, say, print } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  const told = head === undefined ? null : readHeadText(head);
  if (head !== undefined && told === null) {
    say('--head is what the log said: "<row> <hash>"');
    return 2;
  }
  const db = await openConfigured(config, parts);
  try {
    const sign = auditSign(await openInstallationBox({ db, clock: parts.clock, config, env }));
    const known = told ?? (await headFileOf(config)?.read()) ?? null;
    if (sign === null) say("there is no key (secretKeyFile): a record somebody wrote anew would not show");
    if (known === null)
      say("no head is known outside of the database: rows cut from the end would not show; name one with --head");
    const { ok, rows, unsigned, fault } = await verifyAudit(db, sign, known);
    if (ok && sign !== null && unsigned > 0)
      say(`rows 1 to ${unsigned} are from before there was a key: who could write the database may have made them`);
    print(ok ? `ok    ${rows} rows, each in its place and as it was written` : `FAIL  ${fault}`);
    return ok ? 0 : 1;
  } finally {
    await db.close();
  }
}

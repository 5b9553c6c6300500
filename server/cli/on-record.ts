import type { Database } from "../../db/database.ts";
import type { Config } from "../config/config.ts";
import type { Box } from "../secrets/box.ts";
import { openInstallationBox } from "../secrets/open-secrets.ts";
import { createLog } from "../telemetry/log.ts";
import { CLI_ACTOR } from "../usecases/audit/audit-port.ts";
import { type Audit, createAudit } from "../usecases/audit/create-audit.ts";
import { type HeadFile, headFileOf } from "../usecases/audit/head-file.ts";
import { auditSign } from "../usecases/audit/chain.ts";
import type { CliParts } from "./parts.ts";

/** The audit of the database a command works on. */
export async function openAudit(
  db: Database,
  config: Config,
  { env, clock }: CliParts,
  box?: Pick<Box, "sign"> | null,
): Promise<Audit> {
  const log = createLog("error", clock);
  const sign = auditSign(box === undefined ? await openInstallationBox({ db, clock, config, env }) : box);
  const headFile: HeadFile | null = headFileOf(config);
  const audit = createAudit({ db, clock, log, sign, headFile });
  await audit.open();
  return audit;
}

type RecordParts = {
  readonly db: Database;
  readonly config: Config;
  readonly parts: CliParts;
  readonly box?: Pick<Box, "sign">; // left out: that of the installation
};

/** Does what a command changes, and puts it on record as done by whoever sits at this machine. */
export async function onRecord<T>(
  { db, config, parts, box }: RecordParts,
  { action, name, why }: { readonly action: string; readonly name: string; readonly why: string },
  work: () => Promise<T>,
): Promise<T> {
  const audit = await openAudit(db, config, parts, box);
  return await audit.change({ actor: CLI_ACTOR, address: "", action, input: { name, why } }, work);
}

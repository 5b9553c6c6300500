import { createHash, randomBytes } from "node:crypto";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { NewShareLink } from "../../../db/model/patrol-views.ts";
import { DAY_MS, shift } from "../../../db/model/time.ts";
import { addLink, type OpenLink, revokeLink, followLink } from "../../../db/store/report-links.ts";
import { readRun } from "../../../db/store/report-runs.ts";
import { ServiceError } from "../../errors.ts";

type Parts = { readonly db: Database; readonly clock: Clock };

const TOKEN_BYTES = 20; // 160 bits
const TOKEN = /^[\w-]{27}$/;
const HINT = 4;

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Makes a link to a report; its token is seen now and never again. @throws ServiceError not_found, invalid */
export async function share(
  { db, clock }: Parts,
  { runId, days }: { readonly runId: number; readonly days: number },
  who: string,
  showsMoney: boolean,
): Promise<NewShareLink> {
  const run = await readRun(db, runId);
  if (run === null) throw new ServiceError("not_found", "there is no such report");
  if (run.state !== "done") throw new ServiceError("invalid", "the report is not made yet; share it then");
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const now = clock.now();
  const link = {
    id: hashOf(token),
    hint: token.slice(-HINT),
    who,
    createdAt: now,
    expiresAt: shift(now, days * DAY_MS),
  };
  await addLink(db, runId, { ...link, showsMoney });
  return { link: { ...link, revokedAt: null, readAt: null }, url: `/r/${token}` };
}

/** @throws ServiceError not_found */
export async function revoke({ db, clock }: Parts, id: string): Promise<void> {
  if (!(await revokeLink(db, id, clock.now())))
    throw new ServiceError("not_found", "there is no such link, or it was revoked");
}

/** The report a token leads to; null = unknown, ended or revoked: nobody learns which. */
export async function openToken({ db, clock }: Parts, token: string): Promise<OpenLink | null> {
  return TOKEN.test(token) ? await followLink(db, hashOf(token), clock.now()) : null;
}

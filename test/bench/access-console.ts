/**
 * The console of access.bench.ts, a process of its own: `tsx access-console.ts <url or dir>` with a parent to talk to. Sign-in
 * is real, its clock goes on when told, and its one heavy question costs seconds of a core. It ends with its parent.
 */
import { HOUR_MS } from "../../db/model/time.ts";
import { systemClock } from "../../server/clock.ts";
import { holdConfig } from "../../server/config/holder.ts";
import { readConfig } from "../../server/config/read.ts";
import { ServiceError } from "../../server/errors.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { accountsAccess, createAccounts } from "../../server/usecases/access/accounts.ts";
import { auditSign } from "../../server/usecases/audit/chain.ts";
import { createAudit } from "../../server/usecases/audit/create-audit.ts";
import { open } from "../db/databases.ts";
import { stageApi } from "../server/api/stage.ts";
import { manualClock } from "../tools/manual-clock.ts";
import { testBox } from "../tools/test-box.ts";

const SAMPLE_MS = 10;
const where = process.argv[2] ?? "";
const db = await open(where.startsWith("postgres:") ? { url: where } : { dataDir: where });
const clock = manualClock(systemClock.now());
const log = createLog("silent", systemClock);
const reading = readConfig("listen: {proxies: [127.0.0.1/32]}", "dapan.yaml", {});
if (!reading.ok) throw new Error("the configuration of the bench is wrong");
const box = testBox();
const audit = createAudit({ db, clock, log, sign: auditSign(box), headFile: null });
await audit.open();
const auth = { isOpen: false, idleMs: 1e5 * HOUR_MS, longestMs: 1e5 * HOUR_MS, secondPerson: [], oidc: [], proxy: null } as const; // prettier-ignore
const accounts = createAccounts({ db, clock, log, audit, box, config: () => ({ auth, publicUrl: "http://127.0.0.1:7070" }) }); // prettier-ignore
const coverage = async (): Promise<never> => {
  await db.query("SELECT sum(sqrt(x)) FROM generate_series(1, 20000000) x"); // as months of every card
  throw new ServiceError("not_found", "there is no coverage");
};
const config = holdConfig(reading.config, null, log);
const { app } = await stageApi({ config, access: accountsAccess(accounts), audit, patrol: { coverage } });
const url = await app.listen({ port: 0, host: "127.0.0.1" });
const token = (await accounts.setUpLink()).url.split("#")[1] ?? "";
const form = { token, name: "Li", email: "li@example.com", password: "a sentence only Li would say" };
const caller = { headers: {}, address: "127.0.0.1", peer: "127.0.0.1" };
const cookie = ((await accounts.useLink(form, caller)) ?? "").split(";")[0] ?? "";

let peak = 0;
setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
process.on("message", () => {
  clock.jump(HOUR_MS);
  const rss = process.memoryUsage.rss();
  process.send?.({ rss, peak: Math.max(peak, rss) });
  peak = rss;
});
process.on("disconnect", () => void app.close().then(() => db.close().then(() => process.exit(0))));
process.send?.({ url, cookie });

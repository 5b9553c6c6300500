import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { CliParts } from "../../../server/cli/parts.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { costView } from "../../../server/usecases/costs/cost-view.ts";
import { putLedgerState } from "../../../server/usecases/ledger/ledger-state.ts";
import type { CostDeps } from "../../../server/usecases/costs/ports.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { readRows } from "../../tools/focus-check.ts";
import { stageApi } from "../api/stage.ts";
import { costDeps, NOW, RANGE, seedLedger, ZONE } from "../usecases/costs/seeded-ledger.ts";

let dataDir = "";
let folder = "";
let total = "";
beforeAll(async () => {
  dataDir = await freshDataDir();
  folder = path.join(dataDir, "files");
  mkdirSync(folder);
  await withLedger(async (db, deps) => {
    await seedLedger(db, 3);
    const known = { price: 0, capacity: 0, alias: 0 };
    await putLedgerState(db, { key: "", revision: 0, known, zone: ZONE, daysZone: ZONE }, NOW);
    total = (await costView(deps, { range: RANGE, by: "vendor" })).total.micro;
  });
  configure(7_070);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const configure = (port: number, zone = ZONE) =>
  writeFileSync(
    path.join(folder, "dapan.yaml"),
    `dataDir: ${dataDir}\ntimeZone: ${zone}\ncurrency: CNY\nlisten: { host: 127.0.0.1, port: ${port} }\nsources: []\n`,
  );

async function withLedger(work: (db: Database, deps: CostDeps) => Promise<void>): Promise<void> {
  const db = await open({ dataDir });
  try {
    await work(db, await costDeps(db));
  } finally {
    await db.close();
  }
}

const run = (...flags: string[]) => runLedger("export", ...flags);

async function runLedger(command: "export" | "check", ...flags: string[]) {
  const said: string[] = [];
  const printed: string[] = [];
  const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
  const clock = { ...manualClock(NOW), after: realAfter };
  const parts: CliParts = { env: {}, clock, host, say: (l) => void said.push(l), print: (t) => void printed.push(t) };
  let code: number | null = null;
  const args = ["ledger", command, "-c", path.join(folder, "dapan.yaml"), ...flags];
  await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args]);
  return { code, said: said.join("\n"), printed: printed.join("\n") };
}
/** What the console answers with; its configuration is the stage's. */
const staged = ({ clock, past, pricing, aliases, costs, ledger, features, usage }: CostDeps) => {
  const said = { clock, past, pricing, aliases, costs, ledger, features, usage };
  return said;
};

/** Nothing here waits for a timer of the staged clock. */
const realAfter = () => ({ cancel: () => undefined });

const DAYS = ["--from", RANGE.from, "--to", RANGE.to];
const sumOf = (csv: string) =>
  readRows(csv)
    .reduce((all, row) => all + BigInt(row["total_micro"] ?? "0"), 0n)
    .toString();

test("the file of the ledger comes to the total of the Cost page", async () => {
  const { code, said, printed } = await run(...DAYS);
  expect({ code, said }).toEqual({ code: 0, said: "" });
  expect(sumOf(printed)).toBe(total);
});

test("a file is written whole, and nothing else is left", async () => {
  const out = path.join(folder, "ledger.csv");
  const { code, said, printed } = await run(...DAYS, "--out", out);
  expect({ code, printed }).toEqual({ code: 0, printed: "" });
  expect(said).toMatch(/ledger\.csv: \d+ bytes/);
  expect(sumOf(readFileSync(out, "utf8"))).toBe(total);
  expect(readdirSync(folder).toSorted()).toEqual(["dapan.yaml", "ledger.csv"]);
});

test("a folder that is not there is named before anything is read, with the way out", async () => {
  const out = path.join(folder, "new", "ledger.csv");
  const { code, said } = await run(...DAYS, "--out", out);
  expect(code).toBe(2);
  expect(said).toContain(`--out ${out}: there is no folder ${path.dirname(out)}; make it (mkdir -p`);
});

test("days without a line are a head alone, and say so", async () => {
  const { code, said, printed } = await run("--from", "2031-01-01", "--to", "2031-01-03");
  expect(code).toBe(0);
  expect(printed.split("\n")).toHaveLength(1);
  expect(said).toContain("no line of the ledger lies in 2031-01-01 to 2031-01-03");
});

test("FOCUS is a choice of columns", async () => {
  const { code, printed } = await run(...DAYS, "--format", "focus");
  expect(code).toBe(0);
  expect(readRows(printed)[0]).toMatchObject({ ChargeCategory: "Usage", BillingPeriodStart: "2026-09-30T16:00:00Z" });
});

test("while a console runs on the embedded database, it is asked", async () => {
  await withLedger(async (_, deps) => {
    const { app } = await stageApi(staged(deps));
    try {
      const address = await app.listen({ host: "127.0.0.1", port: 0 });
      configure(Number(new URL(address).port));
      const { code, said, printed } = await run(...DAYS);
      expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`asking ${address}`) });
      expect(sumOf(printed)).toBe(total);
      await app.close();
      const refused = await run(...DAYS);
      expect(refused.code).toBe(1);
      expect(refused.said).toContain(`/api/ledger/export?format=csv&from=${RANGE.from}&to=${RANGE.to}`);
    } finally {
      await app.close();
      configure(7_070);
    }
  });
});

test("days that are wrong end with code 2 and the way out", async () => {
  expect(await run("--from", "yesterday")).toMatchObject({ code: 2, said: expect.stringContaining("2026-11-01") });
  expect(await run("--to", "2026-11-01")).toMatchObject({
    code: 2,
    said: expect.stringContaining("--from is missing"),
  });
});

test("days that were counted in another zone are not read by this one's calendar: both zones and the way out are named", async () => {
  configure(7_070, "Europe/Berlin");
  try {
    for (const command of ["export", "check"] as const) {
      const { code, said, printed } = await runLedger(command, ...(command === "export" ? DAYS : []));
      expect({ code, printed }).toEqual({ code: 2, printed: "" });
      expect(said).toContain(`counted in ${ZONE}, and`);
      expect(said).toContain(`asks for Europe/Berlin: set timeZone: ${ZONE} there, or start Dapan once`);
    }
  } finally {
    configure(7_070);
  }
});

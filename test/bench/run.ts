import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { benchAccess } from "./access.bench.ts";
import { benchBoardQueries } from "./board-queries.ts";
import { benchBoardView } from "./boardview.bench.ts";
import { benchLedger } from "./ledger.bench.ts";
import { benchCostQueries } from "./cost-queries.bench.ts";
import { benchNotify } from "./notify.bench.ts";
import { benchParser } from "./parser.bench.ts";
import { benchPdf } from "./pdf.bench.ts";
import { benchPrices } from "./prices.bench.ts";
import { benchPull } from "./pull.bench.ts";
import { benchReports } from "./reports.bench.ts";
import { benchRounds } from "./rounds.bench.ts";
import type { BenchRow } from "./row.ts";
import { benchRules } from "./rules.bench.ts";
import { benchScrapeClient } from "./scrape-client.bench.ts";
import { benchScrapeLoop } from "./scrape-loop.bench.ts";
import { benchScrapePath } from "./scrape-path.bench.ts";
import { benchStore } from "./store.bench.ts";
import { benchStorm } from "./storm.bench.ts";
import { benchTiers } from "./tiers.bench.ts";

/** `npm run bench` measures everything; `npm run bench -- parser store` only these, leaving the rest of RESULTS.md. */
const BENCHES: readonly [name: string, title: string, run: () => Promise<BenchRow[]>][] = [
  ["parser", "Exposition parser", benchParser],
  ["client", "Scrape client and loop", async () => [...(await benchScrapeClient()), ...(await benchScrapeLoop())]],
  ["scrape", "Scrape path, memory and CPU of the process", benchScrapePath],
  ["pull", "Reading a Prometheus", benchPull],
  ["store", "Commit and board queries", benchStore],
  ["prices", "Price book", benchPrices],
  ["board", "Board queries beside Prometheus and VictoriaMetrics", benchBoardQueries],
  ["boardview", "The board, live and of a past moment", benchBoardView],
  ["tiers", "Price tiers", benchTiers],
  ["costs", "Cost and features over 90 days", benchCostQueries],
  ["ledger", "The card-second ledger", benchLedger],
  ["rules", "Rules of health", benchRules],
  ["rounds", "Rounds of the rules of health", benchRounds],
  ["storm", "A storm of findings", benchStorm],
  ["notify", "Messages", benchNotify],
  ["reports", "Values of reports", benchReports],
  ["pdf", "Reports on paper", benchPdf],
  ["access", "Signing in, links and heavy questions", benchAccess],
];
const RESULTS = new URL("RESULTS.md", import.meta.url);

const wanted = process.argv.slice(2);
const sections = new Map<string, string>();
for (const section of (await readFile(RESULTS, "utf8").catch(() => "")).split(/^(?=## )/m))
  if (section.startsWith("## ")) sections.set(section.slice(3, section.indexOf("\n")), section.trimEnd());

for (const [name, title, run] of BENCHES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const rows = await run();
  console.table(rows);
  sections.set(title, sectionOf(title, name, rows));
  await writeFile(RESULTS, document());
}

function sectionOf(title: string, name: string, rows: readonly BenchRow[]): string {
  const head = `## ${title}\n\nMeasured ${new Date().toISOString().slice(0, 10)} with \`npm run bench -- ${name}\`.\n\n| what | measured | goal | |\n|---|---:|---:|---|`;
  const lines = rows.map(
    (r) => `| ${r.name} | ${shown(r.value)} ${r.unit} | ${r.goal ?? ""} | ${verdict(r)}${r.note ?? ""} |`,
  );
  return [head, ...lines].join("\n");
}

/** Says when a goal is missed, in the row itself. */
function verdict({ value, goal }: BenchRow): string {
  const [, sign, limit] = /^([≤≥]) ([\d.,]+)/.exec(goal ?? "") ?? [];
  if (!sign || !limit) return "";
  const border = Number(limit.replaceAll(",", ""));
  return (sign === "≤" ? value <= border : value >= border) ? "" : "**missed.** ";
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function document(): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const packages = ["prometheus", "victoria-metrics", "postgresql-15"].map(versionOf).filter(Boolean).join(", ");
  const titles = new Set([...BENCHES.map(([, title]) => title), ...sections.keys()]); // what was written by hand stays
  return [
    "# Measured",
    `${machine}; Debian packages ${packages}. CPU seconds are the figures to trust. Prometheus and VictoriaMetrics keep every raw sample with index and log; Dapan keeps five-minute slots.`,
    ...[...titles].map((title) => sections.get(title)).filter(Boolean),
    "",
  ].join("\n\n");
}

function versionOf(name: string): string {
  const said = spawnSync("dpkg-query", ["-W", "-f=${Version}", name], { encoding: "utf8" }).stdout;
  return said ? `${name} ${said}` : "";
}

import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { COMMANDED } from "../../collectors/simulator/command.ts";
import { IMPORT_KINDS } from "../../db/model/imports.ts";
import { REPORT_KINDS, type ReportKind } from "../../db/model/report.ts";
import type { ApplyFlags } from "./apply.ts";
import type { AuditVerifyFlags } from "./audit-verify.ts";
import type { CapacityImportFlags } from "./capacity-import.ts";
import type { DemoFaultFlags } from "./demo-fault.ts";
import type { CliParts } from "./parts.ts";
import { EXPORT_FORMATS, type LedgerExportFlags } from "./ledger-flags.ts";
import type { PriceImportFlags } from "./price-import.ts";
import type { PriceListFlags } from "./price-list.ts";
import type { SecretsForgetFlags } from "./secrets-forget.ts";
import type { SecretsRotateFlags } from "./secrets-rotate.ts";
import type { SecretsFlags } from "./secrets-status.ts";
import { REPORT_LANGUAGES, type ReportFlags } from "./report-flags.ts";
import { VERSION } from "./version.ts";

const CONFIG = ["-c, --config <file>", "configuration file", "dapan.yaml"] as const;

/** Largest demo that is a demo: the embedded database refuses more. */
const MOST_CARDS = 20_000;

/**
 * The commands of `dapan`. Each is loaded when it is asked for: `--version` must not wait for a database driver.
 * @param done told the exit code of the command that ran
 */
export function buildProgram(parts: CliParts, done: (code: number) => void): Command {
  const program = new Command("dapan")
    .description("Cost and stability console for fleets of AI accelerators")
    .version(VERSION, "-v, --version")
    .showHelpAfterError()
    .enablePositionalOptions() // the demo and its faults both have a --data-dir
    .configureOutput({ writeOut: (text) => parts.print(text.trimEnd()), writeErr: (text) => parts.say(text.trimEnd()) })
    .exitOverride();

  program
    .command("serve")
    .description("serve the console over your fleet")
    .option(...CONFIG)
    .action(async ({ config }: { config: string }) => done(await (await import("./serve.ts")).serve(config, parts)));

  const demo = program
    .command("demo")
    .description("serve a simulated fleet, to look around")
    .option("--cards <number>", "cards in the fleet", whole(1, MOST_CARDS), 1_000)
    .option("--seed <number>", "the same seed gives the same fleet", whole(0, 2 ** 31 - 1), 1)
    .option("--port <number>", "port of the console, 0 takes a free one", whole(0, 65_535), 7_070)
    .option("--data-dir <folder>", "where the demo keeps its data", "data/demo")
    .option("--no-history", "begin now, without two weeks of history")
    .action(async (flags) => done(await (await import("./demo.ts")).demo(flags, parts)));
  demo
    .command("fault")
    .description("make the fleet of a running demo suffer, and watch the incident open and resolve")
    .addArgument(new Argument("<kind>", "what happens").choices(COMMANDED))
    .option("--node <name>", "node that suffers; the first that can unless said", "")
    .option("--card <place>", "place of the card on its node", whole(0, 127))
    .option("--place <name>", "cluster or region that is lost; that of the first node unless said", "")
    .option("--minutes <number>", "how long it lasts", whole(1, 1_440), 10)
    .option("--data-dir <folder>", "where the demo keeps its data", "data/demo")
    .action(async (kind: string, flags: DemoFaultFlags) =>
      done(await (await import("./demo-fault.ts")).demoFault(kind, flags, parts)),
    );

  program
    .command("migrate")
    .description("bring the database schema up to date, and end")
    .option(...CONFIG)
    .action(async ({ config }: { config: string }) =>
      done(await (await import("./migrate.ts")).migrateCommand(config, parts)),
    );

  program
    .command("doctor")
    .description("check configuration, database, sources, clock and disk, and say what to do")
    .option(...CONFIG)
    .option("--json", "print the checks as JSON")
    .action(async (flags: { config: string; json?: boolean }) =>
      done(await (await import("./doctor.ts")).doctor(flags.config, flags.json === true, parts)),
    );

  program
    .command("agent")
    .description("on a GPU host without dcgm-exporter: serve nvidia-smi's figures in DCGM's names")
    .option("--host <address>", "address to bind", "0.0.0.0")
    .option("--port <number>", "port to bind", whole(0, 65_535), 9_400)
    .action(async (flags) => done(await (await import("./agent.ts")).agent(flags, parts)));

  program
    .command("apply")
    .description("preview features, mapping rules, prices and costs kept as code, and with --yes apply them")
    .option("-f, --file <file>", "features.yaml")
    .option(...CONFIG)
    .option("--dry-run", "only say what would change; so it is without --yes", false)
    .option("--yes", "apply it", false)
    .option("--export", "print what there is as a features.yaml", false)
    .option("--why <text>", "reason shown in the history")
    .action(async (flags: ApplyFlags) => done(await (await import("./apply.ts")).apply(flags, parts)));

  program
    .command("access")
    .description("who is let in")
    .command("link")
    .description("print a one-time link that makes an administrator, when nobody can sign in any more")
    .option(...CONFIG)
    .action(async (flags: { config: string }) =>
      done(await (await import("./access-link.ts")).accessLink(flags, parts)),
    );

  program
    .command("audit")
    .description("the record of who did what")
    .command("verify")
    .description("read the whole record, and name the first row that was edited, deleted, moved or cut")
    .option(...CONFIG)
    .option("--head <row and hash>", "newest row as the log told it, to see whether the end was cut")
    .action(async (flags: AuditVerifyFlags) =>
      done(await (await import("./audit-verify.ts")).auditVerify(flags, parts)),
    );

  const secrets = program
    .command("secrets")
    .description("what is sealed in the database, and the key it is sealed under");
  secrets
    .command("status")
    .description("say what is sealed, and whether the key opens it")
    .option(...CONFIG)
    .action(async (flags: SecretsFlags) =>
      done(await (await import("./secrets-status.ts")).secretsStatus(flags, parts)),
    );
  secrets
    .command("rotate")
    .description("move everything sealed to a new key; with PostgreSQL the console may run meanwhile")
    .option(...CONFIG)
    .option("--new-key-file <file>", "file that holds the new key")
    .option("--new-key-env <name>", "environment variable that holds it; neither: a new one in the data directory")
    .action(async (flags: SecretsRotateFlags) =>
      done(await (await import("./secrets-rotate.ts")).secretsRotate(flags, parts)),
    );
  secrets
    .command("forget")
    .description("when the key is lost: take every sealed secret away, so that a new key can begin")
    .option(...CONFIG)
    .option("--yes", "do it; without it nothing is written", false)
    .action(async (flags: SecretsForgetFlags) =>
      done(await (await import("./secrets-forget.ts")).secretsForget(flags, parts)),
    );

  const price = program.command("price").description("the price book");
  price
    .command("list")
    .description("print the price book as CSV, in the columns that import reads")
    .option(...CONFIG)
    .option("--search <words>", "only prices in whose selector, currency, basis or reason all words occur", "")
    .option("--in-force", "only prices that hold now", false)
    .action(async (flags: PriceListFlags) => done(await (await import("./price-list.ts")).priceList(flags, parts)));
  price
    .command("import <file>")
    .description("preview a CSV of prices, throughput or exchange rates, and with --apply take it in")
    .option(...CONFIG)
    .addOption(new Option("--kind <kind>", "what the table holds").choices(IMPORT_KINDS).default("prices"))
    .option("--apply", "change the price book; without it nothing is written", false)
    .option("--good-rows", "leave out the rows that have an error", false)
    .option("--currency <code>", "currency of figures without one, like USD")
    .option("--vendor <name>", "vendor of a table that does not name it (skypilot)")
    .option("--from <day>", "day from which prices without one hold, like 2026-11-01; today unless said")
    .option("--list", "these are published list prices")
    .option("--real", "these are prices we really pay")
    .option("--why <text>", "reason shown in the history")
    .action(async (file: string, flags: PriceImportFlags) =>
      done(await (await import("./price-import.ts")).priceImport(file, flags, parts)),
    );

  const ledger = program.command("ledger").description("what every card cost, and for whom");
  ledger
    .command("check")
    .description("look through the whole ledger, and say whether every sum is the sum of its parts")
    .option(...CONFIG)
    .action(async (flags: { config: string }) =>
      done(await (await import("./ledger-check.ts")).ledgerCheck(flags, parts)),
    );
  ledger
    .command("export")
    .description("write the ledger of some days as a file: CSV, or FOCUS 1.2")
    .option(...CONFIG)
    .option("--from <day>", "first day, like 2026-11-01; the last 7 days unless said")
    .option("--to <day>", "day after the last; today is the last unless said")
    .addOption(new Option("--format <format>", "columns of the file").choices(EXPORT_FORMATS).default("csv"))
    .option("--out <file>", "file to write; stdout unless said")
    .action(async (flags: LedgerExportFlags) =>
      done(await (await import("./ledger-export.ts")).ledgerExport(flags, parts)),
    );

  program
    .command("report")
    .description("write a patrol report of a day, week or month as PDF, from the database alone")
    .addArgument(new Argument("<kind>", "what it is about").choices(REPORT_KINDS))
    .option(...CONFIG)
    .option("--period <name>", "2026-11-22, 2026-W46 or 2026-10; the last that is over unless said")
    .option("--zone <zone>", "time zone of its borders, like Asia/Shanghai; the configuration's unless said")
    .addOption(new Option("--lang <language>", "language of the report").choices(REPORT_LANGUAGES).default("zh"))
    .option("--out <file>", "file to write; named after the report unless said")
    .action(async (kind: ReportKind, flags: ReportFlags) =>
      done(await (await import("./report.ts")).reportCommand(kind, flags, parts)),
    );

  program
    .command("capacity")
    .description("how many cards contracts promise")
    .command("import <file>")
    .description("preview a CSV or YAML of declared numbers, and with --apply take it in")
    .option(...CONFIG)
    .option("--apply", "declare them; without it nothing is written", false)
    .option("--whole", "the file says everything: what it does not name ends now", false)
    .option("--why <text>", "reason shown in the history")
    .action(async (file: string, flags: CapacityImportFlags) =>
      done(await (await import("./capacity-import.ts")).capacityImport(file, flags, parts)),
    );
  return program;
}

function whole(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`a whole number, ${min} to ${max}.`);
    return value;
  };
}

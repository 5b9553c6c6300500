import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Guard, lineFaults } from "./guard.ts";
import { GUARDS } from "./guard-list.ts";
import { copyTree, type Mutants } from "./mutants.ts";

/**
 * Which guards are taken away, each in a copy of the tree: "all", or beginnings of checks' numbers ("API-0,AUT-11"). The gate
 * runs none, it only holds that each guard still stands where the list says and that its mutant was caught once.
 */
const ASKED = process.env["DAPAN_MUTANTS"] ?? "";
const RECORD = "docs/security-checks.md";

const read = (file: string): string | null => (existsSync(file) ? readFileSync(file, "utf8") : null);
/** The line of the record that says this mutant was caught. */
const lineOf = ({ check, what, file, test }: Guard): string => `| ${check} | ${what} | \`${file}\` | \`${test}\` |`;

describe("the list of guards", () => {
  test.each(GUARDS)("$check: $what", (guard) => expect(lineFaults(guard, read)).toEqual([]));

  test("names no guard twice", () => {
    const lines = GUARDS.map(lineOf);
    expect(lines.filter((line, i) => lines.indexOf(line) !== i)).toEqual([]);
  });

  test(`is in ${RECORD}, each with its mutant caught: DAPAN_MUTANTS=<check> npx vitest run test/security/guards.test.ts`, () => {
    const record = readFileSync(RECORD, "utf8");
    const lines = GUARDS.map(lineOf);
    expect(lines.filter((line) => ASKED === "" && !record.includes(line))).toEqual([]);
    expect(partsOf(record).lines.filter((line) => ASKED === "" && !lines.includes(line))).toEqual([]); // of guards that are gone
  });

  test("a guard that moved, a mutant that changes nothing and a test that is gone are noticed", () => {
    const one: Guard = { check: "X", what: "", file: "a", text: "if (x)", mutant: "if (false)", test: "t", only: "n" };
    const faults = (change: Partial<Guard>, files: Record<string, string>) =>
      lineFaults({ ...one, ...change }, (file) => files[file] ?? null).length;
    expect(faults({}, { a: "if (x) no", t: `test("n")` })).toBe(0);
    expect(faults({}, { a: "if (y) no", t: `test("n")` })).toBe(1);
    expect(faults({}, { a: "if (x) if (x)", t: `test("n")` })).toBe(1);
    expect(faults({ mutant: "if (x)" }, { a: "if (x)", t: `test("n")` })).toBe(1);
    expect(faults({}, { a: "if (x)", t: `test("m")` })).toBe(1);
    expect(faults({}, { a: "if (x)" })).toBe(1);
  });
});

function takeThemAway(): void {
  const asked = GUARDS.filter(
    ({ check }) => ASKED === "all" || ASKED.split(",").some((beginning) => check.startsWith(beginning)),
  );
  const caught: Guard[] = [];
  let mutants: Mutants;
  beforeAll(() => void (mutants = copyTree()));
  afterAll(() => {
    mutants.remove();
    record(asked, caught);
  });

  test.each(asked)("$check: $what", { timeout: 700_000 }, async (guard) => {
    expect(await mutants.escaped(guard)).toBe(null);
    caught.push(guard);
  });

  test("a change that takes nothing away is not taken for one that was caught", { timeout: 700_000 }, async () => {
    const idle: Guard = { ...GUARDS[0]!, mutant: `${GUARDS[0]!.text} ` };
    expect(await mutants.escaped(idle)).toMatch(/^does not notice/);
  });
}

if (ASKED !== "") describe("a guard that is gone turns its test red", takeThemAway); // else no lane is left out: none was asked for

const MARKS = ["<!-- guards -->\n", "<!-- end -->"] as const;
/** What stands before the record's table, its lines, and what stands after it. */
function partsOf(record: string): { before: string; lines: string[]; after: string } {
  const [before = "", rest = ""] = record.split(MARKS[0]);
  const [table = "", after = ""] = rest.split(MARKS[1]);
  return { before, lines: table.split("\n").slice(2).filter(Boolean), after };
}

/** Writes what was caught into the table; lines of what was not asked for stay, those another run wrote meanwhile too. */
function record(asked: readonly Guard[], caught: readonly Guard[]): void {
  const { before, lines: old, after } = partsOf(readFileSync(RECORD, "utf8"));
  const known = new Set(GUARDS.map(lineOf));
  const mine = GUARDS.filter((guard) => (asked.includes(guard) ? caught.includes(guard) : old.includes(lineOf(guard))));
  const lines = [...mine.map(lineOf), ...old.filter((line) => !known.has(line))];
  const head = "| check | guard | in | held by |\n|---|---|---|---|";
  writeFileSync(RECORD, `${before}${MARKS[0]}${[head, ...lines].join("\n")}\n${MARKS[1]}${after}`);
}

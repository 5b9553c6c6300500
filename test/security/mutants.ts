import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Guard } from "./guard.ts";

const LEFT_BEHIND = new Set(["node_modules", "dist", ".git", "screenshots", "RESULTS.md"]);
const MOST_MS = 300_000;

/** How a test file ended: how many of its tests failed, and how many ran at all. */
type Ending = { readonly failed: number; readonly passed: number; readonly words: string };

/** A copy of the sources to break things in: the tree itself is never touched, others work in it. */
export type Mutants = {
  /** null = the test is green with the guard and red without it; otherwise what is wrong. */
  escaped(guard: Guard): Promise<string | null>;
  remove(): void;
};

export function copyTree(): Mutants {
  const around = mkdtempSync(path.join(tmpdir(), "dapan-mutants-"));
  const tree = path.join(around, "main");
  mkdirSync(tree);
  for (const name of readdirSync("."))
    if (!LEFT_BEHIND.has(name))
      cpSync(name, path.join(tree, name), { recursive: true, filter: (from) => !LEFT_BEHIND.has(path.basename(from)) });
  symlinkSync(path.resolve("node_modules"), path.join(tree, "node_modules"));
  const shared = path.resolve("../shared");
  if (existsSync(shared)) symlinkSync(shared, path.join(around, "shared"));
  const sound = new Map<string, Promise<Ending>>(); // with every guard in its place, by test and name

  const untouched = (guard: Guard): Promise<Ending> => {
    const key = `${guard.test} ${guard.only ?? ""}`;
    const known = sound.get(key) ?? runTest(tree, guard);
    sound.set(key, known);
    return known;
  };
  return {
    async escaped(guard) {
      const before = await untouched(guard);
      if (before.failed > 0) return `is red with the guard in its place: ${before.words}`;
      if (before.passed === 0) return `ran no test: ${before.words}`;
      const file = path.join(tree, guard.file);
      const source = readFileSync(file, "utf8");
      writeFileSync(
        file,
        source.replace(guard.text, () => guard.mutant),
      );
      try {
        const after = await runTest(tree, guard);
        return after.failed > 0 ? null : `does not notice: ${after.words || `${after.passed} tests passed`}`;
      } finally {
        writeFileSync(file, source);
      }
    },
    remove: () => rmSync(around, { recursive: true, force: true }),
  };
}

async function runTest(tree: string, { test, only }: Guard): Promise<Ending> {
  const report = path.join(tree, "report.json");
  rmSync(report, { force: true });
  const name = only === undefined ? [] : ["-t", only.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)];
  const vitest = path.join(tree, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", test, ...name, "--reporter=json", `--outputFile=${report}`, "--retry=0"];
  const env = { ...process.env, DAPAN_MUTANTS: "", VITEST: "", NODE_ENV: "test" };
  const words = await new Promise<string>((done) =>
    execFile(process.execPath, args, { cwd: tree, env, timeout: MOST_MS }, (_, out, errors) => done(`${out}${errors}`)),
  );
  if (!existsSync(report)) return { failed: 0, passed: 0, words: words.slice(-400) };
  const { numFailedTests: failed, numPassedTests: passed } = JSON.parse(readFileSync(report, "utf8")) as {
    numFailedTests: number;
    numPassedTests: number;
  };
  return { failed, passed, words: passed + failed > 0 ? "" : words.slice(-400) };
}

import path from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { PLACE_PARTS, type ConfigFault, type ConfigReading, type PlaceRules } from "./config.ts";
import { crossChecks, type CrossFault, type Outside } from "./cross-checks.ts";
import { didYouMean } from "./did-you-mean.ts";
import { docOf, keysUnder, SOURCE_KEYS } from "./keys.ts";
import { readRule, type RuleFault } from "./place-rules.ts";
import { type Path, type Positions, positionsIn } from "./positions.ts";
import { resolveConfig } from "./resolve.ts";
import { fileSchema } from "./schema.ts";
import { show, showText } from "./show.ts";
import { databaseUrlFault, USUAL } from "./values.ts";

/** A config is written by hand; a longer one is a mistake. */
const MAX_TEXT = 4 * 1024 * 1024;

/**
 * What a dapan.yaml says, or everything that is wrong with it at once, in the order of the file. Pure: `canRead` answers
 * whether a file named in it can be read (true when nobody asks), and relative paths are taken from the config's folder.
 */
export function readConfig(
  text: string,
  fileName: string,
  env: Readonly<Record<string, string | undefined>>,
  canRead: (file: string) => boolean = () => true,
): ConfigReading {
  const folder = path.dirname(path.resolve(fileName));
  const lines = new LineCounter();
  if (text.length > MAX_TEXT) return failed([tooLong(fileName, text.length)]);
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  if (doc.errors.length > 0) return failed(syntaxFaults(doc, lines, text, fileName));
  const raw = plain(doc, fileName);
  if (!raw.ok) return failed([raw.fault]);

  const tell = teller(fileName, positionsIn(doc, lines), raw.value);
  const parsed = fileSchema.safeParse(raw.value);
  const rules = readRules(raw.value);
  const outside: Outside = { env, canRead: (file) => canRead(path.resolve(folder, file)) };
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => tell.issue(issue))),
    ...rules.faults.map(tell.rule),
    ...crossChecks(raw.value, outside).map(tell.cross),
    ...environmentFaults(env, fileName),
  ];
  if (!parsed.success || faults.length > 0) return failed(faults.sort(byPlace));
  return { ok: true, config: resolveConfig(parsed.data, rules.rules, { file: fileName, folder, env }) };
}

const failed = (faults: readonly ConfigFault[]): ConfigReading => ({ ok: false, faults });
const byPlace = (a: ConfigFault, b: ConfigFault): number => a.line - b.line || a.column - b.column;

function plain(doc: Document, file: string): { ok: true; value: unknown } | { ok: false; fault: ConfigFault } {
  try {
    return { ok: true, value: doc.toJS({ maxAliasCount: 100 }) ?? {} };
  } catch (error) {
    const expected = `YAML without so many aliases (${error instanceof Error ? showText(error.message) : "too many"})`;
    return {
      ok: false,
      fault: { file, line: 1, column: 1, path: "", read: "aliases", expected, example: "sources: []" },
    };
  }
}

function syntaxFaults(doc: Document, lines: LineCounter, text: string, file: string): ConfigFault[] {
  const rows = text.split("\n");
  return doc.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const row = Math.max(1, line);
    const read = show((rows[row - 1] ?? "").trim(), [rows[row - 1] ?? ""]);
    return {
      file,
      line: row,
      column: Math.max(1, col),
      path: "",
      read,
      expected: `YAML: ${showText(error.message)}`,
      example: "key: value",
    };
  });
}

function readRules(raw: unknown): { rules: PlaceRules; faults: (RuleFault & { at: Path })[] } {
  const labels = (raw as { labels?: unknown } | null)?.labels;
  const said =
    typeof labels === "object" && labels !== null && !Array.isArray(labels) ? (labels as Record<string, unknown>) : {};
  const faults: (RuleFault & { at: Path })[] = [];
  const rules = Object.fromEntries(
    PLACE_PARTS.map((part) => {
      const own: RuleFault[] = [];
      const rule = readRule(part, said[part], own);
      faults.push(...own.map((fault) => ({ ...fault, at: ["labels", part, ...fault.path] })));
      return [part, rule];
    }),
  );
  return { rules: rules as PlaceRules, faults };
}

function environmentFaults(env: Readonly<Record<string, string | undefined>>, file: string): ConfigFault[] {
  const url = env["DATABASE_URL"] ?? "";
  if (url === "" || databaseUrlFault(url) !== "") return []; // a password is welcome here
  const example = "DATABASE_URL=postgres://dapan:…@db.example:5432/dapan";
  return [
    {
      file,
      line: 0,
      column: 0,
      path: "env DATABASE_URL",
      read: "(hidden)",
      expected: "a postgres:// address",
      example,
    },
  ];
}

const tooLong = (file: string, length: number): ConfigFault => ({
  file,
  line: 1,
  column: 1,
  path: "",
  read: `${length} characters`,
  expected: `at most ${MAX_TEXT} characters`,
  example: "long target lists go to files: {type: file_sd, files: [targets/*.json]}",
});

/** Turns each kind of finding into a fault with its place in the file. */
function teller(file: string, positions: Positions, raw: unknown) {
  const fault = (
    at: Path,
    said: { expected?: string; example?: string; read?: string; atKey?: boolean },
  ): ConfigFault => {
    const where = said.atKey ? positions.key(at) : positions.value(at);
    const doc = docOf(pathText(at));
    return {
      file,
      ...where,
      path: pathText(at),
      read: said.read ?? show(valueAt(raw, at), at),
      expected:
        (said.expected ?? "") === ""
          ? (doc?.expected ?? "a mapping of keys, as in dapan.example.yaml")
          : (said.expected ?? ""),
      example: said.example ?? doc?.example ?? "",
    };
  };
  const unknown = (at: Path): ConfigFault => {
    const parent = at.slice(0, -1);
    const known = knownKeys(parent, raw);
    const meant = didYouMean(String(at.at(-1)), known);
    const expected = meant === null ? `one of ${known.join(", ")}` : `${meant} (did you mean that?)`;
    const example = docOf(pathText([...parent, meant ?? known[0] ?? ""]))?.example ?? "";
    return fault(at, {
      expected: elsewhere(at, raw) ?? expected,
      example,
      read: `an unknown key ${showText(JSON.stringify(at.at(-1)))}`,
      atKey: true,
    });
  };
  return {
    issue: (issue: z.core.$ZodIssue): ConfigFault[] => {
      const at = issue.path.filter((part) => typeof part !== "symbol");
      if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknown([...at, key]));
      return [fault(at, issue.code === "custom" && issue.message !== USUAL ? { expected: issue.message } : {})];
    },
    rule: (found: RuleFault & { at: Path }): ConfigFault =>
      found.unknownKey ? unknown(found.at) : fault(found.at, {}),
    cross: (found: CrossFault): ConfigFault => fault(found.path, found),
  };
}

function knownKeys(parent: Path, raw: unknown): readonly string[] {
  if (parent.length !== 2 || parent[0] !== "sources") return keysUnder(pathText(parent));
  return SOURCE_KEYS[typeAt(parent, raw)] ?? keysUnder("sources[]");
}

/** A key that another type of source knows deserves better words than "unknown". */
function elsewhere(at: Path, raw: unknown): string | null {
  if (at.length !== 3 || at[0] !== "sources") return null;
  const owners = Object.entries(SOURCE_KEYS).filter(([, keys]) => (keys as readonly string[]).includes(String(at[2])));
  const type = typeAt(at.slice(0, 2), raw);
  return owners.length === 0
    ? null
    : `no such key here: type ${type} does not know it, ${owners.map(([name]) => name).join(" and ")} do${owners.length === 1 ? "es" : ""}`;
}

const typeAt = (source: Path, raw: unknown): keyof typeof SOURCE_KEYS =>
  String(valueAt(raw, [...source, "type"])) as keyof typeof SOURCE_KEYS; // the schema has checked it by now

function valueAt(raw: unknown, at: Path): unknown {
  let value = raw;
  for (const part of at) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** sources[2].credentials.username */
function pathText(at: Path): string {
  return at.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}

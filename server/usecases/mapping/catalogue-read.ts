import { type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { nestsTooDeep } from "../../../collectors/yaml-depth.ts";
import type { MappingFault } from "../../../db/model/mapping-views.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { type Positions, positionsIn } from "../../config/positions.ts";
import { pathText, shown, type WrittenFault, type WrittenPath, wayOut } from "../../domain/mapping/faults.ts";
import { CATALOGUE_HINTS, CATALOGUE_KEYS, catalogueShape, type CatalogueText } from "./catalogue-shape.ts";

/** Characters of a features.yaml: 1,000 rules of 200 features have a tenth of it. */
export const MOST_YAML = 2 * 2 ** 20;
const MOST_ALIASES = 100;
/** More faults than this are one fault, told again and again. */
const MOST_FAULTS = 200;

export type CatalogueReading = {
  /** null = its shape is wrong; the faults say where. */
  readonly catalogue: CatalogueText | null;
  readonly faults: readonly MappingFault[];
  /** Faults of what it says, with their places in the text, in the order of the text. */
  readonly place: (faults: readonly WrittenFault[]) => readonly MappingFault[];
};

/** What a features.yaml says, or everything that is wrong with its shape at once. */
export function readCatalogue(text: string): CatalogueReading {
  const wrong = textFault(text);
  if (wrong !== null) return failed([wrong]);
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, schema: "failsafe" } as const;
  const doc = parseDocument(text, options);
  if (doc.errors.length > 0) return failed(syntaxFaults(doc, lines, text));
  let value: unknown;
  try {
    value = doc.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
  } catch {
    return failed([
      at(1, 1, "bad_value", "aliases", `at most ${MOST_ALIASES} aliases are followed; write the values out`),
    ]);
  }
  const positions = positionsIn(doc, lines);
  const place = (faults: readonly WrittenFault[]) => placed(faults, positions);
  const parsed = catalogueShape.safeParse(value === "" ? {} : value);
  if (parsed.success) return { catalogue: parsed.data, faults: [], place };
  const found = parsed.error.issues.flatMap((issue) => shapeFaults(issue, value));
  const faults = [...new Map(found.map((fault) => [JSON.stringify(fault), fault])).values()]; // two checks, one mistake
  return { catalogue: null, faults: place(faults), place };
}

const failed = (faults: readonly MappingFault[]): CatalogueReading => ({ catalogue: null, faults, place: () => [] });

const at = (line: number, column: number, code: MappingFault["code"], value: string, hint: string): MappingFault => ({
  code,
  where: `line ${line}, column ${column}`,
  value,
  hint,
});

/** What stands in the way of parsing it at all. */
function textFault(text: string): MappingFault | null {
  if (text.length > MOST_YAML)
    return at(
      1,
      1,
      "too_long",
      `${text.length} characters`,
      `write at most ${MOST_YAML}; amounts by the thousand go in as CSV`,
    );
  const broken = text.search(/[\0\ufffd]/);
  if (broken >= 0) {
    const before = text.slice(0, broken).split("\n");
    const column = (before.at(-1) ?? "").length + 1;
    return at(
      before.length,
      column,
      "bad_value",
      "a character nobody can read",
      "save the file as UTF-8 and send it again",
    );
  }
  return nestsTooDeep(text)
    ? at(1, 1, "bad_value", "lists in lists in lists", "it nests deeper than any key is; look for an unclosed bracket")
    : null;
}

function syntaxFaults(doc: Document, lines: LineCounter, text: string): MappingFault[] {
  const rows = text.split("\n");
  return doc.errors.slice(0, MOST_FAULTS).map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const row = Math.max(1, line);
    return at(
      row,
      Math.max(1, col),
      "bad_value",
      shown((rows[row - 1] ?? "").trim()),
      `this is no YAML: ${shown(error.message)}`,
    );
  });
}

function shapeFaults(issue: z.core.$ZodIssue, root: unknown): WrittenFault[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
  const value = valueAt(root, path);
  const code = issue.code === "too_big" ? "too_long" : "bad_value";
  return [{ code, at: path, value: describe(value), ...hintOf(path, issue) }];
}

function unknownKey(path: WrittenPath): WrittenFault {
  const key = String(path.at(-1));
  const known = CATALOGUE_KEYS.get(plain(path.slice(0, -1))) ?? [];
  const meant = didYouMean(key, known);
  const out = meant === null ? wayOut("keys", known.join(", ")) : wayOut("did_you_mean", meant);
  return { code: "unknown_key", at: path, value: shown(key), ...out };
}

function hintOf(path: WrittenPath, issue: z.core.$ZodIssue): Pick<WrittenFault, "hint" | "say"> {
  const known = CATALOGUE_HINTS.get(plain(path));
  if (issue.code === "too_big")
    return wayOut(issue.origin === "string" ? "characters" : "at_most", String(issue.maximum));
  if (known !== undefined) return { hint: known, say: { key: "example", with: known.slice(known.indexOf(": ") + 2) } };
  const key = path.findLast((part) => typeof part === "string") ?? "";
  return wayOut("text", typeof path.at(-1) === "number" ? `${key}: ["…"]` : `"${key}: …"`);
}

const plain = (path: WrittenPath): string => pathText(path).replaceAll(/\[\d+\]/g, "[]");

const describe = (value: unknown): string =>
  value === undefined
    ? "nothing"
    : value === ""
      ? "an empty value"
      : Array.isArray(value)
        ? `a list of ${value.length}`
        : typeof value === "object"
          ? "a mapping"
          : shown(value);

function valueAt(root: unknown, path: WrittenPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** Faults where they stand in the text, in its order. */
function placed(faults: readonly WrittenFault[], positions: Positions): MappingFault[] {
  return faults
    .map(({ at: path, ...fault }) => {
      const { line, column } = fault.code === "unknown_key" ? positions.key(path) : positions.value(path);
      return { line, column, fault: { ...fault, where: `line ${line}, column ${column}: ${pathText(path)}` } };
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MOST_FAULTS)
    .map(({ fault }) => fault);
}

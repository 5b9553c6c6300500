import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml";

export type Path = readonly (string | number)[];
export type Position = { readonly line: number; readonly column: number };

/** Where things stand in a YAML text, 1-based. */
export type Positions = {
  /** The value at a path; the nearest thing around it when it is missing. */
  value(path: Path): Position;
  /** The key itself: for keys that should not be there. */
  key(path: Path): Position;
};

/** How to find the line of a fault. The document may be broken; then the nearest known place is answered. */
export function positionsIn(doc: Document, lines: LineCounter): Positions {
  const at = (offset: number | undefined): Position => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const start = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];
  return {
    value(path) {
      let node: unknown = doc.contents;
      let offset = start(node);
      for (const part of path) {
        const step = child(doc, node, part);
        if (step === null) break;
        node = step.value;
        offset = start(step.value) ?? start(step.key) ?? offset;
      }
      return at(offset);
    },
    key(path) {
      const last = path.at(-1);
      let node: unknown = doc.contents;
      for (const part of path.slice(0, -1)) node = child(doc, node, part)?.value;
      const found = last === undefined ? null : child(doc, node, last);
      return at(start(found?.key) ?? start(found?.value) ?? start(node));
    },
  };
}

function child(doc: Document, node: unknown, part: string | number): { key: unknown; value: unknown } | null {
  const real = isAliasLike(node) ? node.resolve(doc) : node;
  if (isMap(real)) {
    const pair = real.items.find((p) => (isScalar(p.key) ? String(p.key.value) : String(p.key)) === String(part));
    return pair === undefined ? null : { key: pair.key, value: pair.value };
  }
  if (isSeq(real) && typeof part === "number")
    return part < real.items.length ? { key: null, value: real.items[part] } : null;
  return null;
}

type AliasLike = { resolve(doc: Document): unknown };
const isAliasLike = (node: unknown): node is AliasLike =>
  typeof node === "object" && node !== null && "resolve" in node && typeof node.resolve === "function";

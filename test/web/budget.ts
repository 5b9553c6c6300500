import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

/** What the first page may cost on the wire (pitfalls 6.2): JS and CSS, gzip, charts not among them. */
export const FIRST_ROUTE_BYTES = 350 * 1024;

type Chunk = {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
};

export type Weight = { readonly file: string; readonly gzipBytes: number };

/** The words of the page, of which a reader needs one language. */
const CATALOGUES = ["i18n/en.ts", "i18n/zh.ts"];

const heaviest = (weights: readonly Weight[]): Weight =>
  weights.reduce((most, weight) => (weight.gzipBytes > most.gzipBytes ? weight : most));

/** Every file the board needs before it can answer: the entry, what it imports, their sheets. Lazy parts are not followed, but for the words. */
export function firstRoute(dist: string): Weight[] {
  const manifest = JSON.parse(readFileSync(path.join(dist, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const files = new Set<string>();
  const take = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const sheet of chunk.css ?? []) files.add(sheet);
    for (const next of chunk.imports ?? []) take(next);
  };
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry === true) take(key);
  const weigh = (file: string): Weight => ({
    file,
    gzipBytes: gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length,
  });
  return [...[...files].map(weigh), heaviest(CATALOGUES.map((key) => weigh(manifest[key]?.file ?? key)))];
}

export const sumOf = (weights: readonly Weight[]): number => weights.reduce((sum, weight) => sum + weight.gzipBytes, 0);

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Runbook pages by name, read once: they travel with the program. A name nobody wrote a page for is absent. */
export function readRunbooks(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const pages = readdirSync(folder).filter((file) => file.endsWith(".md"));
  return new Map(pages.map((file) => [file.slice(0, -".md".length), readFileSync(path.join(folder, file), "utf8")]));
}

/** Beside the built server, else in the source tree. */
export function runbookFolder(here: string): string {
  const built = path.join(here, "..", "docs", "runbooks");
  return existsSync(built) ? built : path.join(here, "docs", "runbooks");
}

import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { CollectError } from "../collector.ts";
import { parseJsonTargets, parseYamlTargets } from "./parse-targets.ts";
import { PLAIN_METRICS, type Target, type TargetDefaults, withoutDuplicates } from "./target.ts";
import type { TargetRound } from "./target-watch.ts";

const MOST_FILE_BYTES = 32 * 1024 * 1024;

export type FileSdSpec = {
  /** Absolute; the last part may hold `*`. JSON by `.json`, YAML by `.yml` or `.yaml`. */
  readonly files: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly defaults?: TargetDefaults;
};

type Kept = { readonly version: string; readonly targets: readonly Target[] };

/**
 * Reads target lists from files, again only when a file changed. A file that cannot be read keeps its last good list;
 * a file that a pattern no longer finds takes its targets with it; a file named in full that is missing is a fault.
 */
export function fileSdReader(spec: FileSdSpec): () => Promise<TargetRound> {
  let kept = new Map<string, Kept>();
  return async () => {
    const next = new Map<string, Kept>();
    let fault: CollectError | null = null;
    const keep = (file: string, error: unknown): void => {
      const before = kept.get(file);
      fault ??= asCollectError(error, file);
      if (before) next.set(file, before); // with the version of the good list: the bad one is tried again though unchanged
    };
    for (const pattern of spec.files) {
      try {
        for (const file of await filesOf(pattern)) {
          await readList(file, kept.get(file), spec).then(
            (list) => next.set(file, list),
            (error: unknown) => keep(file, error),
          );
        }
      } catch (error) {
        fault ??= asCollectError(error, path.dirname(pattern));
        for (const file of kept.keys()) if (path.dirname(file) === path.dirname(pattern)) keep(file, error);
      }
    }
    kept = next;
    return { targets: withoutDuplicates([...next.values()].flatMap((k) => k.targets)), fault };
  };
}

async function readList(file: string, before: Kept | undefined, spec: FileSdSpec): Promise<Kept> {
  const { mtimeMs, size, ino } = await stat(file);
  const version = `${mtimeMs} ${size} ${ino}`;
  if (before?.version === version) return before;
  if (size > MOST_FILE_BYTES) throw new CollectError("body_size_limit", `${file}: ${size} bytes is no list of targets`);
  const list = {
    text: await readFile(file, "utf8"),
    place: file,
    extra: new Map([["__meta_filepath", file], ...spec.labels]),
    defaults: spec.defaults ?? PLAIN_METRICS,
  };
  const targets = path.extname(file).toLowerCase() === ".json" ? parseJsonTargets(list) : parseYamlTargets(list);
  return { version, targets };
}

/** The files a pattern names, sorted. @throws the error of the directory, which is not the same as no file */
async function filesOf(pattern: string): Promise<readonly string[]> {
  const last = path.basename(pattern);
  if (!last.includes("*")) return [pattern];
  const directory = path.dirname(pattern);
  const names = await readdir(directory);
  const found = names.filter((name) => matches(last, name)).sort((a, b) => (a < b ? -1 : 1));
  return found.map((name) => path.join(directory, name));
}

/** `*` stands for any run of characters, except that a hidden file is only found when asked for. */
function matches(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop() ?? "";
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  for (const middle of rest) {
    const found = name.indexOf(middle, at);
    if (found < 0 || found + middle.length > name.length - tail.length) return false;
    at = found + middle.length;
  }
  return true;
}

function asCollectError(error: unknown, file: string): CollectError {
  if (error instanceof CollectError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new CollectError("bad_config", `${file}: ${code}; the last good list stays in force`, { cause: error });
}

import { accessSync, constants, readFileSync, statSync } from "node:fs";
import type { ConfigReading } from "./config.ts";
import { readConfig } from "./read.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Reads and judges the file now. A file that cannot be read is a fault like any other. */
export function loadConfig(fileName: string, env: Env): ConfigReading {
  let text: string;
  try {
    text = readFileSync(fileName, "utf8");
  } catch (error) {
    const read = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : "a file that cannot be read";
    const expected = "a dapan.yaml this process may read: name it with --config";
    const example = "cp dapan.example.yaml dapan.yaml";
    return { ok: false, faults: [{ file: fileName, line: 0, column: 0, path: "", read, expected, example }] };
  }
  return readConfig(text, fileName, env, canRead);
}

function canRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

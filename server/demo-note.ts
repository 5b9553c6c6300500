import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Where a running demo says how to reach its simulated fleet: a file beside its data. */
export const noteOf = (dataDir: string): string => path.join(path.resolve(dataDir), "simulator.json");

export const writeNote = async (dataDir: string, url: string): Promise<void> =>
  await writeFile(noteOf(dataDir), JSON.stringify({ url }));

export const removeNote = async (dataDir: string): Promise<void> => await rm(noteOf(dataDir), { force: true });

/** The address of the fleet; null = no demo runs here. */
export async function readNote(dataDir: string): Promise<string | null> {
  try {
    return (JSON.parse(await readFile(noteOf(dataDir), "utf8")) as { url: string }).url;
  } catch {
    return null; // no file, or half of one: the demo is not up
  }
}

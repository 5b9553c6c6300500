/** What a PDF holds, found by our own means where they do and by poppler where it is installed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

/** All of a PDF with its streams inflated: names of objects, links and metadata are readable in it. */
export function inflated(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes).toString("latin1");
  let whole = "";
  let end = 0;
  for (const found of raw.matchAll(/stream\r?\n/g)) {
    const from = found.index + found[0].length;
    if (from < end) continue; // bytes of a stream that look like one
    const to = raw.indexOf("endstream", from);
    whole += raw.slice(end, from);
    try {
      whole += inflateSync(Buffer.from(raw.slice(from, to), "latin1")).toString("latin1");
    } catch {
      whole += raw.slice(from, to); // it was not deflated
    }
    end = to;
  }
  return whole + raw.slice(end);
}

type Tool = "pdftotext" | "pdffonts" | "pdfinfo";

/** What a tool of poppler says of a PDF; null = it is not installed, and the reason was printed. */
export function poppler(tool: Tool, bytes: Uint8Array, ...options: string[]): string | null {
  const scratch = mkdtempSync(join(tmpdir(), "dapan-pdf-"));
  try {
    const file = join(scratch, "report.pdf");
    writeFileSync(file, bytes);
    const args = [...options, file, ...(tool === "pdftotext" ? ["-"] : [])];
    return execFileSync(tool, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (process.env["DAPAN_REQUIRE_LANES"] === "1")
      throw new Error(`${tool} is not installed: apt-get install poppler-utils`, { cause: error });
    console.warn(`skipped: ${tool} is not installed (poppler-utils)`);
    return null;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Text without what setting it adds: breaks of lines and places where words may break. */
export const squeezed = (text: string): string => text.replaceAll(/[\s\u200b]+/g, "");

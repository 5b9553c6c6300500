import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Clock } from "../../../db/model/clock.ts";
import type { ReportDocument } from "../../../db/model/report-document.ts";
import { SECOND_MS } from "../../../db/model/time.ts";
import type { MakePdf } from "./report-pages.ts";

type PdfLimits = {
  readonly timeMs: number;
  readonly memoryMib: number; // resident; where the system says it (Linux)
  readonly outputMib: number;
};
/** Pitfalls SCH-06: 60 s. 200 pages of rows take 4 s and 500 MiB, a week of 10,000 cards 1.4 s and 270 MiB (RESULTS.md). */
const PDF_LIMITS: PdfLimits = { timeMs: 60 * SECOND_MS, memoryMib: 1_024, outputMib: 64 };
/** One thread asks for nearly all of the renderer's memory: arenas for the others and a nursery of 16 MiB hold only air. */
export const LEAN_ENV = { MALLOC_ARENA_MAX: "1" };
export const LEAN_HEAP = ["--max-old-space-size=512", "--max-semi-space-size=1"];
const LOOK_MS = 250;
const MIB = 1_048_576;
const PAGE_BYTES = 4_096;

/** How the renderer is started. A test puts another program in. */
type Renderer = { readonly file: string; readonly args: readonly string[] };

/**
 * Renders in a process of its own, one at a time: out of the event loop, within limits of time and memory, without our
 * environment. A rendering that fails is tried once more. @throws Error with what the renderer said
 */
export function pdfMaker(clock: Clock, limits: PdfLimits = PDF_LIMITS, renderer: Renderer = ourRenderer()): MakePdf {
  let turn: Promise<unknown> = Promise.resolve();
  return (document) => {
    const mine = turn
      .then(() => render(clock, limits, renderer, document))
      .catch(() => render(clock, limits, renderer, document));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

async function render(clock: Clock, limits: PdfLimits, { file, args }: Renderer, document: ReportDocument) {
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], env: LEAN_ENV, cwd: "/" });
  let why = "";
  const stop = (reason: string): void => {
    why ||= reason;
    child.kill("SIGKILL");
  };
  const late = clock.after(limits.timeMs, () => stop(`it took longer than ${limits.timeMs / SECOND_MS} s`));
  const endWatch = watchMemory(clock, child, limits.memoryMib, stop);
  const pieces: Buffer[] = [];
  let length = 0;
  let said = "";
  child.stdout.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length > limits.outputMib * MIB) stop(`the PDF is larger than ${limits.outputMib} MiB`);
    else pieces.push(piece);
  });
  child.stderr.on("data", (piece: Buffer) => void (said = (said + piece.toString()).slice(-2_000)));
  child.stdin.on("error", () => undefined); // it ended before it had read all: its exit says why
  child.stdin.end(JSON.stringify(document));
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    const bytes = Buffer.concat(pieces);
    const line = bytes.indexOf("\n"); // the count of pages stands before it
    if (code === 0 && line > 0)
      return { pages: Number(bytes.toString("latin1", 0, line)), bytes: bytes.subarray(line + 1) };
    throw new Error(
      `the PDF could not be made: ${why || said.trim() || `the renderer ended with ${code ?? "a signal"}`}`,
    );
  } finally {
    late.cancel();
    endWatch();
  }
}

/** Typst's memory is not the engine's heap: only the system knows how much the process holds. */
function watchMemory(clock: Clock, child: ChildProcess, mostMib: number, stop: (why: string) => void): () => void {
  let isOver = false;
  const look = async (): Promise<void> => {
    const statm = await readFile(`/proc/${child.pid}/statm`, "utf8").catch(() => "");
    const pages = Number(statm.split(" ")[1] ?? "0");
    if (pages * PAGE_BYTES > mostMib * MIB) stop(`it took more than ${mostMib} MiB`);
    if (!isOver) timer = clock.after(LOOK_MS, () => void look());
  };
  let timer = clock.after(LOOK_MS, () => void look());
  return () => {
    isOver = true;
    timer.cancel();
  };
}

const FROM_SOURCE = import.meta.url.endsWith(".ts");

function ourRenderer(): Renderer {
  const child = FROM_SOURCE ? ["../../../reports/render/pdf-child.ts"] : ["./pdf-child.js", "../pdf-child.js"];
  const files = child.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) throw new Error("pdf-child.js is missing from this installation: install it again");
  const loader = FROM_SOURCE ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href] : [];
  return { file: process.execPath, args: [...LEAN_HEAP, ...loader, found] };
}

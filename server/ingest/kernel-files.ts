import { type FileHandle, open, stat } from "node:fs/promises";
import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { MINUTE_MS, SECOND_MS } from "../../db/model/time.ts";
import type { KernelLogConfig } from "../config/config.ts";
import type { KernelIntake } from "./kernel-intake.ts";

const EVERY_MS = 2 * SECOND_MS;
/** How much of the end of a file is looked at when it is first opened: hours of a kernel's log. "ours" */
const LOOK_BACK_BYTES = 1 << 20;
const PIECE_BYTES = 1 << 18;
/** A line longer than this is no line of a kernel's. */
const MOST_REST = 1 << 16;

export type KernelFilesParts = {
  readonly clock: Clock;
  readonly log: Pick<Logger, "warn">;
  readonly intake: Pick<KernelIntake, "take">;
};

/** Follows files of kernels' logs as they grow, through rotation (a new file under the name) and truncation. */
export class KernelFiles {
  private readonly parts: KernelFilesParts;
  private readonly running = new Map<string, { readonly ending: AbortController; readonly done: Promise<void> }>();

  constructor(parts: KernelFilesParts) {
    this.parts = parts;
  }

  /** Takes up the files of a configuration; ones that did not change go on. */
  follow(wanted: readonly KernelLogConfig[]): void {
    const keys = new Map(wanted.map((one) => [JSON.stringify(one), one]));
    for (const [key, { ending }] of this.running)
      if (!keys.has(key)) {
        ending.abort();
        this.running.delete(key);
      }
    for (const [key, one] of keys) {
      if (this.running.has(key)) continue;
      const ending = new AbortController();
      this.running.set(key, { ending, done: this.run(one, ending.signal) });
    }
  }

  async stop(): Promise<void> {
    for (const { ending } of this.running.values()) ending.abort();
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  private async run(config: KernelLogConfig, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const file = new FollowedFile(config.file);
    let complainedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      try {
        for (;;) {
          const { lines, isPast, isEnd } = await file.read();
          if (lines.length > 0) await this.parts.intake.take(lines, { ...config, isPast });
          file.accept(); // what could not be stored is read again
          if (isEnd || signal.aborted) break;
        }
      } catch (error) {
        const now = clock.monotonicMs();
        if (now - complainedAt > 10 * MINUTE_MS)
          log.warn({ err: error, file: config.file }, "a kernel's log could not be read or stored; tried again");
        complainedAt = now;
      }
      await clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
    await file.close();
  }
}

type Piece = { readonly lines: readonly string[]; readonly isPast: boolean; readonly isEnd: boolean };

/** A file that grows. Its handle is kept, so that what was written before a rotation is read to the end. */
class FollowedFile {
  private readonly path: string;
  private handle: FileHandle | null = null;
  private inode = 0;
  private offset = 0; // of what was accepted
  private pastUntil = 0; // what stands before this was there when we came
  private rest = ""; // a line that has no end yet
  private next = { offset: 0, rest: "" };
  private isFirst = true;

  constructor(path: string) {
    this.path = path;
  }

  async read(): Promise<Piece> {
    this.handle ??= await this.open();
    const size = (await this.handle.stat()).size;
    if (size < this.offset) this.begin(0, 0); // truncated where it stands
    const buffer = Buffer.alloc(Math.min(PIECE_BYTES, Math.max(0, size - this.offset)));
    const { bytesRead } =
      buffer.length === 0 ? { bytesRead: 0 } : await this.handle.read(buffer, 0, buffer.length, this.offset);
    if (bytesRead === 0) return await this.atEnd();
    const text = this.rest + buffer.toString("latin1", 0, bytesRead); // byte by byte: a piece may end within a character
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    this.next = { offset: this.offset + bytesRead, rest: rest.length > MOST_REST ? "" : rest };
    return { lines: lines.map(asText), isPast: this.offset < this.pastUntil, isEnd: this.next.offset >= size };
  }

  accept(): void {
    this.offset = this.next.offset;
    this.rest = this.next.rest;
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
  }

  /** Nothing more in it. Where another file has the name now, that one is next. */
  private async atEnd(): Promise<Piece> {
    this.next = { offset: this.offset, rest: this.rest };
    const now = await stat(this.path).catch(() => null);
    const isMoved = now !== null && now.ino !== this.inode;
    if (isMoved) await this.close();
    return { lines: [], isPast: false, isEnd: !isMoved };
  }

  private async open(): Promise<FileHandle> {
    const handle = await open(this.path, "r");
    const { ino, size } = await handle.stat();
    this.inode = ino;
    // Of a file that was there at the start the end is read, of one that comes later all of it.
    if (this.isFirst) this.begin(Math.max(0, size - LOOK_BACK_BYTES), size);
    else this.begin(0, 0);
    this.isFirst = false;
    return handle;
  }

  private begin(offset: number, pastUntil: number): void {
    this.offset = offset;
    this.pastUntil = pastUntil;
    this.rest = "";
    this.next = { offset, rest: "" };
  }
}

const asText = (line: string): string => Buffer.from(line, "latin1").toString("utf8");

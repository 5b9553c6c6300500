import { constants, createGunzip, gunzipSync } from "node:zlib";

/** Where inflated bytes go: `room` returns free space at the end, `wrote` says how much of it was filled. */
export type InflateTarget = {
  readonly maxBytes: number;
  tooLong(): Error;
  /** Free space, at least one byte. */
  room(): { readonly buffer: Buffer; readonly from: number };
  /** Throws to stop a body that grows past its limit. */
  wrote(bytes: number): void;
};

/** Inflates one gzip body after another. Errors are plain Errors with zlib's words. */
export type Gunzip = {
  push(chunk: Uint8Array, from: number, to: number, out: InflateTarget): void;
  /** @throws when the stream is not complete */
  finish(out: InflateTarget): void;
  /** Ready for the next body, whatever became of the last. False: broken for good, throw it away. */
  reset(): boolean;
};

/** What node's zlib streams are made of. Not documented, present since Node 11; without it `portableGunzip` serves. */
type Handle = {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputFrom: number,
    inputLength: number,
    output: Uint8Array,
    outputFrom: number,
    outputLength: number,
  ): void;
  reset(): void;
};
type Internals = { readonly _handle?: Handle; readonly _writeState?: Uint32Array };

/**
 * A reusable inflater. Straight on the handle it costs 46 µs for a 78 kB body and allocates nothing; `gunzipSync`
 * makes a stream for each body and costs 124 µs (Node 20.20).
 */
export function openGunzip(): Gunzip {
  const { _handle: handle, _writeState: state } = createGunzip() as unknown as Internals;
  return typeof handle?.writeSync === "function" && state ? directGunzip(handle, state) : portableGunzip();
}

function directGunzip(handle: Handle, state: Uint32Array): Gunzip {
  let failure: string | null = null;
  const listener = { onerror: (message: string): void => void (failure = message) };
  Object.assign(handle, listener); // a handle of node's own, no event target: this is its one way to report

  const step = (flush: number, chunk: Uint8Array, from: number, to: number, out: InflateTarget): void => {
    let at = from;
    for (;;) {
      const { buffer, from: outFrom } = out.room();
      const space = buffer.length - outFrom;
      handle.writeSync(flush, chunk, at, to - at, buffer, outFrom, space);
      if (failure !== null) throw new Error(failure);
      const [spaceLeft = 0, inputLeft = 0] = state;
      out.wrote(space - spaceLeft);
      at = to - inputLeft;
      if (spaceLeft === 0) continue; // there may be more behind a full buffer
      if (inputLeft > 0) throw new Error("bytes after the end of the gzip stream");
      return;
    }
  };

  return {
    push: (chunk, from, to, out) => step(constants.Z_NO_FLUSH, chunk, from, to, out),
    finish: (out) => step(constants.Z_FINISH, NOTHING, 0, 0, out),
    reset() {
      failure = null;
      handle.reset();
      return failure === null;
    },
  };
}

const NOTHING = new Uint8Array(0);

/** The same through documented functions only: collects the compressed body, inflates it at the end. */
export function portableGunzip(): Gunzip {
  let parts: Buffer[] = [];
  return {
    push: (chunk, from, to) => void parts.push(Buffer.from(chunk.subarray(from, to))),
    finish(out) {
      const whole = inflateWhole(Buffer.concat(parts), out);
      for (let at = 0; at < whole.length;) {
        const space = out.room();
        const copied = whole.copy(space.buffer, space.from, at);
        out.wrote(copied);
        at += copied;
      }
    },
    reset() {
      parts = [];
      return true;
    },
  };
}

function inflateWhole(compressed: Buffer, out: InflateTarget): Buffer {
  try {
    return gunzipSync(compressed, { maxOutputLength: out.maxBytes });
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? out.tooLong() : cause;
  }
}

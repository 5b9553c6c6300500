import * as net from "node:net";
import { gzipSync } from "node:zlib";

/** What a path does with a connection: everything it writes is up to it. */
export type Script = (socket: net.Socket, visit: Visit) => void;
export type Visit = {
  readonly path: string;
  readonly head: string; // the whole request head, latin1
  readonly body: string;
  readonly turn: number; // requests seen on this connection before, 0 first
  readonly exporter: FakeExporter;
};

export type FakeExporter = {
  readonly port: number;
  /** URL of a path on it. */
  url(path: string): URL;
  /** Connections accepted since the start, and open now. */
  readonly accepted: number;
  readonly open: number;
  /** When the last connection ended, by performance.now(). */
  readonly lastClosedAt: number;
  /** Paths asked for, in order. */
  readonly visits: readonly Visit[];
  readonly bytesWritten: number;
  stop(): Promise<void>;
};

/** A server that behaves as badly as told: one script per path; unknown paths get a 404. */
export async function startFakeExporter(scripts: Readonly<Record<string, Script>>): Promise<FakeExporter> {
  const sockets = new Set<net.Socket>();
  const visits: Visit[] = [];
  let accepted = 0;
  let lastClosedAt = 0;
  let ended = 0;
  const server = net.createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      ended += socket.bytesWritten;
      lastClosedAt = performance.now();
    });
    serve(socket);
  });
  const serve = (socket: net.Socket): void => {
    let pending = "";
    let turn = 0;
    socket.on("data", (data) => {
      pending += data.toString("latin1");
      for (;;) {
        const end = pending.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = pending.slice(0, end);
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (pending.length < end + 4 + length) return;
        const visit = {
          path: head.split(" ")[1] ?? "",
          head,
          body: pending.slice(end + 4, end + 4 + length),
          turn: turn++,
          exporter,
        };
        pending = pending.slice(end + 4 + length);
        visits.push(visit);
        (scripts[visit.path] ?? notFound)(socket, visit);
      }
    });
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const exporter: FakeExporter = {
    port,
    url: (path) => new URL(`http://127.0.0.1:${port}${path}`),
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    get lastClosedAt() {
      return lastClosedAt;
    },
    visits,
    get bytesWritten() {
      let sum = ended;
      for (const s of sockets) sum += s.bytesWritten;
      return sum;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const s of sockets) s.destroy();
        server.close(() => resolve());
      }),
  };
  return exporter;
}

const notFound: Script = (socket) => socket.write("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");

export type ReplyOptions = { readonly status?: number; readonly headers?: Readonly<Record<string, string>> };

/** A head as bytes; Content-Type is the exposition format's unless told otherwise. */
export function headOf({ status = 200, headers = {} }: ReplyOptions): string {
  const all = { "content-type": "text/plain; version=0.0.4; charset=utf-8", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} X\r\n${lines.join("")}\r\n`;
}

/** A well-behaved answer with Content-Length. */
export function reply(body: string | Buffer, options: ReplyOptions = {}): Script {
  const bytes = Buffer.from(body);
  const head = headOf({ ...options, headers: { "content-length": String(bytes.length), ...options.headers } });
  const whole = Buffer.concat([Buffer.from(head, "latin1"), bytes]);
  return (socket) => void socket.write(whole);
}

export const replyGzip = (body: string | Buffer): Script =>
  reply(gzipSync(body), { headers: { "content-encoding": "gzip" } });

/** Bytes as they are, then the connection is closed (or left open with `keep`). */
export function raw(bytes: string | Buffer, after: "close" | "keep" | "reset" = "close"): Script {
  return (socket) => {
    socket.write(Buffer.from(bytes as string, "latin1"), () => {
      if (after === "close") socket.end();
      if (after === "reset") socket.resetAndDestroy();
    });
  };
}

/** Parts with a turn of the event loop (and `gapMs`) between them: each arrives as a packet of its own. */
export function drip(parts: readonly (string | Buffer)[], gapMs = 0): Script {
  return (socket) => {
    socket.setNoDelay(true);
    const next = (i: number): void => {
      if (i >= parts.length || socket.destroyed) return;
      socket.write(Buffer.from((parts[i] ?? "") as string, "latin1"), () => setTimeout(() => next(i + 1), gapMs));
    };
    next(0);
  };
}

/** Writes `block` for ever, as fast as it is read (or one each `gapMs`), until the peer goes away. */
export function endless(head: string, block: Buffer, gapMs = 0, most = Infinity): Script {
  return (socket) => {
    socket.write(head);
    let sent = 0;
    const pump = (): void => {
      while (!socket.destroyed && sent < most) {
        sent += block.length;
        const room = socket.write(block);
        if (gapMs > 0) {
          setTimeout(pump, gapMs);
          return;
        }
        if (!room) {
          socket.once("drain", pump);
          return;
        }
      }
    };
    pump();
  };
}

/** Accepts, reads, never answers. */
export const silent: Script = () => {};

/** Body as chunks of the given sizes (the last repeated), with optional trailers. */
export function chunkedBytes(body: Buffer, sizes: readonly number[], trailers = ""): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < body.length; i++) {
    const size = Math.min(sizes[Math.min(i, sizes.length - 1)] ?? 1, body.length - at);
    parts.push(Buffer.from(`${size.toString(16)}\r\n`), body.subarray(at, at + size), Buffer.from("\r\n"));
    at += size;
  }
  parts.push(Buffer.from(`0\r\n${trailers}\r\n`));
  return Buffer.concat(parts);
}

/** A gzip stream of `bytes` zeros: a thousand times smaller than what it becomes. */
export const gzipBomb = (bytes: number): Buffer => gzipSync(Buffer.alloc(bytes), { level: 9 });

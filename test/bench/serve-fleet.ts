/**
 * A child process that benchmarks scrape: `tsx test/bench/serve-fleet.ts --cards 10000` serves the simulated fleet,
 * `--static --targets 1250` serves ready-made bodies of 8 cards × 30 metrics at next to no cost of its own.
 * Prints one JSON line when it listens, and stops on SIGTERM or when its parent goes away.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { renderDcgm } from "../../collectors/simulator/dcgm-text.ts";
import { Fleet } from "../../collectors/simulator/fleet.ts";
import { serveFleet } from "../../collectors/simulator/serve.ts";
import { systemClock } from "../../server/clock.ts";

const METRICS = 30;
const START = Date.UTC(2026, 10, 20, 12); // static bodies are the same in every run

const { values: args } = parseArgs({
  options: {
    static: { type: "boolean", default: false },
    cards: { type: "string", default: "10000" },
    targets: { type: "string", default: "1250" }, // static only: the fleet's follow from its cards
    plain: { type: "boolean", default: false }, // static: never gzip, whatever is asked for
    bodies: { type: "string", default: "2" }, // static: different bodies a target alternates between
    faults: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    port: { type: "string", default: "0" },
  },
});

if (args.static) await serveStatic(Number(args.targets), Number(args.bodies), Number(args.port));
else await serveModel();

async function serveModel(): Promise<void> {
  const server = await serveFleet({
    clock: systemClock,
    seed: Number(args.seed),
    cards: Number(args.cards),
    faults: Number(args.faults),
    port: Number(args.port),
  });
  const cards = server.targets.filter((t) => t.job === "card-exporter");
  say({ url: server.url, sd: `${server.url}/sd`, targets: cards.map((t) => t.url), cards: server.fleet.cards });
  process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
}

async function serveStatic(targets: number, bodies: number, port: number): Promise<void> {
  const made = templates(bodies);
  const answers = Array.from({ length: targets }, (_, target) => made.map((text) => answersOf(named(text, target))));
  let url = "";
  const server = createServer((socket) => answerAll(socket, answers, () => discovery(targets, url)));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has an AddressInfo
  const sample = Buffer.from(named(made[0] ?? "", 0));
  say({
    url,
    sd: `${url}/sd`,
    targets: Array.from({ length: targets }, (_, target) => `${url}/t/${target}/metrics`),
    cards: targets * 8,
    samplesPerBody: METRICS * 8,
    bytesPerBody: sample.length,
    gzipBytesPerBody: gzipSync(sample, { level: 6 }).length,
  });
  stopWith(server);
}

/** Bodies of one 8-card node some beats apart, cut to 30 families. */
function templates(count: number): string[] {
  const fleet = new Fleet({ seed: 1, cards: 1_000, startMs: START, faults: 0 });
  const node = fleet.nodes.find((n) => n.size === 8 && n.style === "site" && n.role === "gang" && n.pool.type.hbm);
  if (node === undefined) throw new Error("the fleet of seed 1 has a training node with a site's own counter list");
  return Array.from({ length: count }, (_, i) => {
    const families = renderDcgm(fleet, node, START + i * 15_000).split(/(?=^# HELP )/m);
    return families.slice(0, METRICS).join("").replaceAll(node.name, "bench-node-0000");
  });
}

/** The template with cards of its own for one target. */
function named(text: string, target: number): string {
  const host = `bench-node-${String(target).padStart(4, "0")}`;
  const ofTarget = (_: string, head: string): string =>
    `GPU-${((Number.parseInt(head, 16) ^ (target * 2_654_435)) >>> 0).toString(16).padStart(8, "0")}-`;
  return text.replaceAll("bench-node-0000", host).replaceAll(/GPU-([0-9a-f]{8})-/g, ofTarget);
}

type Answers = { readonly plain: Buffer; readonly gzip: Buffer };

function answersOf(text: string): Answers {
  const body = Buffer.from(text);
  const packed = gzipSync(body, { level: 6 });
  return {
    plain: answer(body, "text/plain; version=0.0.4; charset=utf-8"),
    gzip: answer(packed, "text/plain; version=0.0.4; charset=utf-8", "gzip"),
  };
}

function answer(body: Buffer, type: string, encoding = ""): Buffer {
  const coded = encoding === "" ? "" : `Content-Encoding: ${encoding}\r\n`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${coded}Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** The least HTTP that scrapers speak: GET without a body, kept alive. */
function answerAll(socket: Socket, answers: readonly (readonly Answers[])[], sd: () => string): void {
  socket.setNoDelay(true);
  let pending = "";
  let turn = 0;
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending += chunk.toString("latin1");
    for (let end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
      const head = pending.slice(0, end);
      pending = pending.slice(end + 4);
      const target = answers[Number(/^GET (?:http:\/\/[^/]+)?\/t\/(\d+)\/metrics/.exec(head)?.[1] ?? -1)];
      if (target !== undefined) {
        const body = target[turn++ % target.length] as Answers; // at least one body
        socket.write(!args.plain && /^accept-encoding:.*\bgzip\b/im.test(head) ? body.gzip : body.plain);
      } else if (/^GET [^ ]*\/sd /.test(head)) socket.write(answer(Buffer.from(sd()), "application/json"));
      else socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
  });
}

function discovery(targets: number, url: string): string {
  const groups = Array.from({ length: targets }, (_, target) => ({
    targets: [new URL(url).host],
    labels: {
      __metrics_path__: `/t/${target}/metrics`,
      vendor: "bench",
      region: "bench",
      cluster: "bench",
      node: `bench-node-${target}`,
    },
  }));
  return JSON.stringify(groups);
}

function stopWith(server: Server): void {
  process.once("SIGTERM", () => {
    server.close();
    process.exit(0);
  });
}

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...line, pid: process.pid })}\n`);
  process.stdin.on("end", () => process.exit(0)).resume(); // the parent holds the other end
}

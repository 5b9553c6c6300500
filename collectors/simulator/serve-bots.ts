/** The fake robots on HTTP. */
import { appendFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../db/model/clock.ts";
import { type FakeBotAnswer, FakeBots, type FakeBotSetup } from "./fake-bots.ts";

export type BotServer = {
  readonly bots: FakeBots;
  readonly port: number;
  /** Address of a robot: "feishu/duty". */
  url(path: string): string;
  stop(): Promise<void>;
};

export type ServeBotsOptions = {
  readonly clock: Clock;
  readonly setups?: Readonly<Record<string, FakeBotSetup>>;
  readonly recordFile?: string; // JSON lines of everything received are appended
  readonly host?: string;
  readonly port?: number; // 0: any free one
  readonly mostRecords?: number;
};

const MOST_BODY_BYTES = 8 * 1_048_576; // files of reports come here too

/** Serves robots until `stop`. `GET /` answers the newest messages as JSON. @throws Error when the port is taken */
export async function serveBots(options: ServeBotsOptions): Promise<BotServer> {
  const { clock, setups = {}, recordFile, host = "127.0.0.1", port = 0, mostRecords = 10_000 } = options;
  let writing: Promise<void> = Promise.resolve();
  const bots = new FakeBots(
    setups,
    (record) => {
      if (recordFile === undefined) return;
      writing = writing.then(() => appendFile(recordFile, `${JSON.stringify(record)}\n`)).catch(() => undefined);
    },
    mostRecords,
  );
  const reply = async (request: IncomingMessage, url: URL): Promise<FakeBotAnswer> => {
    const body = await bodyOf(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
    );
    return bots.answer({ path: url.pathname, query: new Map(url.searchParams), headers, body, at: clock.now() });
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://bots");
    if (request.method !== "POST") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(bots.records.slice(-100)));
      return;
    }
    void reply(request, url).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => request.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    bots,
    port: bound,
    url: (path) => `http://${host}:${bound}/${path}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await writing;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) throw new RangeError("body too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

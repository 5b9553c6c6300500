import { readFile, stat } from "node:fs/promises";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { CollectError, type GetAnswer, type GetRequest } from "../../collectors/collector.ts";
import { admitHead, printable, statusError } from "./answer-head.ts";
import { BodySink, type BodyWorkshop } from "./body-sink.ts";
import { assertAllowed, checkedAddresses, endpointOf } from "./checked-address.ts";
import type { Dialler } from "./dial.ts";
import { requestHeaders } from "./request-head.ts";
import { secureFault } from "./secure-fault.ts";
import { shownUrl } from "./shown-url.ts";

const MOST_HEAD_BYTES = 16 * 1024;
/** Longer than any scrape interval in use, shorter than a forgotten connection. */
const KEEP_ALIVE_MS = 90_000;
/** The deadline of the request ends it earlier; this ends a handshake nobody waits for any more. */
const MOST_CONNECT_MS = 30_000;
const FIRST_GUESS_BYTES = 64 * 1024;

type Trust = { readonly version: string; readonly agent: Agent };

/** HTTPS through undici: certificates are always verified, TLS 1.2 at least, limits as for plain HTTP. */
export class SecureClient {
  readonly #dialler: Dialler;
  readonly #workshop: BodyWorkshop;
  readonly #trusts = new Map<string, Trust>(); // by CA file, "" = the system's authorities

  constructor(dialler: Dialler, workshop: BodyWorkshop) {
    this.#dialler = dialler;
    this.#workshop = workshop;
  }

  /** @throws CollectError */
  async exchange(request: GetRequest): Promise<GetAnswer> {
    const what = shownUrl(request.url);
    const headers = Object.fromEntries(requestHeaders(request)); // names were checked; a plain object is what undici takes
    const abort = new AbortController();
    const limit = request.deadlineMs;
    const timer = this.#dialler.clock.after(limit, () =>
      abort.abort(new CollectError("timeout", `${what}: not done within ${limit} ms`)),
    );
    try {
      return await this.#once(request, what, headers, abort.signal, true);
    } finally {
      timer.cancel();
    }
  }

  async close(): Promise<void> {
    const agents = [...this.#trusts.values()].map((t) => t.agent.destroy());
    this.#trusts.clear();
    await Promise.all(agents);
  }

  async #once(
    request: GetRequest,
    what: string,
    headers: Record<string, string>,
    signal: AbortSignal,
    mayRetry: boolean,
  ): Promise<GetAnswer> {
    let answering = false;
    try {
      const agent = await this.#agentFor(request.caFile ?? "", what);
      const answer = await agent.request({
        origin: request.url.origin,
        path: `${request.url.pathname}${request.url.search}`,
        method: request.method ?? "GET",
        headers,
        body: request.method === "POST" ? (request.body ?? "") : null,
        signal,
        headersTimeout: 0, // one deadline for everything, above
        bodyTimeout: 0,
      });
      answering = true;
      return await this.#read(request, what, answer);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const closed = (error as { code?: unknown } | null)?.code === "UND_ERR_SOCKET";
      if (mayRetry && closed && !answering && request.method !== "POST") {
        return this.#once(request, what, headers, signal, false); // a kept connection that had died
      }
      throw secureFault(error, what, answering);
    }
  }

  async #read(request: GetRequest, what: string, answer: Dispatcher.ResponseData): Promise<GetAnswer> {
    const said = (name: string): string => [answer.headers[name] ?? ""].flat().join(", ");
    const head = {
      status: answer.statusCode,
      contentEncoding: said("content-encoding").toLowerCase(),
      location: said("location"),
    };
    let sink: BodySink | null = null;
    try {
      const encoding = admitHead(head, what);
      const expected =
        encoding === "identity" ? Number(said("content-length")) || FIRST_GUESS_BYTES : FIRST_GUESS_BYTES;
      sink = new BodySink(this.#workshop, what, encoding, request.maxBytes, expected);
      if (Number(said("content-length")) > request.maxBytes) throw sink.tooLong();
      for await (const chunk of answer.body as AsyncIterable<Buffer>) sink.write(chunk, 0, chunk.length);
      const { body, release } = sink.finish();
      if (head.status >= 400)
        throw statusError(head.status, what, printable(body.subarray(0, 800).toString("utf8"), 200));
      return { status: head.status, contentType: said("content-type"), dateHeader: said("date"), body, release };
    } catch (error) {
      sink?.discard();
      answer.body.on("error", () => {}).destroy(); // closes the connection, whatever was still to come
      throw error;
    }
  }

  /** One agent for each set of authorities; a replaced CA file is seen at the next request. */
  async #agentFor(caFile: string, what: string): Promise<Agent> {
    const { version, pem } = await this.#authorities(caFile, what);
    const known = this.#trusts.get(caFile);
    if (known?.version === version) return known.agent;
    const agent = new Agent({
      connect: checkedConnector(this.#dialler, pem),
      maxHeaderSize: MOST_HEAD_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
    });
    this.#trusts.set(caFile, { version, agent });
    if (known) void known.agent.close();
    return agent;
  }

  async #authorities(caFile: string, what: string): Promise<{ version: string; pem: string | null }> {
    if (caFile === "") return { version: "", pem: null };
    try {
      const { mtimeMs, size } = await stat(caFile);
      const version = `${mtimeMs} ${size}`;
      if (this.#trusts.get(caFile)?.version === version) return { version, pem: null };
      return { version, pem: await readFile(caFile, "utf8") };
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
      throw new CollectError("bad_config", `${what}: ca_file ${caFile}: ${code}`, { cause });
    }
  }
}

/** undici's TLS connector, given a checked address to dial and the name to verify. */
function checkedConnector(dialler: Dialler, pem: string | null): buildConnector.connector {
  const base = buildConnector({
    timeout: MOST_CONNECT_MS,
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
    ...(pem === null ? {} : { ca: pem }),
  });
  const tls = (options: buildConnector.Options, address: string): Promise<buildConnector.CallbackArgs[1]> =>
    new Promise((resolve, reject) => {
      base({ ...options, hostname: address }, (error, socket) => (error ? reject(error) : resolve(socket)));
    });

  const connect = async (options: buildConnector.Options): Promise<NonNullable<buildConnector.CallbackArgs[1]>> => {
    const endpoint = endpointOf(new URL(`https://${options.host ?? options.hostname}`));
    const addresses = await checkedAddresses(endpoint, dialler.policy, dialler.resolve);
    let failure: unknown = null;
    for (const address of addresses) {
      try {
        const socket = await tls(options, address);
        if (!socket) continue;
        assertAllowed(dialler.policy, socket.remoteAddress ?? "", endpoint.port, endpoint.host);
        return socket;
      } catch (error) {
        if (error instanceof CollectError) throw error;
        failure = error;
      }
    }
    throw failure;
  };
  const answer = async (options: buildConnector.Options, callback: buildConnector.Callback): Promise<void> => {
    let socket: NonNullable<buildConnector.CallbackArgs[1]>;
    try {
      socket = await connect(options);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
      return;
    }
    callback(null, socket);
  };
  return (options, callback) => void answer(options, callback);
}

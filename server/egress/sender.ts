import { request as httpRequest, type IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import * as tls from "node:tls";
import { CollectError } from "../../collectors/collector.ts";
import type { Clock } from "../../db/model/clock.ts";
import { endpointOf, type Resolve, systemResolve } from "./checked-address.ts";
import { type Connect, dial, type Dialler, systemConnect } from "./dial.ts";
import { type EgressPolicy, openPolicy, type PolicySpec } from "./policy.ts";

/** One message on its way out. Its address is a secret: no error of ours repeats more of it than the host. */
export type PostRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly deadlineMs: number; // connect, request and answer together
};
export type PostAnswer = {
  readonly status: number; // any, 3xx included: nothing is followed
  readonly headers: Readonly<Record<string, string>>; // lower-case names
  readonly body: string; // its first 4 KiB
};
export type MailHost = {
  readonly host: string;
  readonly port: number;
  readonly tls: "implicit" | "starttls" | "none"; // starttls is up to the caller; without any the address must be listed
};

export type SendFault =
  | "refused" // by our policy: nothing was dialled
  | "unreachable" // the request did not leave
  | "maybe_posted"; // it left, and no answer came

export class SendError extends Error {
  override readonly name = "SendError";
  readonly fault: SendFault;

  /** @param message for people; names at most the host */
  constructor(fault: SendFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** The way out for messages. */
export type Sender = {
  /** @throws SendError and nothing else */
  post(request: PostRequest): Promise<PostAnswer>;
  /** A checked connection to a mail server, with TLS where it is implicit. The caller ends it. @throws SendError */
  connect(to: MailHost, deadlineMs: number): Promise<Socket>;
  /** Authorities to trust instead of the system's, for a STARTTLS of one's own; null = the system's. */
  readonly ca: string | null;
};

export type SenderParts = {
  readonly clock: Clock;
  /** `egress.allow` of the configuration, and our own database. */
  readonly egress: Pick<PolicySpec, "allow" | "refuse">;
  readonly resolve?: Resolve;
  readonly connect?: Connect;
  readonly ca?: string; // PEM of the authorities to trust instead of the system's
};

const MOST_ANSWER_BYTES = 4_096;
const MOST_HEAD_BYTES = 16 * 1_024;

/**
 * Public addresses, and those `egress.allow` lists; without TLS only those listed. A message has a connection of its
 * own: on a kept one nobody could say whether a lost request arrived.
 */
export function openSender(parts: SenderParts): Sender {
  const { clock, egress, resolve = systemResolve, connect = systemConnect } = parts;
  const dialler = (policy: EgressPolicy): Dialler => ({ clock, policy, resolve, connect });
  const anywhere = dialler(openPolicy({ ...egress, privateNetworks: false }));
  const listed = dialler(openPolicy({ ...egress, privateNetworks: false, publicNetworks: false }));

  return {
    ca: parts.ca ?? null,
    post: ({ url, headers, body, deadlineMs }) =>
      within(clock, deadlineMs, url.host, async (attempt) => {
        const isTls = url.protocol === "https:";
        if (!isTls && url.protocol !== "http:") throw new SendError("refused", `${url.host}: only https is posted to`);
        const endpoint = endpointOf(url);
        const socket = await dial(isTls ? anywhere : listed, { endpoint, onread: null, ...attempt });
        const channel = isTls ? await handshake(socket, endpoint.host, parts.ca) : socket;
        attempt.leaves();
        return await exchange(channel, url, { ...headers, "accept-encoding": "identity" }, body);
      }),
    connect: ({ host, port, tls: mode }, deadlineMs) =>
      within(clock, deadlineMs, `${host}:${port}`, async (attempt) => {
        const policy = mode === "none" ? listed : anywhere;
        const socket = await dial(policy, { endpoint: { host, port }, onread: null, ...attempt });
        return mode === "implicit" ? await handshake(socket, host, parts.ca) : socket;
      }),
  };
}

type Attempt = {
  readonly wanted: () => boolean;
  readonly hold: (socket: Socket) => void;
  readonly leaves: () => void; // from here on it may have been posted
};

/** One deadline for all of it, and one kind of error out of it. */
async function within<T>(clock: Clock, ms: number, what: string, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  let held: Socket | null = null;
  let hasLeft = false;
  let isLate = false;
  const timer = clock.after(ms, () => {
    isLate = true;
    held?.destroy();
  });
  try {
    return await work({
      wanted: () => !isLate,
      hold: (socket) => {
        held = socket;
        socket.on("error", () => {}); // told by whoever waits for it
        if (isLate) socket.destroy();
      },
      leaves: () => void (hasLeft = true),
    });
  } catch (error) {
    throw faultOf(error, what, hasLeft, isLate ? ms : null);
  } finally {
    timer.cancel();
  }
}

function faultOf(error: unknown, what: string, hasLeft: boolean, lateMs: number | null): SendError {
  if (error instanceof SendError) return error;
  if (error instanceof CollectError && error.fault === "refused_by_policy")
    return new SendError("refused", error.message);
  const fault = hasLeft ? "maybe_posted" : "unreachable";
  if (lateMs !== null) return new SendError(fault, `${what}: no answer within ${lateMs} ms`);
  if (error instanceof CollectError) return new SendError(fault, error.message); // of dialling: names host and address
  const code = (error as NodeJS.ErrnoException).code ?? "connection lost";
  return new SendError(fault, `${what}: ${hasLeft ? "no whole answer" : "cannot be reached"}: ${code}`);
}

/** Verifies the certificate, TLS 1.2 at least. */
function handshake(socket: Socket, host: string, ca: string | undefined): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tls.connect({
      socket,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
      host,
      ...(isIP(host) ? {} : { servername: host }),
      ...(ca === undefined ? {} : { ca }),
    });
    secure.once("secureConnect", () => resolve(secure));
    secure.once("error", reject);
    secure.once("close", () => reject(Object.assign(new Error("closed"), { code: "closed during the TLS handshake" })));
  });
}

function exchange(
  socket: Socket,
  url: URL,
  headers: PostRequest["headers"],
  body: PostRequest["body"],
): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const request = httpRequest(
      {
        method: "POST",
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, "user-agent": "dapan", "content-length": Buffer.byteLength(body), ...headers },
        maxHeaderSize: MOST_HEAD_BYTES,
        createConnection: () => socket, // the checked one; any `agent`, false too, would dial by itself
      },
      (answer) =>
        void take(answer)
          .then(resolve, reject)
          .finally(() => socket.destroy()),
    );
    request.on("error", reject);
    request.on("close", () => {
      if (!isAnswered) reject(Object.assign(new Error("closed"), { code: "closed without an answer" }));
    });
    request.end(body);
  });
}

/** The answer's beginning: whoever sends more is cut off. */
async function take(answer: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MOST_ANSWER_BYTES) break;
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
  );
  const body = Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString("utf8");
  return { status: answer.statusCode ?? 0, headers, body };
}

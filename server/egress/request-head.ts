import { CollectError, type GetRequest } from "../../collectors/collector.ts";
import { shownUrl } from "./shown-url.ts";

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
/** Ours to say: the reader depends on them. */
const RESERVED = new Set(["host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "expect"]);

/**
 * The headers to send, lower-cased, ours added.
 *
 * @throws CollectError `bad_config` on names or values that would break out of their line; values are never shown
 */
export function requestHeaders(request: GetRequest): ReadonlyMap<string, string> {
  const headers = new Map<string, string>([
    ["user-agent", "dapan"],
    ["accept-encoding", "gzip"],
  ]);
  for (const [name, value] of Object.entries(request.headers)) {
    const key = name.toLowerCase();
    if (!NAME.test(name) || RESERVED.has(key)) throw badHeader(request.url, name, "is not one you may set");
    if (!VALUE.test(value)) throw badHeader(request.url, name, "has a value with control characters");
    headers.set(key, value);
  }
  return headers;
}

/** The bytes that go on the wire for plain HTTP/1.1. */
export function requestBytes(request: GetRequest): Buffer {
  const { url } = request;
  const body = request.method === "POST" ? Buffer.from(request.body ?? "", "utf8") : null;
  let head = `${request.method ?? "GET"} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n`;
  for (const [name, value] of requestHeaders(request)) head += `${name}: ${value}\r\n`;
  if (body) head += `content-length: ${body.length}\r\n`;
  const bytes = Buffer.from(`${head}\r\n`, "latin1");
  return body ? Buffer.concat([bytes, body]) : bytes;
}

/**
 * What every request must be before anything is resolved or dialled.
 * @throws CollectError `bad_config`
 */
export function assertRequest(request: GetRequest): void {
  const { url } = request;
  const what = shownUrl(url);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new CollectError("bad_config", `${what}: only http and https are read`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new CollectError("bad_config", `${what}: has a user or password in the URL; put them under credentials`);
  }
  if (!(request.deadlineMs > 0) || !(request.maxBytes > 0)) {
    throw new CollectError("bad_config", `${what}: deadline ${request.deadlineMs} ms, limit ${request.maxBytes} bytes`);
  }
}

const badHeader = (url: URL, name: string, how: string): CollectError =>
  new CollectError("bad_config", `${shownUrl(url)}: header ${JSON.stringify(name)} ${how}`);

import { CollectError } from "../../collectors/collector.ts";
import type { Encoding } from "./body-sink.ts";

/** What we need to know of a status line and headers. */
export type AnswerHead = {
  readonly status: number;
  readonly contentLength: number | null;
  readonly chunked: boolean;
  readonly contentEncoding: string; // lower case, "" when absent
  readonly contentType: string;
  readonly date: string;
  readonly location: string;
  readonly keepAlive: boolean;
};

/**
 * Reads an HTTP/1.x head, status line to the last header, without the empty line.
 *
 * @param text latin1, so that each byte is one character
 * @throws CollectError `malformed`
 */
export function readHead(text: string, what: string): AnswerHead {
  const lines = text.split("\r\n");
  const start = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: |$)/.exec(lines[0] ?? "");
  if (!start) throw malformed(what, `is no HTTP/1.x status line: ${printable(lines[0] ?? "")}`);

  let contentLength: number | null = null;
  let transfer = "";
  let contentEncoding = "";
  let contentType = "";
  let date = "";
  let location = "";
  let connection = "";
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const colon = line.indexOf(":");
    if (colon <= 0 || !isToken(line, colon)) throw malformed(what, `has a broken header line: ${printable(line)}`);
    switch (line.slice(0, colon).toLowerCase()) {
      case "content-length":
        contentLength = readLength(line.slice(colon + 1).trim(), contentLength, what);
        break;
      case "transfer-encoding":
        transfer = joined(transfer, line.slice(colon + 1));
        break;
      case "content-encoding":
        contentEncoding = joined(contentEncoding, line.slice(colon + 1));
        break;
      case "connection":
        connection = joined(connection, line.slice(colon + 1));
        break;
      case "content-type":
        contentType = line.slice(colon + 1).trim();
        break;
      case "date":
        date = line.slice(colon + 1).trim();
        break;
      case "location":
        location = line.slice(colon + 1).trim();
        break;
      default:
    }
  }
  if (transfer !== "" && transfer !== "chunked") {
    throw new CollectError("content_encoding", `${what}: transfer encoding ${printable(transfer)} is not understood`);
  }
  const chunked = transfer === "chunked";
  const closes = connection.includes("close") || (start[1] === "0" && !connection.includes("keep-alive"));
  return {
    status: Number(start[2]),
    contentLength: chunked ? null : contentLength,
    chunked,
    contentEncoding,
    contentType,
    date,
    location,
    keepAlive: !closes && !(chunked && contentLength !== null), // both lengths: believe one, but do not trust what follows
  };
}

/**
 * Whether the body of this answer is worth reading, and how it is packed.
 *
 * @throws CollectError `redirect`, `content_encoding`, or `http_status` when the body of an error cannot be read anyway
 */
export function admitHead(head: Pick<AnswerHead, "status" | "contentEncoding" | "location">, what: string): Encoding {
  if (head.status >= 300 && head.status < 400) {
    const where = head.location === "" ? "" : ` to ${shownLocation(head.location)}`;
    throw new CollectError("redirect", `${what}: answered ${head.status}${where}; not followed, name the final URL`, {
      status: head.status,
    });
  }
  if (head.contentEncoding === "" || head.contentEncoding === "identity") return "identity";
  if (head.contentEncoding === "gzip" || head.contentEncoding === "x-gzip") return "gzip";
  if (head.status >= 400) throw statusError(head.status, what, "");
  throw new CollectError(
    "content_encoding",
    `${what}: content encoding ${printable(head.contentEncoding)}; only gzip, one layer, is read`,
  );
}

/** The fault of an HTTP error status: 429 and 503 ask us to wait. `detail` is the start of the body, made printable. */
export function statusError(status: number, what: string, detail: string): CollectError {
  const fault = status === 429 || status === 503 ? "overloaded" : "http_status";
  return new CollectError(fault, `${what}: HTTP ${status}${detail === "" ? "" : `: ${detail}`}`, { status });
}

/** Text of others, cut and without control characters, fit for one line of a message. */
export function printable(text: string, most = 80): string {
  const clean = text.slice(0, most).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " "); // no line breaks, no bidi overrides
  return text.length > most ? `${clean}…` : clean;
}

/** Where a redirect points, without the user, password and query a hostile answer may carry. */
function shownLocation(location: string): string {
  return printable(location.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i, "$1//").replace(/[?#].*$/s, "?…"));
}

function readLength(text: string, earlier: number | null, what: string): number {
  const length = /^[0-9]{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(length) || (earlier !== null && earlier !== length)) {
    throw malformed(what, `has no usable Content-Length: ${printable(text)}`);
  }
  return length;
}

function isToken(line: string, end: number): boolean {
  for (let i = 0; i < end; i++) {
    const c = line.charCodeAt(i);
    if (c <= 0x20 || c >= 0x7f) return false; // folded lines start with a blank; blanks before the colon smuggle
  }
  return true;
}

const joined = (before: string, more: string): string => {
  const value = more.trim().toLowerCase();
  return before === "" ? value : `${before}, ${value}`;
};

const malformed = (what: string, how: string): CollectError => new CollectError("malformed", `${what}: answer ${how}`);

import { CollectError } from "../../collectors/collector.ts";

const DNS = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "ENODATA"]);
const CONNECT = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EADDRNOTAVAIL",
  "EMFILE",
  "ENFILE",
]);
const MALFORMED = /^(HPE_|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE|REQ_CONTENT))/;
const TLS_WORDS: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet; compare the clocks"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is self-signed; name its authority as ca_file"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its authority is not trusted; name it as ca_file"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its authority is not known; name it as ca_file"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "its authority is not known; name it as ca_file"],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "it speaks TLS below 1.2"],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", "it speaks TLS below 1.2"],
]);

/**
 * The fault behind an error of the TLS client.
 *
 * @param answering whether a status line had come: what breaks then is the answer, not the connection
 */
export function secureFault(error: unknown, what: string, answering: boolean): CollectError {
  if (error instanceof CollectError) return error;
  const code = codeOf(error);
  const words = error instanceof Error ? error.message : String(error);
  if (isTls(code)) {
    return new CollectError("tls", `${what}: not trusted: ${TLS_WORDS.get(code) ?? words} (${code})`, { cause: error });
  }
  if (DNS.has(code)) return new CollectError("dns", `${what}: cannot resolve the name: ${code}`, { cause: error });
  if (CONNECT.has(code)) return new CollectError("connect", `${what}: cannot connect: ${code}`, { cause: error });
  if (MALFORMED.test(code))
    return new CollectError("malformed", `${what}: answer is no HTTP: ${words}`, { cause: error });
  if (answering)
    return new CollectError("truncated", `${what}: connection closed before the answer was whole`, { cause: error });
  return new CollectError("connect", `${what}: closed the connection without an answer: ${words}`, { cause: error });
}

const isTls = (code: string): boolean =>
  TLS_WORDS.has(code) ||
  /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH)/.test(code);

/** The innermost code: clients wrap. */
function codeOf(error: unknown): string {
  let code = "";
  for (let e = error; e instanceof Error; e = e.cause) {
    if ("code" in e && typeof e.code === "string") code = e.code;
  }
  return code;
}

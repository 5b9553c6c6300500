import { CollectError } from "./collector.ts";

/** Shorter ones would take words out of sentences. */
const SHORTEST = 4;

/**
 * A fault without what we signed in with: who answers may say back what it was told, and faults are stored and shown.
 * @param authorization the header that was sent; "" = none
 */
export function withoutCredentials(error: unknown, authorization: string): unknown {
  if (!(error instanceof CollectError) || authorization === "") return error;
  const message = hidden(error.message, authorization);
  const { cause, fault, status } = error;
  const isClean = !(cause instanceof Error) || hidden(cause.message, authorization) === cause.message;
  if (message === error.message && isClean) return error;
  return new CollectError(fault, message, { ...(isClean && { cause }), ...(status !== null && { status }) });
}

function hidden(text: string, authorization: string): string {
  const secrets = secretsOf(authorization);
  const clean = secrets.reduce((now, secret) => now.replaceAll(secret, "(hidden)"), text);
  const end = clean.replace(/…$/, ""); // where a text was cut, a secret may begin
  for (const secret of secrets)
    for (let length = Math.min(secret.length, end.length); length >= SHORTEST; length--)
      if (end.endsWith(secret.slice(0, length))) return `${end.slice(0, -length)}(hidden)…`;
  return clean;
}

/** The token or the password of a header, and what carries it. */
function secretsOf(authorization: string): string[] {
  const [, scheme = "", rest = ""] = /^(\S+) (.*)$/.exec(authorization) ?? [];
  const pair = scheme === "Basic" ? Buffer.from(rest, "base64").toString("utf8") : "";
  const password = pair.slice(pair.indexOf(":") + 1);
  return [rest, password].filter((text) => text.length >= SHORTEST);
}

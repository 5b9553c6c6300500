import type { ChannelSecrets } from "../../db/model/channel.ts";

/** Shorter pieces of an address are words like "hook" and "v2". */
const SHORTEST = 8;

/** What a platform, or a proxy before it, said, without any piece of the channel's address and secrets. */
export function redact(text: string, secrets: ChannelSecrets): string {
  let clean = text;
  for (const piece of piecesOf(secrets)) clean = clean.replaceAll(piece, "…");
  return clean;
}

/** Longest first, as written and as a URL would carry them. */
function piecesOf({ url, secret, previousSecret }: ChannelSecrets): string[] {
  const found = new Set([url, secret, previousSecret]);
  if (URL.canParse(url)) {
    const parsed = new URL(url);
    found.add(parsed.href).add(`${parsed.pathname}${parsed.search}`).add(parsed.password);
    for (const part of parsed.pathname.split("/")) found.add(part);
    for (const value of parsed.searchParams.values()) found.add(value);
  }
  const asWritten = [...found];
  for (const piece of asWritten) found.add(encodeURIComponent(piece)).add(decoded(piece));
  return [...found].filter((piece) => piece.length >= SHORTEST).sort((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import type { Path } from "./positions.ts";

const SHOWN = 80;
const SECRET_NAME = /pass|secret|token|bearer|credential|databaseurl|authorization|api.?key|cookie/i;

/** What was read, for a person: short, on one line, and never a secret. */
export function show(value: unknown, path: Path): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  const named = path.map(String).join(".");
  if (SECRET_NAME.test(named) && !isHarmless(value)) return "(hidden)";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  return showText(JSON.stringify(value) ?? "something");
}

/** Cuts, puts on one line and hides the user part of addresses, wherever they stand in a text. */
export function showText(text: string): string {
  const flat = text
    .replaceAll(/\p{Cc}/gu, " ")
    .replaceAll(/\/\/[^/?#\s]*@/g, "//(hidden)@")
    .replaceAll(/([?&][^=&\s]*(?:pass|secret|token|key|sig)[^=&\s]*=)[^&\s"]*/gi, "$1(hidden)");
  return flat.length <= SHOWN ? flat : `${flat.slice(0, SHOWN - 1)}…`;
}

/** Booleans and containers say nothing; numbers may be a secret (a PIN). */
const isHarmless = (value: unknown): boolean => typeof value === "boolean" || typeof value === "object";

import { priceDate } from "./price-date.ts";

/** An instant as `<input type="datetime-local">` writes it, in `zone`: "2026-10-01T00:00". */
export function wallText(at: number, zone: string): string {
  const text = priceDate(at, zone);
  return text.length === 10 ? `${text}T00:00` : text.replace(" ", "T");
}

/**
 * The instant the wall clock of `zone` shows that minute; where clocks skip it, the minute as far after the skip.
 * null = the text is no such minute.
 */
export function wallInstant(text: string, zone: string): number | null {
  const utc = Date.parse(`${text}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) || Number.isNaN(utc)) return null;
  const behind = (at: number): number => Date.parse(`${wallText(at, zone)}:00Z`) - at;
  const first = utc - behind(utc);
  return utc - behind(first);
}

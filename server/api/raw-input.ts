/** Levels of objects and lists an input may have: ours need seven. */
const MOST_LEVELS = 32;

/**
 * What of an input no schema should see, a sentence for people; null = nothing. Nesting without end costs whoever walks
 * it, and PostgreSQL keeps neither a NUL nor half of a surrogate pair: a text that has one would be a fault of ours.
 */
export function rawInputFault(input: unknown): string | null {
  const open: { readonly value: unknown; readonly at: string; readonly level: number }[] = [
    { value: input, at: "", level: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, at, level } = next;
    if (typeof value === "string") {
      if (!isText(value)) return `${at === "" ? "input" : at}: has a character no text has (NUL, or half of a pair)`;
    } else if (typeof value === "object" && value !== null) {
      if (level === MOST_LEVELS) return `input: has more than ${MOST_LEVELS} levels`;
      for (const [key, each] of Object.entries(value)) {
        if (!isText(key)) return `${at === "" ? "input" : at}: a key has a character no text has`;
        open.push({ value: each, at: at === "" ? key.slice(0, 64) : `${at}.${key.slice(0, 64)}`, level: level + 1 });
      }
    }
  }
  return null;
}

const isText = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

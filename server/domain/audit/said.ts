/** What of an input may stand in the audit: names and reasons. The rest stands in the changed rows, secrets as hashes. */

const OBJECT_KEYS = ["id", "ids", "key", "name", "uuid", "feature", "pool", "model", "path", "period", "day", "email", "title"]; // prettier-ignore
const REASON_KEYS = ["why", "note", "reason", "comment"];
const MOST = 200;
const MOST_REASON = 500;

/** What an act was done to, short: the names its input says. "" = it names none. */
export function objectOf(input: unknown): string {
  const said = partsOf(input).flatMap((part) =>
    OBJECT_KEYS.flatMap((key) => {
      const text = textOf(part[key]);
      return text === "" ? [] : [`${key} ${text}`];
    }),
  );
  return cut([...new Set(said)].join(", "), MOST);
}

/** Why somebody did it, as they said; "" = they did not. */
export function reasonOf(input: unknown): string {
  for (const part of partsOf(input))
    for (const key of REASON_KEYS) {
      const said = part[key];
      if (typeof said === "string" && said.trim() !== "") return cut(said.trim(), MOST_REASON);
    }
  return "";
}

type Part = Readonly<Record<string, unknown>>;

/** The input and the objects in it, one level deep: `{ channel: { name } }` names a channel. */
function partsOf(input: unknown): readonly Part[] {
  if (!isPart(input)) return [];
  return [input, ...Object.values(input).filter(isPart)];
}

function textOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.slice(0, 5).map(textOf).filter(Boolean).join(" ");
  return "";
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null && !Array.isArray(value);

const SECRET = /secret|password|passphrase|token|credential|sealed|api_?key|authorization|^url$|webhook/i;
const HIDDEN = "•••";

type Cut = { readonly text: number; readonly items: number };
/** What a list of many inputs shows of each. */
const SHORT: Cut = { text: 2_000, items: 200 };
export const WHOLE: Cut = { text: Number.POSITIVE_INFINITY, items: Number.POSITIVE_INFINITY };

/**
 * An input as others may read it: what may be a secret by its name is hidden, and what is long is cut. `key` is the name of
 * a feature, and who agrees has to see it; a channel's secrets stand under `secrets`.
 */
export function withoutSecrets(input: unknown, cut = SHORT): unknown {
  if (typeof input === "string") return input.length > cut.text ? `${input.slice(0, cut.text)}…` : input;
  if (Array.isArray(input)) return input.slice(0, cut.items).map((one) => withoutSecrets(one, cut));
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      SECRET.test(key) && value !== null ? HIDDEN : withoutSecrets(value, cut),
    ]),
  );
}

/** Whether something of an input may have been cut. A list of just as many as are shown counts as cut. */
export function mayBeCut(shown: unknown): boolean {
  if (typeof shown === "string") return shown.length > SHORT.text;
  if (typeof shown !== "object" || shown === null) return false;
  return (Array.isArray(shown) && shown.length >= SHORT.items) || Object.values(shown).some(mayBeCut);
}

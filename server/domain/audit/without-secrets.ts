const SECRET = /secret|password|passphrase|token|credential|sealed|api_?key|authorization|^url$|webhook/i;
const HIDDEN = "•••";

/**
 * An input as others may read it: what may be a secret by its name is hidden, and what is long is cut. `key` is the name of
 * a feature, and who agrees has to see it; a channel's secrets stand under `secrets`.
 */
export function withoutSecrets(input: unknown): unknown {
  if (typeof input === "string") return input.length > MOST ? `${input.slice(0, MOST)}…` : input;
  if (Array.isArray(input)) return input.slice(0, MOST_ITEMS).map(withoutSecrets);
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      SECRET.test(key) && value !== null ? HIDDEN : withoutSecrets(value),
    ]),
  );
}

const MOST = 2_000;
const MOST_ITEMS = 200;

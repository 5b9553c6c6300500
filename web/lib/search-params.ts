/** The router keeps an address's parameters as a plain record; the codecs speak URLSearchParams. */
export type Search = { readonly [name: string]: string | readonly string[] };

/** `?a=1&b=2&b=3` → `{ a: "1", b: ["2", "3"] }`. A repeated name becomes a list. */
export function parseSearch(text: string): Search {
  return fromParams(new URLSearchParams(text));
}

/** The other way; "" when nothing is asked. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const text = toParams(search).toString();
  return text === "" ? "" : `?${text}`;
}

export function fromParams(params: URLSearchParams): Search {
  const entries = [...new Set(params.keys())].map((name) => {
    const values = params.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? "") : values] as const;
  });
  return Object.fromEntries(entries);
}

/** Anything that is not text or a list of text is left out. */
export function toParams(search: Readonly<Record<string, unknown>>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === "string") params.append(name, value);
    else if (Array.isArray(value)) for (const one of value) if (typeof one === "string") params.append(name, one);
  }
  return params;
}

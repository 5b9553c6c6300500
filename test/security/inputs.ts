import { z } from "zod";
import { DAY_MS } from "../../db/model/time.ts";
import { appRouter } from "../../server/api/router.ts";
import { systemClock } from "../../server/clock.ts";

/** A call of the API as its schema describes it. */
export type Call = {
  readonly path: string;
  readonly type: "query" | "mutation" | "subscription";
  readonly schema: Shape | null; // null = it takes no input
};

/** What of JSON schema zod writes. */
export type Shape = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: boolean | Shape;
  readonly propertyNames?: Shape;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
};

type Procedure = { readonly _def: { readonly type: Call["type"]; readonly inputs: readonly z.ZodType[] } };

/** Every procedure of the router, read from the router: a new one is asked by itself. */
export function callsOf(): Call[] {
  const procedures = appRouter._def.procedures as unknown as Readonly<Record<string, Procedure>>;
  return Object.entries(procedures).map(([path, { _def }]) => {
    const [input] = _def.inputs;
    const schema =
      input === undefined ? null : (z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as Shape);
    return { path, type: _def.type, schema };
  });
}

/** Texts a pattern may ask for. */
const TEXTS = [
  "a",
  "a-b",
  "aa",
  "00000000-0000-0000-0000-000000000000",
  "2026-11-01",
  "1",
  "CNY",
  "AAAA",
  "0 9 * * 1",
  "0.5",
  "UTC",
];
/** Words by the name of their field, where any text passes the schema and only a sound one goes further. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  from: "2026-11-01", to: "2026-11-02", since: "2026-11-01", termTo: "2027-11-01", cardsPerInstance: 8, perDay: "1", waitScale: 0.5, labels: { app: "a" }, id: "u-own", channelIds: [], archived: false,
  day: "2026-11-01", zone: "UTC", cron: "0 9 * * 1", currency: "CNY", base: "CNY", quote: "USD", rate: "7.1", url: "http://127.0.0.1:9/x",
  price: "10", perUnit: "1", amount: "1", period: "2026-W30", base64: "bmFtZQo=", uuid: "GPU-1", key: "chat-assist", feature: "chat-assist", model: "H100-80G-SXM",
}; // prettier-ignore

/** An input the schema takes, with every optional part said; `turn` chooses among alternatives. */
export function sampleOf(shape: Shape, turn = 0, name = "", root: Shape = shape): unknown {
  if (shape.$ref !== undefined) {
    const inner = root.$defs?.[shape.$ref.replace("#/$defs/", "")];
    return inner === undefined || turn > 20 ? null : sampleOf(inner, turn + 7, name, root);
  }
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[turn % shape.enum.length];
  const either = (shape.anyOf ?? shape.oneOf)?.filter(({ type }) => type !== "null");
  if (either !== undefined && either.length > 0) return sampleOf(either[turn % either.length]!, turn, name, root);
  if (shape.allOf !== undefined)
    return Object.assign({}, ...shape.allOf.map((part) => sampleOf(part, turn, name, root))) as unknown;
  switch (shape.type) {
    case "object":
      return objectOf(shape, turn, root);
    case "array":
      return shape.items === undefined ? [] : [sampleOf(shape.items, turn, name, root)];
    case "string":
      return textOf(shape, name);
    case "integer":
    case "number":
      return numberOf(shape, name);
    case "boolean":
      return BY_NAME[name] ?? turn % 2 === 0;
    default:
      return BY_NAME[name] ?? null;
  }
}

function objectOf(shape: Shape, turn: number, root: Shape): Record<string, unknown> {
  const made = Object.fromEntries(
    Object.entries(shape.properties ?? {}).map(([name, part]) => [name, sampleOf(part, turn, name, root)]),
  );
  const more = shape.additionalProperties;
  if (typeof more !== "object") return made;
  const key = shape.propertyNames === undefined ? "a" : String(sampleOf(shape.propertyNames, turn, "", root));
  return { ...made, [key]: sampleOf(more, turn, key, root) };
}

function textOf({ pattern, minLength = 0 }: Shape, name: string): string {
  const known = BY_NAME[name];
  const fits = (text: string) => text.length >= minLength && (pattern === undefined || new RegExp(pattern).test(text));
  return [typeof known === "string" ? known : "a", ...TEXTS].find(fits) ?? "a".repeat(minLength);
}

const NOW = systemClock.now();
function numberOf({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Shape, name: string): number {
  const known = BY_NAME[name];
  const instant = name === "to" ? NOW + DAY_MS : NOW - DAY_MS;
  const wish = typeof known === "number" ? known : maximum > 1e12 ? instant : 1;
  return Math.min(maximum, Math.max(minimum, wish));
}

/** Where in an input texts stand: each with the same input in which that one text is another. */
export function textPlaces(input: unknown): ((text: string) => unknown)[] {
  if (typeof input === "string") return [(text) => text];
  if (Array.isArray(input))
    return input.flatMap((each, i) => textPlaces(each).map((put) => (text: string) => input.with(i, put(text))));
  if (input === null || typeof input !== "object") return [];
  return Object.entries(input).flatMap(([key, each]) =>
    textPlaces(each).map((put) => (text: string) => ({ ...input, [key]: put(text) })),
  );
}

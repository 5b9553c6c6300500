import type { ReportScope } from "../../db/model/report.ts";

/** The parts of a scope with their names in an address, the same as in GET /api/coverage.csv. */
export const SCOPE_PARTS = [
  ["vendors", "vendor"],
  ["regions", "region"],
  ["models", "model"],
  ["billings", "billing"],
  ["teams", "team"],
] as const satisfies readonly (readonly [keyof ReportScope, string])[];

const MOST_VALUES = 100;
const MOST_CHARS = 512;

/** Total, like every codec of an address. */
export function decodeScope(params: URLSearchParams): ReportScope {
  const of = (name: string): string[] =>
    [...new Set(params.getAll(name))]
      .filter((value) => value !== "" && value.length <= MOST_CHARS)
      .slice(0, MOST_VALUES);
  return {
    vendors: of("vendor"),
    regions: of("region"),
    models: of("model"),
    billings: of("billing"),
    teams: of("team"),
  };
}

export function encodeScope(params: URLSearchParams, scope: ReportScope): void {
  for (const [part, name] of SCOPE_PARTS) for (const value of scope[part]) params.append(name, value);
}

export const isWhole = (scope: ReportScope): boolean => SCOPE_PARTS.every(([part]) => scope[part].length === 0);

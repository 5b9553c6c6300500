/** One thing `dapan doctor` looked at. */
export type Check = {
  readonly name: string; // config, database, source hall-1 …
  readonly verdict: "ok" | "warn" | "bad";
  readonly found: string; // with numbers
  readonly todo: string; // what to do about it; "" when ok
};

export const ok = (name: string, found: string): Check => ({ name, verdict: "ok", found, todo: "" });
export const warn = (name: string, found: string, todo: string): Check => ({ name, verdict: "warn", found, todo });
export const bad = (name: string, found: string, todo: string): Check => ({ name, verdict: "bad", found, todo });

const MARK = { ok: "ok  ", warn: "warn", bad: "BAD " } as const;

/** The checks as a person reads them, and one line that says how it stands. */
export function printChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map((c) => c.name.length));
  const lines = checks.map((c) => {
    const line = `${MARK[c.verdict]}  ${c.name.padEnd(width)}  ${c.found}`;
    return c.todo === "" ? line : `${line}\n      ${" ".repeat(width)}  → ${c.todo}`;
  });
  const count = (verdict: Check["verdict"]) => checks.filter((c) => c.verdict === verdict).length;
  return [...lines, "", `${count("ok")} ok, ${count("warn")} warnings, ${count("bad")} bad`].join("\n");
}

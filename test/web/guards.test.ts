import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { DOORS } from "../../server/api/access-table.ts";

const FILES: ReadonlyMap<string, string> = new Map(
  readdirSync("web", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/^(?:dist|i18n|public)/.test(file))
    .map((file) => [file, readFileSync(path.join("web", file), "utf8")]),
);

/** Who draws or uses whom: files by the files that import them. */
const IMPORTERS = new Map<string, string[]>();
for (const [file, text] of FILES)
  for (const [, from = ""] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
    const used = path.join(path.dirname(file), from);
    IMPORTERS.set(used, [...(IMPORTERS.get(used) ?? []), file]);
  }

const asks = (file: string, right: string): boolean => FILES.get(file)?.includes(`useMay("${right}")`) === true;

/** The ways from a page down to this file on which nobody asks for the right. */
function unguarded(file: string, right: string, seen: readonly string[] = []): readonly string[] {
  if (asks(file, right)) return [];
  const above = IMPORTERS.get(file) ?? [];
  if (above.length === 0 || file.startsWith("pages/")) return [[file, ...seen].join(" > ")];
  return above.filter((one) => !seen.includes(one)).flatMap((one) => unguarded(one, right, [file, ...seen]));
}

/** Rights that let one look; the others let one change something, or see what only they may. */
const TO_LOOK = new Set(["anyone", "member", "fleet.see", "money.see"]);
const KINDS = [
  /trpc\.([\w.]+)\.(?:mutationOptions|queryOptions|pathKey)/g,
  /\b(?:client\.)?((?:\w+\.)+\w+)\.mutate\(/g,
];

/** Each procedure that needs more than to look, or changes something, by the file that calls it. */
const CALLS = [...FILES].flatMap(([file, text]) =>
  KINDS.flatMap((kind) =>
    [...text.matchAll(kind)].flatMap(([said, called = ""]) => {
      const door = DOORS.get(called);
      if (door === undefined && said.includes("Options")) throw new Error(`${file} calls ${called}, which has no door`);
      return door !== undefined && (door.audit || !TO_LOOK.has(door.needs)) ? [[file, called] as const] : [];
    }),
  ),
);

describe("what one may not do is not offered", () => {
  test("the walk finds the changes pages ask for", () => expect(CALLS.length).toBeGreaterThan(80));

  test.each(CALLS)("%s asks for %s only where one may", (file, called) => {
    const { needs } = DOORS.get(called)!;
    if (needs === "anyone" || needs === "member") return; // the server says to each of them what is theirs
    expect(unguarded(file, needs)).toEqual([]);
  });
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PERMISSIONS, ROLES } from "../../../db/model/access.ts";
import { DOORS } from "../../../server/api/access-table.ts";
import { permissionsOf } from "../../../server/domain/access/roles.ts";

const page = readFileSync("docs/who-sees-what.md", "utf8");
const part = (name: string): string => page.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0]?.trim() ?? "";
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Cells without the padding that the formatter of Markdown adds. */
const plain = (table: string): string => table.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");

test("the page says which role has which right as the server does", () => {
  const lines = PERMISSIONS.map((permission) =>
    row([permission, ...ROLES.map((role) => (permissionsOf([role]).has(permission) ? "yes" : "–"))]),
  );
  expect(plain(part("roles"))).toBe(
    [row(["right", ...ROLES]), row(["---", ...ROLES.map(() => "---")]), ...lines].join("\n"),
  );
});

test("the page names each answer that is narrowed for people with teams, and no other", () => {
  const lines = [...DOORS]
    .filter(([, { teams }]) => teams === "narrowed")
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { needs }]) => row([`\`${name}\``, needs]));
  expect(plain(part("teams"))).toBe([row(["answer", "right"]), row(["---", "---"]), ...lines].join("\n"));
});

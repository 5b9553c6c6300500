import { expect, test } from "vitest";
import { type Actor, PERMISSIONS, ROLES } from "../../../../db/model/access.ts";
import { type Door, refusalAt } from "../../../../server/domain/access/door.ts";
import { mayGive, NOBODY, OPEN_ACTOR, permissionsOf } from "../../../../server/domain/access/roles.ts";

const actor = (roles: readonly string[], teams: readonly string[] | null = null): Actor => ({
  ...OPEN_ACTOR,
  kind: "person",
  permissions: permissionsOf(roles),
  teams,
});
const door = (needs: Door["needs"], teams: Door["teams"] = "shared"): Door => ({ needs, teams, audit: false });

test("who runs the fleet sees no prices, who sees prices changes no rule, an administrator may everything", () => {
  expect(permissionsOf(["operator"]).has("money.see")).toBe(false);
  expect(permissionsOf(["finance"]).has("rules.write")).toBe(false);
  expect([...permissionsOf(["admin"])]).toEqual([...PERMISSIONS]);
  expect([...permissionsOf(["owner", "__proto__", ""])]).toEqual([]);
});

test("two roles are both of them", () => {
  const both = permissionsOf(["operator", "finance"]);
  for (const role of ["operator", "finance"]) for (const one of permissionsOf([role])) expect(both.has(one)).toBe(true);
});

test("nobody gives more than they have: not in permissions, not in teams", () => {
  for (const giver of ROLES)
    for (const wanted of ROLES)
      expect(mayGive(actor([giver]), permissionsOf([wanted]), null)).toBe(
        [...permissionsOf([wanted])].every((one) => permissionsOf([giver]).has(one)),
      );
  expect(mayGive(actor(["admin"], ["video"]), [], ["video"])).toBe(true);
  expect(mayGive(actor(["admin"], ["video"]), [], ["video", "chat"])).toBe(false);
  expect(mayGive(actor(["admin"], ["video"]), [], null)).toBe(false);
});

test("a door lets pass by permission, and people with teams only where it narrows or names nobody's work", () => {
  expect(refusalAt(door("anyone"), NOBODY)).toBeNull();
  expect(refusalAt(door("member"), NOBODY)?.kind).toBe("unknown");
  expect(refusalAt(door("money.see"), actor(["operator"]))?.kind).toBe("forbidden");
  expect(refusalAt(door("money.see"), actor(["finance"]))).toBeNull();
  expect(refusalAt(door("fleet.see", "closed"), actor(["viewer"], ["video"]))?.kind).toBe("forbidden");
  expect(refusalAt(door("fleet.see", "narrowed"), actor(["viewer"], ["video"]))).toBeNull();
});

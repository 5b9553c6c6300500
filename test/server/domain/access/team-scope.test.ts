import { expect, test } from "vitest";
import { permissionsOf } from "../../../../server/domain/access/roles.ts";
import { shownTo, sightOf } from "../../../../server/domain/access/sight.ts";
import { featuresSeen, isOfTeams } from "../../../../server/domain/access/team-scope.ts";

test.each([
  [null, "video", true],
  [null, "", true],
  [["video"], "video", true],
  [["video"], "Video", false],
  [["video"], "video ", false],
  [["*"], "video", false],
  [["%"], "video", false],
  [[""], "", false], // a feature of no team is nobody's
  [["__proto__"], "video", false],
  [[], "video", false],
] as const)("people of %j and a feature of %j: %s", (teams, team, is) => expect(isOfTeams({ team }, teams)).toBe(is));

test("of all features the seen ones are those of one's teams", () => {
  const features = [
    { id: 1, team: "video" },
    { id: 2, team: "" },
    { id: 3, team: "search" },
  ];
  expect([...featuresSeen(features, { teams: ["video"] }).keys()]).toEqual([1]);
  expect([...featuresSeen(features, { teams: null }).keys()]).toEqual([1, 2, 3]);
});

test("contracts are for who sees money or writes the inventory", () => {
  const answer = { contract: "HT-77", contracts: ["HT-77"], costMicro: "7" };
  const seen = (role: string) => shownTo(sightOf({ permissions: permissionsOf([role]), teams: null }), answer);
  expect(seen("viewer")).toEqual({ contract: "", contracts: [], costMicro: null });
  expect(seen("operator")).toEqual({ contract: "HT-77", contracts: ["HT-77"], costMicro: null });
  expect(seen("finance")).toEqual(answer);
});

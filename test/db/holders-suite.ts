import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import {
  type HolderFacts,
  noteHoldersSeen,
  putHolderFacts,
  readHoldersAfter,
  readHoldersOfPods,
  readHolderStarts,
  readNewestHolder,
} from "../../db/store/holders.ts";
import { registerHolders } from "../../db/store/registry.ts";

const NOW = unixMs(Date.UTC(2026, 0, 5));
const holder = (pod: string, more: { cluster?: string; container?: string; podUid?: string } = {}) => ({
  cluster: "k1",
  namespace: "a",
  pod,
  container: "c",
  podUid: "",
  share: 1,
  ...more,
});

/** What Kubernetes says of holders, as it is kept. */
export function holdersSuite(db: () => Database): void {
  test("holders are found by the name of their pod, in every life and container, and without a cluster too", async () => {
    const ids = await registerHolders(db(), [
      holder("web-0", { podUid: "1" }),
      holder("web-0", { podUid: "2" }),
      holder("web-0", { container: "side" }),
      holder("web-0", { cluster: "" }),
      holder("web-0", { cluster: "k2" }),
      holder("web-01"),
    ]);
    const names = [{ cluster: "k1", namespace: "a", name: "web-0" }];
    const found = await readHoldersOfPods(db(), [...names, ...names]);
    expect(found.map(({ id }) => id)).toEqual([...ids].slice(0, 4));
    expect(found[1]).toMatchObject({ cluster: "k1", namespace: "a", pod: "web-0", podUid: "2", facts: null });
    expect(await readHoldersOfPods(db(), [])).toEqual([]);
    expect(await readHoldersOfPods(db(), [{ cluster: "k1", namespace: "a", name: "\0'; --" }])).toEqual([]);
  });

  test("new holders are read in pieces, by number", async () => {
    const before = await readNewestHolder(db());
    const ids = [
      ...(await registerHolders(
        db(),
        ["n-1", "n-2", "n-3"].map((pod) => holder(pod)),
      )),
    ].toSorted((a, b) => a - b);
    expect((await readHoldersAfter(db(), before, 2)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await readHoldersAfter(db(), ids[1] ?? 0, 2)).map(({ id }) => id)).toEqual(ids.slice(2));
    expect(await readNewestHolder(db())).toBe(ids[2]);
  });

  test("what is said of a holder is read as it was written, and what is said later takes its place", async () => {
    const [id = 0, other = 0] = await registerHolders(db(), [holder("facts"), holder("nothing-said")]);
    const facts: HolderFacts = {
      owner: { kind: "Deployment", name: "chat" },
      labels: new Map([
        ["team", "搜索'\""],
        ["__proto__", "x"],
      ]),
      startedAt: NOW - 90_000,
    };
    const nothing: HolderFacts = { owner: null, labels: new Map(), startedAt: null };
    await putHolderFacts(
      db(),
      [
        { id, facts },
        { id: other, facts: nothing },
      ],
      NOW,
    );
    const said = async (pod: string) =>
      (await readHoldersOfPods(db(), [{ cluster: "k1", namespace: "a", name: pod }]))[0]?.facts;
    expect(await said("facts")).toEqual(facts);
    expect(await said("nothing-said")).toEqual(nothing);
    expect(await readHolderStarts(db(), NOW)).toEqual(new Map([[id, NOW - 90_000]]));

    expect(await readHolderStarts(db(), unixMs(NOW + 1))).toEqual(new Map());
    await noteHoldersSeen(db(), [id, other], unixMs(NOW + HOUR_MS));
    await noteHoldersSeen(db(), [id], NOW); // what is known already is not unlearnt
    expect(await readHolderStarts(db(), unixMs(NOW + HOUR_MS))).toEqual(new Map([[id, NOW - 90_000]]));

    await putHolderFacts(db(), [{ id, facts: nothing }], unixMs(NOW + HOUR_MS));
    expect(await said("facts")).toEqual(nothing);
    expect(await readHolderStarts(db(), unixMs(0))).toEqual(new Map());
  });
}

import { expect, test } from "vitest";
import { createPasswords } from "../../../../server/usecases/access/passwords.ts";

test("a password is right for its own hash and for nothing else", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("a sentence only Li would say");
  expect(await passwords.hash("a sentence only Li would say")).not.toBe(stored);
  expect(await passwords.isRight("a sentence only Li would say", stored)).toBe(true);
  for (const other of [null, "", "plain", stored.slice(0, -1), stored.replace("$14$", "$1$")])
    expect(await passwords.isRight("a sentence only Li would say", other)).toBe(false);
  expect(await passwords.isRight("a sentence only Li would say.", stored)).toBe(false);
});

test("two are hashed at once, some wait, and who comes then is told to come back (AUT-02)", async () => {
  const passwords = createPasswords(1);
  const all = await Promise.allSettled([1, 2, 3, 4].map((n) => passwords.hash(`password ${n}`)));
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected"]);
  expect(await passwords.hash("afterwards")).toMatch(/^scrypt\$14\$8\$5\$/);
});

test("nobody's password takes as long as a wrong one (AUT-03)", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("a sentence only Li would say");
  const took = async (of: string | null): Promise<number> => {
    const start = performance.now();
    await passwords.isRight("wrong", of);
    return performance.now() - start;
  };
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let i = 0; i < 7; i += 1) {
    known.push(await took(stored));
    unknown.push(await took(null));
  }
  // Best of seven each, as the machine is shared; without the dummy hash the second is a thousandth.
  expect(Math.min(...unknown) / Math.min(...known)).toBeGreaterThan(0.5);
});

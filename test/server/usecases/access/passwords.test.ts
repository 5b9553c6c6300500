import { scryptSync } from "node:crypto";
import { expect, test } from "vitest";
import { createPasswords } from "../../../../server/usecases/access/passwords.ts";

test("a password is right for its own hash and for nothing else", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("a sentence only Li would say");
  expect(await passwords.hash("a sentence only Li would say")).not.toBe(stored);
  expect(await passwords.isRight("a sentence only Li would say", stored)).toBe(true);
  for (const other of [null, "", "plain", stored.slice(0, -1), stored.replace("$13$", "$1$")])
    expect(await passwords.isRight("a sentence only Li would say", other)).toBe(false);
  expect(await passwords.isRight("a sentence only Li would say.", stored)).toBe(false);
});

test("a hash of the cost of before still lets in", async () => {
  const passwords = createPasswords();
  const salt = Buffer.alloc(16, 7);
  const key = scryptSync("a sentence only Li would say", salt, 32, { N: 2 ** 14, r: 8, p: 5 });
  const stored = `scrypt$14$8$5$${salt.toString("base64url")}$${key.toString("base64url")}`;
  expect(await passwords.isRight("a sentence only Li would say", stored)).toBe(true);
  expect(await passwords.isRight("another sentence", stored)).toBe(false);
});

test("two are hashed at once, fifty wait, and who comes then is told to come back (AUT-02)", async () => {
  const running: (() => void)[] = [];
  const key = Buffer.alloc(32);
  const passwords = createPasswords(() => new Promise((done) => void running.push(() => done(key))));
  const all = Array.from({ length: 53 }, () => passwords.isRight("wrong", null));
  await expect(all.at(-1)).rejects.toThrow(/too many people sign in/);
  for (let done = 0; done < 52; done += 1) {
    expect(running.length).toBe(Math.min(done + 2, 52));
    running[done]?.();
    await all[done];
    await Promise.resolve();
  }
  const afterwards = passwords.isRight("wrong", null);
  running[52]?.();
  expect(await afterwards).toBe(false);
});

test("for nobody's password as much is hashed as for a wrong one (AUT-03)", async () => {
  let hashed = 0;
  const passwords = createPasswords(async () => {
    hashed += 1;
    return Buffer.alloc(32, 1);
  });
  const stored = await passwords.hash("a sentence only Li would say");
  for (const of of [stored, null, "", "plain"]) {
    hashed = 0;
    await passwords.isRight("wrong", of);
    expect(hashed).toBe(1);
  }
});

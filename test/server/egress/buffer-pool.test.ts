import { expect, test } from "vitest";
import { BufferPool } from "../../../server/egress/buffer-pool.ts";

const MIB = 2 ** 20;

test("answers of a Prometheus, one after the other, are read into the same two buffers", () => {
  const pool = new BufferPool(4);
  const first = [pool.take(9 * MIB), pool.take(15 * MIB)];
  for (const buffer of first) pool.give(buffer, buffer.length);
  const second = [pool.take(15 * MIB), pool.take(8 * MIB)];
  expect(new Set(second)).toEqual(new Set(first));
});

test("small answers do not take the large buffers, and large ones not the small", () => {
  const pool = new BufferPool(4);
  const [small, large] = [pool.take(70_000), pool.take(9 * MIB)];
  pool.give(small, 70_000);
  pool.give(large, 9 * MIB);
  expect(pool.take(60_000)).toBe(small);
  expect(pool.take(2 * MIB)).toBe(large);
});

test("what is kept stays small: two large buffers, the larger ones, none that was filled beyond a question's size", () => {
  const pool = new BufferPool(4);
  const sizes = [9, 3, 15, 5].map((n) => pool.take(n * MIB));
  for (const buffer of sizes) pool.give(buffer, buffer.length);
  pool.give(pool.take(64 * MIB), 30 * MIB); // takes the 15 MiB one along: too small, dropped
  expect(pool.idle).toBe(1);
  const open = pool.take(64 * MIB); // room for any answer, little of it used
  pool.give(open, 6 * MIB);
  expect(pool.idle).toBe(1);
  expect(pool.take(7 * MIB)).toBe(open);
});

test("a body that was refused at the default limit leaves its buffer, filled to the rim, to the next", () => {
  const pool = new BufferPool(4);
  const refused = pool.take(24 * MIB + 1);
  pool.give(refused, refused.length); // an inflater writes all it was handed before anybody counts
  expect(pool.take(24 * MIB + 1)).toBe(refused);
});

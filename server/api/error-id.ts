import { randomUUID } from "node:crypto";

const ids = new WeakMap<object, string>();

/** The id one error is logged and shown under: the same for as long as the error lives. */
export function errorIdOf(error: object): string {
  const known = ids.get(error);
  if (known !== undefined) return known;
  const id = randomUUID();
  ids.set(error, id);
  return id;
}

import type { Actor } from "../../../db/model/access.ts";
import { isMoneyKey } from "../../../server/domain/access/hide-money.ts";
import { OPEN_ACTOR } from "../../../server/domain/access/roles.ts";
import type { AccessPort } from "../../../server/usecases/access/access-port.ts";

/** Whoever the header says, for tests of what each may see; without it everybody, as at an open console. */
export const ACTOR_HEADER = "x-test-actor";

export const actedAs: AccessPort["who"] = async ({ headers }) => {
  const said = headers[ACTOR_HEADER];
  if (typeof said !== "string") return OPEN_ACTOR;
  const { permissions, ...rest } = JSON.parse(said) as Omit<Actor, "permissions"> & {
    permissions: Actor["permissions"] extends ReadonlySet<infer P> ? P[] : never;
  };
  return { ...rest, permissions: new Set(permissions) };
};

export const headerOf = (actor: Actor): Record<string, string> => ({
  [ACTOR_HEADER]: JSON.stringify({ ...actor, permissions: [...actor.permissions] }),
});

/** Every text and number of an answer, with whether it stands under a key of money. */
export function* leavesOf(
  value: unknown,
  isMoney = false,
): Generator<{ readonly text: string; readonly isMoney: boolean }> {
  if (value === null || value === undefined) return;
  if (typeof value !== "object")
    return void (yield { text: typeof value === "string" ? value : JSON.stringify(value), isMoney });
  if (Array.isArray(value)) for (const one of value) yield* leavesOf(one, isMoney && typeof one !== "object");
  else for (const [key, one] of Object.entries(value)) yield* leavesOf(one, isMoneyKey(key));
}

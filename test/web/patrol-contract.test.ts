import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { expect, test } from "vitest";
import { appRouter, type AppRouter } from "../../server/api/router.ts";
import type { PatrolRouter } from "../../web/patrol-trpc.ts";

type Mounted = Extract<keyof inferRouterOutputs<AppRouter>, "patrol" | "reports">;
/** Lists of a question may be read-only: they are sent, not kept. */
type Sent<T> = T extends readonly (infer One)[]
  ? readonly Sent<One>[]
  : T extends object
    ? { readonly [K in keyof T]: Sent<T[K]> }
    : T;

/** Where the pages ask what the server does not take; never = nowhere. */
type Unasked<Part extends Mounted> = {
  [K in keyof inferRouterInputs<PatrolRouter>[Part]]: inferRouterInputs<PatrolRouter>[Part][K] extends Sent<
    inferRouterInputs<AppRouter>[Part][K & keyof inferRouterInputs<AppRouter>[Part]]
  >
    ? never
    : K;
}[keyof inferRouterInputs<PatrolRouter>[Part]];

/** Where the pages read what the server does not answer; never = nowhere. */
type Unread<Part extends Mounted> = {
  [K in keyof inferRouterOutputs<PatrolRouter>[Part]]: inferRouterOutputs<AppRouter>[Part][K &
    keyof inferRouterOutputs<AppRouter>[Part]] extends inferRouterOutputs<PatrolRouter>[Part][K]
    ? never
    : K;
}[keyof inferRouterOutputs<PatrolRouter>[Part]];

type Differs = { readonly [Part in Mounted]: Unasked<Part> | Unread<Part> }[Mounted];
const isSame: [Differs] extends [never] ? true : Differs = true; // a difference does not compile, and is named

test("the procedures that the patrol pages ask are those that the server answers", () => {
  expect(isSame).toBe(true);
  for (const name of ["checks", "runChecks", "coverage", "guard", "saveGuard"])
    expect(Object.keys(appRouter._def.procedures)).toContain(`patrol.${name}`);
});

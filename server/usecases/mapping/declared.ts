import type { Executor, Tx } from "../../../db/database.ts";
import type { OtherCost, PromqlUsage, RevenueLine, UnitPrice } from "../../../db/model/feature.ts";
import type { ChangeNote } from "../../context.ts";

/** The name under which features.yaml says what came in: amounts of other sources are not its to change. */
export const YAML_SOURCE = "features.yaml";

/** What features.yaml says of units and money. */
export type Declared = {
  readonly unitPrices: readonly UnitPrice[];
  readonly otherCosts: readonly OtherCost[];
  readonly revenue: readonly RevenueLine[]; // of YAML_SOURCE
  readonly usage: readonly DeclaredUsage[]; // of kind promql
};
export type DeclaredUsage = { readonly feature: string; readonly name: string; readonly promql: PromqlUsage };

/** Sections left out stay as they are; a section that is said is everything there is of it. */
export type DeclaredWish = { readonly [S in keyof Declared]?: Declared[S] };

/** Where units and money are kept: server/usecases/usage. */
export type DeclaredPort = {
  read(db: Executor): Promise<Declared>;
  /** Inside the transaction that changes the rest. Features it names are there. */
  write(tx: Tx, wish: DeclaredWish, note: ChangeNote): Promise<void>;
  /** What is wrong with a source's counters, and the way out; null = nothing. `value` is as written. */
  readPromql(
    value: unknown,
  ):
    | { readonly ok: true; readonly promql: PromqlUsage }
    | { readonly ok: false; readonly field: string; readonly hint: string };
};

/** Without units and money: features.yaml may say nothing of them then. */
export const NOTHING_DECLARED: DeclaredPort = {
  read: async () => ({ unitPrices: [], otherCosts: [], revenue: [], usage: [] }),
  write: async () => undefined,
  readPromql: () => ({ ok: false, field: "", hint: "units are not counted here" }),
};

import type { Tx } from "../database.ts";
import type { Selector } from "../model/price.ts";
import { idsOf } from "./dimensions.ts";

/** Columns of a selector with alias `s`, as a Selector says them. */
export const SELECTOR_COLUMNS = "s.vendor, s.region, s.zone, s.cluster, s.model, s.billing, s.contract";

/** Ids of selectors, made where missing, in the order asked. Repeats are welcome. */
export const selectorIds = (tx: Tx, selectors: readonly Selector[]): Promise<Int32Array> =>
  idsOf(
    tx,
    "selector",
    selectors.map((s) => [s.vendor, s.region, s.zone, s.cluster, s.model, s.billing, s.contract]),
  );

import type { Micro } from "../../../db/model/money.ts";

/** `part ÷ whole` as a double, for showing and sorting. Finite and never -0: `whole` > 0. */
export const ratioOf = (part: Micro, whole: Micro): number => Number(part) / Number(whole);

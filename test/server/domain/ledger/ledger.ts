import { roundShown, shownParts } from "../../../../db/model/round-shown.ts";
import { convertDay } from "../../../../server/domain/ledger/convert.ts";
import { hourLines } from "../../../../server/domain/ledger/hour-lines.ts";
import { addMoney, featureMoney } from "../../../../server/domain/ledger/margin.ts";
import { shareOut } from "../../../../server/domain/ledger/shares.ts";
import { splitMicro } from "../../../../server/domain/ledger/split-micro.ts";
import { waterfall } from "../../../../server/domain/ledger/waterfall.ts";

/** What the laws judge; a mutant replaces one part by a wrong one. */
export type Ledger = {
  readonly hourLines: typeof hourLines;
  readonly splitMicro: typeof splitMicro;
  readonly shareOut: typeof shareOut;
  readonly convertDay: typeof convertDay;
  readonly addMoney: typeof addMoney;
  readonly featureMoney: typeof featureMoney;
  readonly waterfall: typeof waterfall;
  readonly roundShown: typeof roundShown;
  readonly shownParts: typeof shownParts;
};
export const REAL: Ledger = {
  hourLines,
  splitMicro,
  shareOut,
  convertDay,
  addMoney,
  featureMoney,
  waterfall,
  roundShown,
  shownParts,
};

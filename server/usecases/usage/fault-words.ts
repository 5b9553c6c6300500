import type { UsageFault } from "../../../db/model/usage-views.ts";

/** What is wrong with a row, and the way out, in English: for programs that push, and for the command line. */
export function faultWords({ code, read, expected, other }: UsageFault): string {
  const said = read === "" ? "" : `"${read}" `;
  switch (code) {
    case "feature_unknown":
      return `there is no feature ${said.trim()}; ${expected === "" ? "make it on the mapping page first" : `did you mean ${expected}?`}`;
    case "window":
      return `it ends at ${read}, which is not after its start ${expected}`;
    case "window_long":
      return `it is ${read} days long; say at most ${expected} days in one row`;
    case "future":
      return `it ends at ${read}, which has not passed yet (it is ${expected} here); send it when it is over`;
    case "overlap":
      return `${read} overlaps row ${other ?? "?"} (${expected}); say each time once`;
    case "overlap_kept":
      return `${read} is a part of ${expected}, which was said before; say all of that time anew, in one row or in several`;
    case "nothing_said":
      return "it says nothing: give ok, revenue or refund";
    case "failed_alone":
      return "failed goes with ok: say how many were produced, 0 if none";
    case "cost_kind":
      return `${said}is no kind of cost; write one of ${expected}`;
    case "columns":
      return `it has ${read} cells where the header has ${expected}`;
    case "quote":
    case "quote_open":
      return "its quotes are broken; double a quote inside a quoted cell";
    case "blank":
      return "it is blank";
    case "formula":
      return `${said}is a formula; write the figure`;
    case "separators":
      return `${said}has thousands separators or a decimal comma; write digits and at most one point: 1234.5`;
    case "currency_sign":
      return `${said}has a currency sign; write the figure alone and the currency in its own column`;
    case "exponent":
      return `${said}has an exponent; write it out`;
    case "decimals":
      return `${said}has more than six decimals; round it`;
    case "too_large":
      return `${said}has more than thirteen digits before the point`;
    case "negative":
      return `${said}is negative; write 0 or more, and what went back as refund`;
    case "currency_missing":
      return "it says no currency; write a code like CNY";
    case "currency_unknown":
      return `${said}is no currency; write a code of ISO 4217 like CNY`;
    case "date":
      return `${said}is no time; write ${expected === "" ? "2026-11-01T09:00:00+08:00" : expected}`;
    case "too_long":
      return `it has more than ${expected} characters`;
    default:
      return `${said}is not understood${expected === "" ? "" : `; write ${expected}`}`;
  }
}

import { withoutMoneyOrder } from "./money-order.ts";

/**
 * What somebody without the right "money.see" gets of an answer: everything but amounts of money, and what one could work
 * them out from. Hidden is null, as what is not known is; pages tell them apart by the reader's rights.
 */

/** Keys of amounts by their ending: `costMicro`, `micro`, `powerMicroPerKwh`, and columns as an audit names them. */
const AMOUNT = /(?:^m|M)icro(?:PerKwh)?$|(?:^|_)micro(?:_per_kwh)?$/;

/** End like amounts and count produced units. */
export const UNIT_KEYS: ReadonlySet<string> = new Set([
  "okMicro",
  "failedMicro",
  "okBeforeMicro",
  "okAfterMicro",
  "unitsMicro",
  "ok_micro",
  "failed_micro",
]);

/** Of money, whatever they are called: lists of amounts, ratios of amounts, and amounts as people write them. */
export const MONEY_KEYS: ReadonlySet<string> = new Set([
  "costByDay",
  "byDay",
  "marginRatio",
  "marginRatioBefore",
  "roi",
  "listRatio",
  "amount",
  "perUnit",
  "perDay",
  "perMonth",
  "purchase",
  "powerPrice",
]);

/** Rules of health whose sentences name amounts, for incidents of before they said so themselves. */
const MONEY_RULES: ReadonlySet<string> = new Set(["waste-per-day", "budget-pace", "margin-negative"]);
const MONEY_SIGNALS: ReadonlySet<unknown> = new Set(["waste_per_day", "budget_pace", "margin"]);
const MONEY_TABLES: ReadonlySet<unknown> = new Set(["unit_price", "other_cost", "revenue"]);

const OF_MONEY = { zh: "与金额有关，金额不可见", en: "about money; the amounts are hidden" } as const;

type Answer = Readonly<Record<string, unknown>>;

/** Figures that are money by what stands beside them: which of its keys, and what they become. */
const BY_COMPANY: readonly (readonly [is: (one: Answer) => boolean, put: (one: Answer) => Answer])[] = [
  // before and after of an import, by currency
  [({ currency, before, after }) => isText(currency) && isText(before) && isText(after), nulls("before", "after")],
  // a line of what applying features.yaml would do
  [({ what, fields }) => MONEY_TABLES.has(what) && Array.isArray(fields), () => ({ fields: [] })],
  // Today: a price or the waste of a pool moved
  [
    ({ kind, values }) => (kind === "price" || kind === "waste") && isObject(values),
    ({ values }) => emptied({ values }),
  ],
  // evidence of a rule about money, and the rule's own limit
  [({ signal }) => MONEY_SIGNALS.has(signal), () => ({ value: null, threshold: null, text: "" })],
  [({ kind, measure }) => kind === "money" && MONEY_SIGNALS.has(measure), nulls("threshold")],
  // incidents of such rules: their sentences are filled with amounts
  [(one) => isOfMoney(one) && isObject(one["summary"]) && !("condition" in one), () => ({ summary: OF_MONEY })],
  [(one) => isOfMoney(one) && isObject(one["what"]), () => ({ what: OF_MONEY })],
  [(one) => isOfMoney(one) && isObject(one["values"]), ({ values }) => emptied({ values })],
  // such an incident's page: what was sent of it, and what was said when
  [({ row, timeline }) => isObject(row) && isOfMoney(row) && Array.isArray(timeline), hideMessages],
  // ladders: how many times the best offer, and from which price on
  [({ key, text }) => (key === "ratio" || key === "spot_risk") && isText(text), nulls("value")],
  // the checklist: what costs, wastes or loses, and who
  [isCostCheck, ({ values }) => ({ ...emptied({ values }), measure: null, before: null, named: [] })],
  [({ item }) => isObject(item) && isCostCheck(item), hideCheckRow],
  // a run of a report in a list: its one sentence names the money
  [({ headline, valueHash }) => isObject(headline) && isText(valueHash), () => ({ headline: { zh: "", en: "" } })],
  // reports: changes and figures of a margin are ratios
  [({ unit }) => unit === "money", nulls("value")],
  [({ kind }) => kind === "feature_margin", hideChange],
  [({ id, now }) => id === "margin" && isObject(now), hideChange],
];

/** The answer without money, and no list in an order that money gives. Everything else is as it was; parts without money are the same objects. */
export function withoutMoney<T>(answer: T): T {
  return hidden(answer) as T;
}

/** Whether what stands under this key is an amount, or says as much as one. */
export const isMoneyKey = (key: string): boolean => (AMOUNT.test(key) && !UNIT_KEYS.has(key)) || MONEY_KEYS.has(key);

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return sameOr(value, withoutMoneyOrder(value).map(hidden));
  if (!isObject(value)) return value;
  const put = BY_COMPANY.filter(([is]) => is(value)).map(([, of]) => of(value));
  const over: Answer = Object.assign({}, ...put);
  let isSame = true;
  const next = Object.entries(value).map(([key, one]): [string, unknown] => {
    const shown = key in over ? over[key] : isMoneyKey(key) ? nulled(one) : hidden(one);
    isSame &&= Object.is(shown, one);
    return [key, shown];
  });
  return isSame ? value : Object.fromEntries(next);
}

/** Amounts of a money key; a list of objects is looked into, for they name more than money. */
function nulled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nulled);
  return isObject(value) ? hidden(value) : null;
}

const sameOr = (before: readonly unknown[], after: readonly unknown[]): unknown =>
  after.every((one, i) => Object.is(one, before[i])) ? before : after;

function nulls(...keys: readonly string[]): (one: Answer) => Answer {
  return (one) => Object.fromEntries(keys.filter((key) => key in one).map((key) => [key, null]));
}

/** Records of figures with every figure gone: the sentences that name them find nothing. */
const emptied = (one: Answer): Answer =>
  Object.fromEntries(
    Object.entries(one).flatMap(([key, values]) =>
      isObject(values) ? [[key, Object.fromEntries(Object.keys(values).map((name) => [name, null]))]] : [],
    ),
  );

function isOfMoney({ isOfMoney: said, family, ruleId }: Answer): boolean {
  return said === true || family === "money" || (isText(ruleId) && MONEY_RULES.has(ruleId));
}

function isCostCheck({ id, group, unit }: Answer): boolean {
  return isText(id) && (group === "cost" || unit === "micro");
}

function hideCheckRow({ result, history, condition }: Answer): Answer {
  const points = Array.isArray(history)
    ? history.map((one: unknown) => (isObject(one) ? { ...one, measure: null } : one))
    : [];
  return {
    history: points,
    ...(isObject(result)
      ? { result: { ...result, ...emptied({ values: result["values"] }), measure: null, before: null, named: [] } }
      : {}),
    ...(isObject(condition) ? { condition: { ...condition, warn: null, bad: null } } : {}),
  };
}

function hideMessages({ timeline, deliveries }: Answer): Answer {
  const each = (list: unknown, over: Answer): unknown =>
    Array.isArray(list) ? list.map((one: unknown) => (isObject(one) ? { ...one, ...over } : one)) : list;
  return { timeline: each(timeline, { body: null }), deliveries: each(deliveries, { title: "" }) };
}

function hideChange({ now, before }: Answer): Answer {
  const gone = (amount: unknown): unknown => (isObject(amount) ? { ...amount, value: null } : amount);
  return { now: gone(now), before: gone(before) };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

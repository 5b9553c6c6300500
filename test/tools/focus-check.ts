import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Reads FOCUS' own rule file (focus_validator, model-1.2.json) and judges rows by it: what a rule needs is in the file as
 * check functions, and here each of them is one small function. Nothing about a column is written down twice.
 */
export type Row = Readonly<Record<string, string | null>>;

type Check = {
  readonly CheckFunction?: string;
  readonly Items?: readonly Check[];
  readonly ModelRuleId?: string;
  readonly ColumnName?: string;
  readonly CheckCondition?: string; // two rules of the file write ColumnName so
  readonly ColumnAName?: string;
  readonly ColumnBName?: string;
  readonly ResultColumnName?: string;
  readonly ExpectedCount?: number;
  readonly Value?: string | number | null;
  readonly AND?: Check | readonly Check[]; // and two write a condition so
};
type Rule = {
  readonly Function: string;
  readonly Reference: string;
  readonly Type: string;
  readonly EntityType: string;
  readonly ApplicabilityCriteria: readonly string[];
  readonly ValidationCriteria: {
    readonly MustSatisfy: string;
    readonly Keyword: string;
    readonly Requirement: Check;
    readonly Condition: Check;
  };
};
export type FocusModel = {
  readonly ApplicabilityCriteria: Readonly<Record<string, unknown>>;
  readonly CheckFunctions: Readonly<Record<string, unknown>>;
  readonly ModelRules: Readonly<Record<string, Rule>>;
};

export type Verdict = {
  readonly rule: string;
  readonly says: string;
  readonly keyword: string;
  readonly result: "pass" | "fail" | "vacuous" | "not_applicable" | "not_static" | "permission";
  readonly why: string; // of a failure: the first row and its value; of what does not apply: the criterion
  readonly failures: number;
};

const FILE = resolve("../shared/data/focus/model-1.2.json");

/** The rule file; null with the reason when it is not there. */
export function readFocusModel(): FocusModel | string {
  if (!existsSync(FILE)) return `${FILE} is not there: it comes with the project's reference data`;
  return JSON.parse(readFileSync(FILE, "utf8")) as FocusModel;
}

const equals = (ColumnName: string, Value: string | null): Check => ({
  CheckFunction: "CheckValue",
  ColumnName,
  Value,
});
const differs = (ColumnName: string, Value: string | null): Check => ({
  CheckFunction: "CheckNotValue",
  ColumnName,
  Value,
});

/** Rules of the file whose check says something else than their words. Judged by their words. */
export const CORRECTED: Readonly<
  Record<string, { readonly Requirement?: Check; readonly Condition?: Check; readonly why: string }>
> = {
  "CommitmentDiscountStatus-C-003-C": {
    Requirement: equals("CommitmentDiscountStatus", null),
    why: "its words: null without a CommitmentDiscountId; its check: not null",
  },
  "CommitmentDiscountStatus-C-004-C": {
    Condition: {
      CheckFunction: "AND",
      Items: [differs("CommitmentDiscountId", null), equals("ChargeCategory", "Usage")],
    },
    why: "its words: of Usage with a CommitmentDiscountId; its condition: without one",
  },
  "CommitmentDiscountStatus-C-005-M": {
    Requirement: {
      CheckFunction: "OR",
      Items: [equals("CommitmentDiscountStatus", "Used"), equals("CommitmentDiscountStatus", "Unused")],
    },
    why: "the specification allows Used and Unused; its check names the states of a contract",
  },
  "ConsumedQuantity-C-006-C": {
    Condition: differs("ChargeClass", "Correction"),
    why: "its words: where ChargeClass is not Correction; its condition: where it is",
  },
};

/** Judges rows by every rule that can be reached from the data set. @param supported criteria that apply to the file */
export function checkFocus(rows: readonly Row[], model: FocusModel, supported: ReadonlySet<string>): Verdict[] {
  return new Checker(rows, model, supported).run();
}

type Asked = { readonly conditions: readonly Check[]; readonly criteria: readonly string[] };

class Checker {
  readonly #rows: readonly Row[];
  readonly #columns: ReadonlySet<string>;
  readonly #model: FocusModel;
  readonly #supported: ReadonlySet<string>;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #distinct = new Map<string, ReadonlyMap<string, number>>();

  constructor(rows: readonly Row[], model: FocusModel, supported: ReadonlySet<string>) {
    this.#rows = rows;
    this.#columns = new Set(Object.keys(rows[0] ?? {}));
    this.#model = model;
    this.#supported = supported;
  }

  run(): Verdict[] {
    this.#ask("CostAndUsage-D-000-M", { conditions: [], criteria: [] });
    return [...this.#verdicts.values()];
  }

  /** A rule under the conditions and criteria of those it is a part of. */
  #ask(id: string, { conditions, criteria }: Asked): void {
    const rule = this.#ruleOf(id);
    const { Requirement, Condition } = rule.ValidationCriteria;
    const asked = {
      conditions: isSaid(Condition) ? [...conditions, Condition] : conditions,
      criteria: [...criteria, ...rule.ApplicabilityCriteria],
    };
    const parts = Requirement.CheckFunction === "AND" ? partsOf(Requirement) : null;
    if (parts !== null) for (const part of parts) this.#ask(part, asked);
    else if (!this.#verdicts.has(id)) this.#verdicts.set(id, this.#judge(id, rule, asked));
  }

  #ruleOf(id: string): Rule {
    const rule = this.#model.ModelRules[id];
    if (rule === undefined) throw new Error(`the rule file names ${id} and does not have it`);
    const corrected = CORRECTED[id];
    return corrected === undefined
      ? rule
      : { ...rule, ValidationCriteria: { ...rule.ValidationCriteria, ...corrected } };
  }

  #judge(id: string, rule: Rule, { conditions, criteria }: Asked): Verdict {
    const { MustSatisfy: says, Keyword: keyword, Requirement } = rule.ValidationCriteria;
    const verdict = (result: Verdict["result"], why = "", failures = 0) => ({
      rule: id,
      says,
      keyword,
      result,
      why,
      failures,
    });
    const missing = criteria.filter((criterion) => !this.#supported.has(criterion));
    if (missing.length > 0) return verdict("not_applicable", missing.join(", "));
    if (rule.Type !== "Static" || !isSaid(Requirement)) return verdict("not_static");
    if (keyword === "MAY") return verdict("permission");
    if (Requirement.CheckFunction === "ColumnPresent")
      return this.#columns.has(Requirement.ColumnName ?? "")
        ? verdict("pass")
        : verdict("fail", "the column is not there", 1);
    if (!this.#columns.has(rule.Reference)) return verdict("vacuous", "the column is not there");
    const about = this.#rows.filter((row) => conditions.every((condition) => this.#test(condition, row) === true));
    if (about.length === 0) return verdict("vacuous", "no row meets its condition");
    const failed = about.filter((row) => this.#test(Requirement, row) === false);
    const [first] = failed;
    if (first === undefined) return verdict("pass");
    return verdict("fail", `${rule.Reference} = ${JSON.stringify(first[rule.Reference] ?? null)}`, failed.length);
  }

  /** As SQL would: null where a value that is null is compared with another. */
  #test(check: Check, row: Row): boolean | null {
    if (check.AND !== undefined) return all([check.AND].flat().map((item) => this.#test(item, row)));
    const cell = row[check.ColumnName ?? check.CheckCondition ?? ""] ?? null;
    switch (check.CheckFunction) {
      case "AND":
        return all((check.Items ?? []).map((item) => this.#test(item, row)));
      case "OR":
        return any((check.Items ?? []).map((item) => this.#test(item, row)));
      case "CheckModelRule":
        return this.#test(this.#ruleOf(check.ModelRuleId ?? "").ValidationCriteria.Requirement, row);
      case "CheckValue":
        return check.Value === null ? cell === null : cell === null ? null : isSame(cell, check.Value);
      case "CheckNotValue":
        return check.Value === null ? cell !== null : cell === null || !isSame(cell, check.Value);
      case "CheckSameValue":
        return row[check.ColumnAName ?? ""] === row[check.ColumnBName ?? ""];
      case "CheckNotSameValue":
        return row[check.ColumnAName ?? ""] !== row[check.ColumnBName ?? ""];
      case "CheckDistinctCount":
        return this.#countOf(check).get(row[check.ColumnAName ?? ""] ?? "") === check.ExpectedCount;
      case "CheckGreaterOrEqualThanValue":
        return cell === null ? null : Number(cell) >= Number(check.Value);
      case "ColumnByColumnEqualsColumnValue":
        return isProduct(row[check.ColumnAName ?? ""], row[check.ColumnBName ?? ""], row[check.ResultColumnName ?? ""]);
      default:
        return cell === null ? null : formatTest(check.CheckFunction ?? "")(cell);
    }
  }

  #countOf({ ColumnAName = "", ColumnBName = "" }: Check): ReadonlyMap<string, number> {
    const name = `${ColumnAName} ${ColumnBName}`;
    const known = this.#distinct.get(name);
    if (known !== undefined) return known;
    const values = new Map<string, Set<string | null>>();
    for (const row of this.#rows) {
      const key = row[ColumnAName] ?? "";
      values.set(key, (values.get(key) ?? new Set()).add(row[ColumnBName] ?? null));
    }
    const counts = new Map([...values].map(([key, of]) => [key, of.size]));
    this.#distinct.set(name, counts);
    return counts;
  }
}

const isSaid = (check: Check): boolean => Object.keys(check).length > 0;

/** Rules an AND is made of; null when it is made of checks. */
function partsOf({ Items = [] }: Check): string[] | null {
  const parts = Items.map(({ CheckFunction, ModelRuleId }) =>
    CheckFunction === "CheckModelRule" ? ModelRuleId : undefined,
  );
  return parts.every((part) => part !== undefined) ? parts : null;
}

const all = (tests: readonly (boolean | null)[]): boolean | null =>
  tests.includes(false) ? false : tests.includes(null) ? null : true;
const any = (tests: readonly (boolean | null)[]): boolean | null =>
  tests.includes(true) ? true : tests.includes(null) ? null : false;

const NUMERIC = /^-?\d+(\.\d+)?(E-?\d+)?$/;
const isSame = (cell: string, value: string | number | undefined): boolean =>
  typeof value === "number"
    ? NUMERIC.test(cell) && Number(cell) === value
    : cell === value || (NUMERIC.test(cell) && NUMERIC.test(value ?? "") && Number(cell) === Number(value));

/** Costs have six decimals: a product that rounds to another one is another amount. */
function isProduct(
  a: string | null | undefined,
  b: string | null | undefined,
  result: string | null | undefined,
): boolean | null {
  if (a == null || b == null || result == null) return null;
  return Math.abs(Number(a) * Number(b) - Number(result)) < Math.max(1e-6, Math.abs(Number(result)) * 1e-12);
}

/** What a format asks of a value that is there. @throws for a function of the file nobody has written down here */
function formatTest(name: string): (cell: string) => boolean {
  const test = FORMATS.get(name);
  if (test === undefined)
    throw new Error(`the rule file asks for ${name}, which test/tools/focus-check.ts does not know`);
  return test;
}

const isString = (cell: string): boolean => cell.trim() !== "" && !/\p{Cs}/u.test(cell);
const isInstant = (cell: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(cell) && !Number.isNaN(Date.parse(cell));
const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
const isCurrency = (cell: string): boolean => CURRENCIES.has(cell);
/** UnitFormat: a unit, a unit and a time ("GB-Hours"), or a quantity of units. */
const isUnit = (cell: string): boolean =>
  /^(\d+ )?[A-Z][A-Za-z]*(-(Hours|Minutes|Seconds|Days|Months|Years))?(\/[A-Z][a-z]+)?$/.test(cell);

function isKeyValue(cell: string): boolean {
  try {
    const value: unknown = JSON.parse(cell);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return Object.values(value).every((one) => typeof one !== "object" || one === null);
  } catch {
    return false;
  }
}

const isNumeric = (cell: string): boolean => NUMERIC.test(cell);
const FORMATS: ReadonlyMap<string, (cell: string) => boolean> = new Map([
  ["TypeDecimal", isNumeric],
  ["FormatNumeric", isNumeric],
  ["CheckDecimalValue", isNumeric],
  ["TypeString", isString],
  ["FormatString", isString],
  ["TypeDateTime", isInstant],
  ["FormatDateTime", isInstant],
  ["FormatUnit", isUnit],
  ["FormatKeyValue", isKeyValue],
  ["FormatCurrency", isCurrency],
  ["CheckNationalCurrency", isCurrency],
]);

/** Rows of a CSV file as a FOCUS validator reads it: an empty cell and NULL are null. */
export function readRows(csv: string): Row[] {
  const [head = [], ...lines] = cellsOf(csv.replace(/^\uFEFF/, ""));
  return lines.map((cells) =>
    Object.fromEntries(head.map((name, i) => [name, ["", "NULL"].includes(cells[i] ?? "") ? null : cells[i]!])),
  );
}

function cellsOf(csv: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (end === "" && quoted === undefined && plain === "" && line.length === 0) break;
    line.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === ",") continue;
    lines.push(line);
    line = [];
    if (end === "") break;
  }
  return lines;
}

import type { TFunction } from "i18next";
import type { Currency } from "../../db/model/money.ts";
import type { CheckItem, CheckResult } from "../../db/model/patrol.ts";
import type { TwoTongues } from "../../db/model/rule.ts";
import type { Format, Lang } from "./format.ts";
import { NOT_SAID_TEXT } from "./format.ts";
import { spanText } from "./span-text.ts";

type Writer = {
  readonly format: Format;
  readonly lang: Lang;
  readonly currency: Currency;
  readonly t: TFunction;
};

/** What an item found, in the reader's language, figures written. A sentence nobody wrote is "". */
export function checkSentence({ item, result }: { item: CheckItem; result: CheckResult }, by: Writer): string {
  const words: TwoTongues | undefined = Object.hasOwn(item.sentences, result.because)
    ? item.sentences[result.because]
    : undefined;
  return (words?.[by.lang] ?? "").replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    valueText(name, Object.hasOwn(result.values, name) ? (result.values[name] ?? null) : null, item, by),
  );
}

/** By what the key ends in: …Micro money, …Ratio a share, …Ms a span, …At an instant. */
function valueText(name: string, value: string | number | null, item: OfWhat, { format, currency, t }: Writer): string {
  if (value === null) return absent(item, format);
  if (name.endsWith("Micro")) return /^-?\d+$/.test(String(value)) ? format.money(String(value), currency) : "";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return NOT_SAID_TEXT;
  if (/[rR]atio$/.test(name)) return format.percent(value);
  if (name.endsWith("Ms")) return spanText(value, t);
  if (name.endsWith("At")) return format.dateTime(value);
  return format.decimal(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2);
}

type OfWhat = Pick<CheckItem, "group" | "unit">;

/** What is null of an item of cost may be hidden, whatever it is counted in. */
const absent = ({ group, unit }: OfWhat, format: Format): string =>
  group === "cost" || unit === "micro" ? format.noAmount : NOT_SAID_TEXT;

/** A measure in the item's unit. Units this does not know are plain figures. */
export function measureText(measure: number | null, item: OfWhat, { format, currency, t }: Writer): string {
  if (measure === null) return absent(item, format);
  switch (item.unit) {
    case "ratio":
      return format.percent(measure);
    case "micro":
      return format.moneyCompact(String(Math.round(measure)), currency);
    case "ms":
      return spanText(measure, t);
    default:
      return format.decimal(measure, Number.isInteger(measure) ? 0 : 2);
  }
}

import { stringify } from "yaml";
import type { Feature, HolderMatch, RevenueLine } from "../../../db/model/feature.ts";
import { decimalMoney, microOf } from "../../../db/model/money.ts";
import { type Selector, SELECTOR_PARTS } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { OtherCostRow, UnitPriceRow, UsageSourceRow } from "../../../db/model/usage-views.ts";
import { writeHour } from "../../domain/mapping/written-rules.ts";
import { dayText, daysBegunIn } from "../../domain/usage/calendar.ts";

/** A rule with the key of its feature. */
export type KeyedRule = {
  readonly name: string;
  readonly feature: string;
  readonly match: HolderMatch;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** Everything features.yaml can say. */
export type Catalogue = {
  readonly features: readonly Feature[];
  readonly rules: readonly KeyedRule[];
  readonly unitPrices: readonly UnitPriceRow[];
  readonly otherCosts: readonly OtherCostRow[];
  readonly revenue: readonly RevenueLine[];
  readonly usage: readonly UsageSourceRow[];
};

const HEAD = `# Features, mapping rules, unit prices, other costs and units of Dapan.
# Look what a change would do with: dapan apply -f features.yaml --dry-run
# Times are of the zone`;

/** A features.yaml that says all of it: applying it changes nothing. */
export function writeCatalogue(catalogue: Catalogue, zone: string): string {
  const hour = (at: number | null) => (at === null || at === 0 ? undefined : writeHour(at as UnixMs, zone));
  const value = {
    features: catalogue.features.map(({ id: _id, owns, archivedAt, ...said }) => {
      return { ...said, owns: owns.map(saidParts), archived: archivedAt === null ? undefined : "true" };
    }),
    rules: catalogue.rules.map(({ name, feature, match, from, to }) => {
      return { name, feature, match, from: hour(from), to: hour(to) };
    }),
    unitPrices: catalogue.unitPrices.map(({ feature, perUnitMicro, currency, from, to }) => {
      return { feature, price: amount(perUnitMicro), currency, from: hour(from), to: hour(to) };
    }),
    otherCosts: catalogue.otherCosts.flatMap(({ feature, kind, note, perDayMicro, currency, from, to }) => {
      const said = { feature, kind, note: note === "" ? undefined : note, perDay: amount(perDayMicro), currency };
      const days = daysBegunIn({ from: from as UnixMs, to: to as UnixMs | null }, zone); // the file knows whole days
      if (days === null) return [];
      return [{ ...said, from: dayText(days.from), to: days.to === null ? undefined : dayText(days.to) }];
    }),
    revenue: catalogue.revenue.map(({ feature, kind, amountMicro, currency, from, to }) => {
      const paid = decimalMoney(amountMicro < 0n ? -amountMicro : amountMicro);
      return { feature, kind, amount: paid, currency, from: writeHour(from, zone), to: writeHour(to, zone) };
    }),
    usage: catalogue.usage.flatMap(({ feature, name, promql }) => (promql === null ? [] : [{ feature, name, promql }])),
  };
  // every scalar is text when it is read: only what YAML itself would misread is quoted
  return `${HEAD} ${zone}.\n${stringify(value, { schema: "failsafe", lineWidth: 0, aliasDuplicateObjects: false })}`;
}

const amount = (micro: string): string => decimalMoney(microOf(micro));

const saidParts = (selector: Selector): Partial<Selector> =>
  Object.fromEntries(SELECTOR_PARTS.filter((part) => selector[part] !== "").map((part) => [part, selector[part]]));

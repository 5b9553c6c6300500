import type { BillingType, PoolKey } from "../../../db/model/fleet.ts";
import type { LedgerState } from "../../../db/model/ledger.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import type { FocusRow } from "./columns.ts";
import { amount, hours, perHour } from "./decimals.ts";

/** Time of one pool, feature, price and state in one day, and what it came to. */
export type FocusCharge = {
  readonly period: Window; // the calendar day of the installation's zone, or the part of it that has passed
  readonly month: Window; // the calendar month that holds it
  readonly pool: PoolKey & { readonly id: number };
  readonly feature: { readonly key: string; readonly team: string }; // key "" = nobody, "unattributed"
  readonly tier: string; // P0…P3, "unknown"
  readonly state: LedgerState;
  readonly ms: number;
  readonly currency: Currency; // the file's
  readonly micro: Micro | null; // in it; null = no price, or no rate out of the price's currency
  readonly listMicro: Micro | null; // the same time by published list prices; null = there is none
  readonly price: FocusPrice | null; // null = unpriced
};

export type FocusPrice = {
  readonly id: number;
  readonly currency: Currency;
  readonly micro: Micro; // what the time came to in it
  readonly isList: boolean;
  readonly contract: string; // number of the vendor contract; "" = none named
  readonly from: number; // unix ms
};

type Parts = Partial<FocusRow>;

/**
 * A row of what time came to. Fees by the month are spread over the hours they pay for, so every row is a Usage row, and
 * BilledCost, ContractedCost and EffectiveCost are one amount. Cards under a reservation are the exception: their fee
 * stands in a Purchase row (`purchaseRow`) and their time is billed 0.
 */
export function usageRow(charge: FocusCharge): FocusRow {
  const { ms, state, price, pool } = charge;
  const { currency, cost } = shownCost(charge);
  const list = price === null || price.isList || charge.listMicro === null ? cost : charge.listMicro;
  const commitment = commitmentOf(charge);
  const isUnused = commitment !== null && state === "free";
  return {
    ...common(charge, currency),
    BilledCost: commitment === null ? amount(cost) : "0",
    ChargeCategory: "Usage",
    ChargeDescription: `${pool.model} ${state} ${charge.feature.key || "held by nobody"}`,
    ChargeFrequency: FREQUENCY[pool.billing],
    ConsumedQuantity: isUnused ? null : hours(ms),
    ConsumedUnit: isUnused ? null : UNIT,
    ContractedCost: amount(cost),
    ContractedUnitPrice: perHour(cost, ms),
    EffectiveCost: amount(cost),
    ListCost: amount(list),
    ListUnitPrice: perHour(list, ms),
    PricingCategory: pool.billing === "reserved" && commitment === null ? "Other" : PRICING[pool.billing],
    ...pricingCurrency(charge, currency, list, cost),
    PricingQuantity: hours(ms),
    ...resourceOf(charge, isUnused ? commitment : null),
    ...(commitment === null ? NO_COMMITMENT : commitmentColumns(commitment, ms, isUnused ? "Unused" : "Used")),
    x_CardMilliseconds: String(ms),
    x_Feature: charge.feature.key || null,
    x_State: state,
    x_Team: charge.feature.team || null,
    Tags: tagsOf(charge),
  };
}

/** The reservation whose cards a charge is about; null = it is about none. */
export function commitmentOf({ pool, price }: Pick<FocusCharge, "pool" | "price">): string | null {
  if (pool.billing !== "reserved" || price === null) return null;
  if (price.contract !== "") return `${pool.vendor}/${price.contract}`;
  const since = new Date(price.from).toISOString().slice(0, 10);
  return [pool.vendor, pool.region, pool.zone, pool.cluster, pool.model, since].filter((part) => part !== "").join("/");
}

/**
 * The part of a reservation's fee that one day's time used up, billed: one row for each reservation and day.
 * @param charges of one reservation, pool and day; not []
 */
export function purchaseRow(charges: readonly FocusCharge[]): FocusRow {
  const [first] = charges;
  const commitment = first === undefined ? null : commitmentOf(first);
  if (first === undefined || commitment === null) throw new RangeError("a purchase is of time under a reservation");
  const ms = charges.reduce((all, charge) => all + charge.ms, 0);
  const { currency } = shownCost(first);
  const cost = charges.reduce((all, charge) => all + shownCost(charge).cost, 0n);
  const own = charges.reduce((all, charge) => all + (charge.price?.micro ?? 0n), 0n);
  const whole = { ...first, ms, price: first.price === null ? null : { ...first.price, micro: own } };
  return {
    ...common(first, currency),
    BilledCost: amount(cost),
    ChargeCategory: "Purchase",
    ChargeDescription: `${first.pool.model} reservation ${commitment}`,
    ChargeFrequency: "Recurring",
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ContractedCost: amount(cost),
    ContractedUnitPrice: perHour(cost, ms),
    EffectiveCost: "0",
    ListCost: amount(cost),
    ListUnitPrice: perHour(cost, ms),
    PricingCategory: "Standard",
    ...pricingCurrency(whole, currency, cost, cost),
    PricingCurrencyEffectiveCost: "0",
    PricingQuantity: hours(ms),
    ...resourceOf(first, commitment),
    ...commitmentColumns(commitment, ms, null),
    x_CardMilliseconds: null,
    x_Feature: null,
    x_State: null,
    x_Team: null,
    Tags: null,
  };
}

/** Money without a rate stays in its own currency: a row of another BillingCurrency, in no sum of the file's. */
function shownCost({ currency, micro, price }: FocusCharge): { readonly currency: Currency; readonly cost: Micro } {
  if (micro !== null || price === null) return { currency, cost: micro ?? 0n };
  return { currency: price.currency, cost: price.micro };
}

const UNIT = "Hours";
const FREQUENCY: Readonly<Record<BillingType, string>> = {
  monthly: "Recurring",
  reserved: "Recurring",
  owned: "Recurring",
  on_demand: "Usage-Based",
  spot: "Usage-Based",
  unknown: "Usage-Based",
};
const PRICING: Readonly<Record<BillingType, string>> = {
  monthly: "Standard", // 包年包月 rents the card itself at an agreed price: nothing is discounted by it
  on_demand: "Standard",
  reserved: "Committed",
  spot: "Dynamic",
  owned: "Other",
  unknown: "Other",
};

/** What a row has in common with every other of its pool and day. */
function common(charge: FocusCharge, currency: Currency) {
  const { period, month, pool, price } = charge;
  const vendor = pool.vendor || "unnamed vendor";
  return {
    AvailabilityZone: pool.zone || null,
    BillingAccountId: vendor,
    BillingAccountName: vendor,
    BillingCurrency: currency,
    BillingPeriodEnd: instant(month.to),
    BillingPeriodStart: instant(month.from),
    ChargeClass: null,
    ChargePeriodEnd: instant(period.to),
    ChargePeriodStart: instant(period.from),
    InvoiceId: null,
    InvoiceIssuerName: vendor,
    PricingUnit: UNIT,
    ProviderName: vendor,
    PublisherName: vendor,
    RegionId: pool.region || null,
    RegionName: pool.region || null,
    ServiceCategory: "Compute",
    ServiceName: "Accelerator cards",
    ServiceSubcategory: "Other (Compute)",
    SkuId: pool.model,
    SkuMeter: "Card time",
    SkuPriceDetails: JSON.stringify({ GpuCount: 1, x_CardModel: pool.model }),
    SkuPriceId: `${pool.model}/${price?.id ?? "unpriced"}`,
    x_Billing: pool.billing,
    x_Cluster: pool.cluster || null,
    x_PoolId: String(pool.id),
    x_PriceId: price === null ? null : String(price.id),
    x_PriceStatus: statusOf(charge),
    x_Tier: charge.tier,
  } satisfies Parts;
}

/** FOCUS has no null for a cost: what is not known stands as 0, and this says so. */
function statusOf({ price, micro }: FocusCharge): string {
  if (price === null) return "unpriced";
  if (micro === null) return "no_rate";
  return price.isList ? "list" : "agreed";
}

/** The same figures in the price's currency. List prices are known in the file's currency alone: the rate is that of the cost. */
function pricingCurrency({ ms, price }: FocusCharge, currency: Currency, list: Micro, cost: Micro) {
  const own = price === null ? cost : price.micro;
  const ownList = price === null || price.currency === currency || cost === 0n ? list : (list * own) / cost;
  return {
    PricingCurrency: price?.currency ?? currency,
    PricingCurrencyContractedUnitPrice: perHour(own, ms),
    PricingCurrencyEffectiveCost: amount(own),
    PricingCurrencyListUnitPrice: perHour(price?.currency === currency ? list : ownList, ms),
  } satisfies Parts;
}

/** Cards of a pool are alike: the pool is the resource. What nobody used of a reservation is the reservation's. */
function resourceOf({ pool }: FocusCharge, commitment: string | null) {
  const name = [pool.vendor, pool.region, pool.zone, pool.cluster, pool.model, pool.billing];
  return {
    ResourceId: commitment ?? `pool/${pool.id}`,
    ResourceName: commitment === null ? name.filter((part) => part !== "").join(" ") : null,
    ResourceType: commitment === null ? "Pool of accelerator cards" : "Reservation",
  } satisfies Parts;
}

const NO_COMMITMENT = {
  CommitmentDiscountCategory: null,
  CommitmentDiscountId: null,
  CommitmentDiscountName: null,
  CommitmentDiscountQuantity: null,
  CommitmentDiscountStatus: null,
  CommitmentDiscountType: null,
  CommitmentDiscountUnit: null,
} satisfies Parts;

const commitmentColumns = (id: string, ms: number, status: "Used" | "Unused" | null) =>
  ({
    CommitmentDiscountCategory: "Usage",
    CommitmentDiscountId: id,
    CommitmentDiscountName: id,
    CommitmentDiscountQuantity: hours(ms),
    CommitmentDiscountStatus: status,
    CommitmentDiscountType: "Reserved cards",
    CommitmentDiscountUnit: UNIT,
  }) satisfies Parts;

function tagsOf({ feature, pool, state, tier }: FocusCharge): string {
  const tags = { feature: feature.key, team: feature.team, cluster: pool.cluster, state, tier };
  return JSON.stringify(Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== "")));
}

const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

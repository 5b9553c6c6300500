import type { BillingType, PoolKey } from "../../../db/model/fleet.ts";
import type { LedgerState } from "../../../db/model/ledger.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import type { FocusRow } from "./columns.ts";
import { amount, hours, perHour } from "./decimals.ts";

/** What charges of one pool and price on one day have in common. One object for all of them: it is written out once. */
export type FocusPlace = {
  readonly period: Window; // the calendar day of the installation's zone, or the part of it that is booked
  readonly month: Window; // the calendar month that holds it
  readonly pool: PoolKey & { readonly id: number };
  readonly tier: string; // P0…P3, "unknown"
  readonly currency: Currency; // the file's
  readonly price: FocusPrice | null; // null = unpriced
};

export type FocusPrice = {
  readonly id: number;
  readonly currency: Currency;
  readonly isList: boolean;
  readonly contract: string; // number of the vendor contract; "" = none named
  readonly from: number; // unix ms
};

/** Time of one feature in one state, and what it came to. */
export type FocusCharge = {
  readonly at: FocusPlace;
  readonly feature: { readonly key: string; readonly team: string }; // key "" = nobody, "unattributed"
  readonly state: LedgerState;
  readonly ms: number;
  readonly micro: Micro | null; // in the file's currency; null = no price, or no rate out of the price's currency
  readonly ownMicro: Micro; // in the price's currency
  readonly listMicro: Micro | null; // the same time by published list prices; null = there is none
};

/**
 * A row of what time came to. Fees by the month are spread over the hours they pay for, so every row is a Usage row, and
 * BilledCost, ContractedCost and EffectiveCost are one amount. Cards under a reservation are the exception: their fee
 * stands in a Purchase row (`purchaseRow`) and their time is billed 0.
 */
export function usageRow(charge: FocusCharge): FocusRow {
  const { at, ms, state, feature } = charge;
  const base = baseOf(at);
  const cost = shownCost(charge);
  const { billing } = at.pool;
  const isUnused = base.commitment !== null && state === "free";
  return row(base, {
    charge,
    cost,
    list: at.price === null || at.price.isList || charge.listMicro === null ? cost : charge.listMicro,
    billed: base.commitment === null ? cost : 0n,
    effective: cost,
    category: "Usage",
    description: `${at.pool.model} ${state} ${feature.key || "held by nobody"}`,
    frequency: FREQUENCY[billing],
    pricing: billing === "reserved" && base.commitment === null ? "Other" : PRICING[billing],
    consumed: isUnused ? null : hours(ms),
    status: base.commitment === null ? null : isUnused ? "Unused" : "Used",
    isReservation: isUnused,
    tags: tagsOf(charge),
  });
}

/**
 * The part of a reservation's fee that one day's time used up, billed: one row for each reservation, pool and day.
 * @param charges of one reservation, pool, price and day; not []
 */
export function purchaseRow(charges: readonly FocusCharge[]): FocusRow {
  const [first] = charges;
  const base = first === undefined ? null : baseOf(first.at);
  if (first === undefined || base?.commitment == null)
    throw new RangeError("a purchase is of time under a reservation");
  const sum = (of: (charge: FocusCharge) => Micro): Micro => charges.reduce((all, charge) => all + of(charge), 0n);
  const cost = sum(shownCost);
  const ms = charges.reduce((all, charge) => all + charge.ms, 0);
  return row(base, {
    charge: { ...first, ms, ownMicro: sum(({ ownMicro }) => ownMicro) },
    cost,
    list: cost,
    billed: cost,
    effective: 0n,
    category: "Purchase",
    description: `${first.at.pool.model} reservation ${base.commitment}`,
    frequency: "Recurring",
    pricing: "Standard",
    consumed: null,
    status: null,
    isReservation: true,
    tags: null,
  });
}

/** The reservation whose cards a charge is about; null = it is about none. */
export function commitmentOf({ pool, price }: Pick<FocusPlace, "pool" | "price">): string | null {
  if (pool.billing !== "reserved" || price === null) return null;
  if (price.contract !== "") return `${pool.vendor}/${price.contract}`;
  const since = new Date(price.from).toISOString().slice(0, 10);
  return [pool.vendor, pool.region, pool.zone, pool.cluster, pool.model, since].filter((part) => part !== "").join("/");
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

/** Money without a rate stays in its own currency: a row of another BillingCurrency, in no sum of the file's. */
const shownCost = ({ at, micro, ownMicro }: FocusCharge): Micro => micro ?? (at.price === null ? 0n : ownMicro);
const billingCurrency = ({ at, micro }: FocusCharge): Currency =>
  micro === null && at.price !== null ? at.price.currency : at.currency;

/** FOCUS has no null for a cost: what is not known stands as 0, and this says so. */
function statusOf({ at: { price }, micro }: FocusCharge): string {
  if (price === null) return "unpriced";
  if (micro === null) return "no_rate";
  return price.isList ? "list" : "agreed";
}

function tagsOf({ feature, state, at: { pool, tier } }: FocusCharge): string {
  const tags = { feature: feature.key, team: feature.team, cluster: pool.cluster, state, tier };
  return JSON.stringify(Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== "")));
}

/** A place, written out. */
type Base = {
  readonly vendor: string;
  readonly zone: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
  readonly from: string;
  readonly to: string;
  readonly monthFrom: string;
  readonly monthTo: string;
  readonly poolName: string;
  readonly details: string;
  readonly skuPrice: string;
  readonly commitment: string | null;
};

const bases = new WeakMap<FocusPlace, Base>();

function baseOf(place: FocusPlace): Base {
  const known = bases.get(place);
  if (known !== undefined) return known;
  const { period, month, pool, price } = place;
  const parts = [pool.vendor, pool.region, pool.zone, pool.cluster, pool.model, pool.billing];
  const base: Base = {
    vendor: pool.vendor || "unnamed vendor",
    zone: pool.zone || null,
    region: pool.region || null,
    cluster: pool.cluster || null,
    from: instant(period.from),
    to: instant(period.to),
    monthFrom: instant(month.from),
    monthTo: instant(month.to),
    poolName: parts.filter((part) => part !== "").join(" "),
    details: JSON.stringify({ GpuCount: 1, x_CardModel: pool.model }),
    skuPrice: `${pool.model}/${price?.id ?? "unpriced"}`,
    commitment: commitmentOf(place),
  };
  bases.set(place, base);
  return base;
}

const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

type Values = {
  readonly charge: FocusCharge;
  readonly cost: Micro;
  readonly list: Micro;
  readonly billed: Micro;
  readonly effective: Micro;
  readonly category: "Usage" | "Purchase";
  readonly description: string;
  readonly frequency: string;
  readonly pricing: string;
  readonly consumed: string | null;
  readonly status: "Used" | "Unused" | null;
  readonly isReservation: boolean; // the row is about the reservation, not about cards of a pool
  readonly tags: string | null;
};

/** Every column. One object literal: rows come by the hundred thousand, and spreading parts together took ten times as long. */
function row(base: Base, values: Values): FocusRow {
  const { charge, cost, list, category, isReservation } = values;
  const { at, ms, ownMicro } = charge;
  const { pool, price } = at;
  const commitment = base.commitment;
  const currency = billingCurrency(charge);
  const isForeign = price !== null && price.currency !== currency;
  const quantity = hours(ms);
  const contracted = perHour(cost, ms);
  const listed = list === cost ? contracted : perHour(list, ms);
  const isUsage = category === "Usage";
  return {
    AvailabilityZone: base.zone,
    BilledCost: amount(values.billed),
    BillingAccountId: base.vendor,
    BillingAccountName: base.vendor,
    BillingCurrency: currency,
    BillingPeriodEnd: base.monthTo,
    BillingPeriodStart: base.monthFrom,
    ChargeCategory: category,
    ChargeClass: null,
    ChargeDescription: values.description,
    ChargeFrequency: values.frequency,
    ChargePeriodEnd: base.to,
    ChargePeriodStart: base.from,
    CommitmentDiscountCategory: commitment === null ? null : "Usage",
    CommitmentDiscountId: commitment,
    CommitmentDiscountName: commitment,
    CommitmentDiscountQuantity: commitment === null ? null : quantity,
    CommitmentDiscountStatus: values.status,
    CommitmentDiscountType: commitment === null ? null : "Reserved cards",
    CommitmentDiscountUnit: commitment === null ? null : UNIT,
    ConsumedQuantity: values.consumed,
    ConsumedUnit: values.consumed === null ? null : UNIT,
    ContractedCost: amount(cost),
    ContractedUnitPrice: contracted,
    EffectiveCost: amount(values.effective),
    InvoiceId: null,
    InvoiceIssuerName: base.vendor,
    ListCost: amount(list),
    ListUnitPrice: listed,
    PricingCategory: values.pricing,
    PricingCurrency: price?.currency ?? currency,
    PricingCurrencyContractedUnitPrice: isForeign ? perHour(ownMicro, ms) : contracted,
    PricingCurrencyEffectiveCost: amount(isForeign && isUsage ? ownMicro : values.effective),
    // list prices are known in the file's currency alone: they go back by the rate of the cost
    PricingCurrencyListUnitPrice: isForeign && cost > 0n ? perHour((list * ownMicro) / cost, ms) : listed,
    PricingQuantity: quantity,
    PricingUnit: UNIT,
    ProviderName: base.vendor,
    PublisherName: base.vendor,
    RegionId: base.region,
    RegionName: base.region,
    ResourceId: isReservation ? commitment : `pool/${pool.id}`,
    ResourceName: isReservation ? null : base.poolName,
    ResourceType: isReservation ? "Reservation" : "Pool of accelerator cards",
    ServiceCategory: "Compute",
    ServiceName: "Accelerator cards",
    ServiceSubcategory: "Other (Compute)",
    SkuId: pool.model,
    SkuMeter: "Card time",
    SkuPriceDetails: base.details,
    SkuPriceId: base.skuPrice,
    Tags: values.tags,
    x_Billing: pool.billing,
    x_CardMilliseconds: isUsage ? String(ms) : null,
    x_Cluster: base.cluster,
    x_Feature: isUsage ? charge.feature.key || null : null,
    x_PoolId: String(pool.id),
    x_PriceId: price === null ? null : String(price.id),
    x_PriceStatus: statusOf(charge),
    x_State: isUsage ? charge.state : null,
    x_Team: isUsage ? charge.feature.team || null : null,
    x_Tier: at.tier,
  };
}

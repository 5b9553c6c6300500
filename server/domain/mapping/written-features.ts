import { type Feature, WORK_KINDS } from "../../../db/model/feature.ts";
import { BILLING_TYPES } from "../../../db/model/fleet.ts";
import type { WrittenFeature } from "../../../db/model/mapping-views.ts";
import { type Selector, SELECTOR_PARTS } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { plainSelector } from "../pricing/selectors.ts";
import { nameFault, shown, wayOut, type WrittenFault, type WrittenPath } from "./faults.ts";

export const MOST_FEATURES = 2_000;
const MOST_OWNED = 100;
const KEY = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Words the ledger has for what is no feature's. */
const TAKEN = new Set(["unattributed", "nobody"]);

/** Everything said of a feature, without its id. */
export type FeatureTerms = Omit<Feature, "id">;

/** A feature as it would be: what is written over what is, everything wrong with it told. */
export function readFeature(
  written: WrittenFeature,
  before: Feature | undefined,
  now: UnixMs,
  at: WrittenPath,
  faults: WrittenFault[],
): FeatureTerms {
  const { key } = written;
  if (!KEY.test(key) || TAKEN.has(key))
    faults.push({
      code: "bad_key",
      at: [...at, "key"],
      value: shown(key),
      hint: TAKEN.has(key)
        ? "the ledger calls card-time without a feature so; choose another"
        : 'write up to 63 lower-case letters, digits and "-", beginning with a letter or digit: chat-assist',
    });
  const text = (field: "name" | "team" | "unit" | "unitSource", most: number, fallback: string): string => {
    const said = written[field]?.trim() ?? fallback;
    const fault = nameFault(said, most);
    if (fault !== null) faults.push({ ...fault, at: [...at, field], value: shown(said) });
    return said;
  };
  const kind = written.kind ?? before?.kind ?? "inference";
  if (!WORK_KINDS.includes(kind))
    faults.push({
      code: "bad_value",
      at: [...at, "kind"],
      value: shown(kind),
      ...wayOut("one_of", WORK_KINDS.join(", ")),
    });
  const archivedAt = before?.archivedAt ?? null;
  return {
    key,
    name: text("name", 120, before?.name ?? key) || key,
    team: text("team", 120, before?.team ?? ""),
    kind,
    unit: text("unit", 60, before?.unit ?? ""),
    unitSource: text("unitSource", 120, before?.unitSource ?? ""),
    owns: written.owns === undefined ? (before?.owns ?? []) : readOwned(written.owns, [...at, "owns"], faults),
    archivedAt: written.archived === undefined ? archivedAt : written.archived ? (archivedAt ?? now) : null,
  };
}

function readOwned(owns: readonly Partial<Selector>[], at: WrittenPath, faults: WrittenFault[]): readonly Selector[] {
  if (owns.length > MOST_OWNED)
    faults.push({ code: "too_long", at, value: `${owns.length} selectors`, ...wayOut("at_most", String(MOST_OWNED)) });
  return owns.slice(0, MOST_OWNED).map((part, i) => {
    const said = (name: (typeof SELECTOR_PARTS)[number]) => part[name] ?? "";
    for (const name of SELECTOR_PARTS) {
      const fault = nameFault(said(name), 200);
      if (fault !== null) faults.push({ ...fault, at: [...at, i, name], value: shown(said(name)) });
    }
    const billing = part.billing ?? "";
    if (billing !== "" && !BILLING_TYPES.includes(billing))
      faults.push({
        code: "bad_value",
        at: [...at, i, "billing"],
        value: shown(billing),
        ...wayOut("one_of", BILLING_TYPES.join(", ")),
      });
    if (SELECTOR_PARTS.every((name) => said(name).trim() === ""))
      faults.push({
        code: "bad_value",
        at: [...at, i],
        value: "",
        ...wayOut("owns_all"),
      });
    const [vendor, region, zone] = [said("vendor"), said("region"), said("zone")];
    const [cluster, model, contract] = [said("cluster"), said("model"), said("contract")];
    return plainSelector({ vendor, region, zone, cluster, model, billing, contract });
  });
}

/** Whether two say the same of a feature. */
export const isSameFeature = (a: FeatureTerms, b: FeatureTerms): boolean =>
  a.name === b.name &&
  a.team === b.team &&
  a.kind === b.kind &&
  a.unit === b.unit &&
  a.unitSource === b.unitSource &&
  a.archivedAt === b.archivedAt &&
  a.owns.length === b.owns.length &&
  a.owns.every((selector, i) => SELECTOR_PARTS.every((part) => selector[part] === b.owns[i]?.[part]));

import { createHash } from "node:crypto";
import type { Tx } from "../../../db/database.ts";
import type { CatalogueChange, CataloguePreview, MappingFault } from "../../../db/model/mapping-views.ts";
import type { ChangeNote, Deps } from "../../context.ts";
import { type Sight, WHOLE_SIGHT } from "../../domain/access/sight.ts";
import { featuresSeen } from "../../domain/access/team-scope.ts";
import { ServiceError } from "../../errors.ts";
import { prometheis } from "../usage/keep-sources.ts";
import type { UsageCatalogue } from "../usage/usage-port.ts";
import type { UnitsPort } from "./catalogue-port.ts";
import { readCatalogue } from "./catalogue-read.ts";
import { type KeyedRule, writeCatalogue } from "./catalogue-text.ts";
import { type Believed, type CatalogueWish, readWish } from "./catalogue-wish.ts";
import type { MappingWish } from "./change-mapping.ts";
import { explained, type MappingSaved, savedOf } from "./change-rules.ts";

export type CatalogueParts = Pick<Deps, "clock" | "features"> & {
  readonly config: Pick<Deps["config"], "current">;
  readonly usage: UnitsPort;
};

/** Everything there is, as far as it is somebody's to see, as a features.yaml: applying it changes nothing. */
export async function exportYaml(
  { config, features, usage }: CatalogueParts,
  sight: Pick<Sight, "money" | "teams"> = WHOLE_SIGHT,
): Promise<string> {
  const [unitPrices, otherCosts, sources, revenue] = await Promise.all([
    usage.unitPrices(null),
    usage.otherCostRows(null),
    usage.sources(null),
    features.fileRevenue(),
  ]);
  const own = new Set([...featuresSeen(features.list(), sight).values()].map(({ key }) => key));
  const ofOwn = <T extends { readonly feature: string }>(rows: readonly T[]): T[] =>
    rows.filter(({ feature }) => own.has(feature));
  const promql = ofOwn(sources.filter(({ kind }) => kind === "promql"));
  const money = { unitPrices: ofOwn(unitPrices), otherCosts: ofOwn(otherCosts), revenue: ofOwn(revenue) };
  const catalogue = {
    features: features.list().filter(({ key }) => own.has(key)),
    rules: ofOwn(keyedRules(features)),
    ...(sight.money ? money : NO_TERMS), // a section that is left out stays as it is when the file is applied
  };
  return writeCatalogue({ ...catalogue, usage: promql }, config.current().timeZone);
}

const NO_TERMS = { unitPrices: [], otherCosts: [], revenue: [] } as const;

function keyedRules(features: Deps["features"]): (KeyedRule & { readonly featureId: number })[] {
  const keys = new Map(features.list().map(({ id, key }) => [id, key]));
  return features.rules().map(({ name, featureId, match, from, to }) => {
    return { name, featureId, feature: keys.get(featureId) ?? "", match, from, to };
  });
}

/** What applying a features.yaml would change, and what that would move. Nothing is written. */
export async function previewYaml(
  parts: CatalogueParts,
  text: string,
  may: MaySay = EVERYTHING,
): Promise<CataloguePreview> {
  await parts.features.follow();
  const { wish, faults } = read(parts, text);
  if (wish === null) return await nothing(parts, faults);
  refuseMoney(wish, may);
  const trial = wish.units === null ? { changes: [], faults: [] } : await tryUnits(parts, wish, wish.units);
  if (trial.faults.length > 0) return await nothing(parts, trial.faults);
  const changes = [...wish.changes, ...trial.changes];
  const effect = await parts.features.effectOf(mappingOf(wish));
  return { faults: [], ...effect, changes, fingerprint: fingerprintOf(changes) };
}

/** What somebody may say in the file. */
export type MaySay = { readonly prices: boolean };
const EVERYTHING: MaySay = { prices: true };

/** @throws ServiceError invalid: a preview, too, would tell whether a guessed price is the present one */
function refuseMoney({ units }: CatalogueWish, { prices }: MaySay): void {
  if (prices || units === null) return;
  const said = (["unitPrices", "otherCosts", "revenue"] as const).find((section) => units[section].length > 0);
  if (said !== undefined)
    throw new ServiceError("invalid", `${said}: this needs the right "prices.write"; leave the section out`);
}

const nothing = async ({ features }: CatalogueParts, faults: readonly MappingFault[]): Promise<CataloguePreview> => ({
  ...(await features.effectOf({})),
  faults,
  changes: [],
  fingerprint: "",
});

function read(
  { clock, config, features }: CatalogueParts,
  text: string,
): { readonly wish: CatalogueWish | null; readonly faults: readonly MappingFault[] } {
  const { catalogue, faults, place } = readCatalogue(text);
  if (catalogue === null) return { wish: null, faults };
  const rules = keyedRules(features);
  const zone = config.current().timeZone;
  const names = prometheis(config.current()).map(({ name }) => name);
  const believed: Believed = { features: features.list(), rules, zone, now: clock.now(), prometheis: names };
  const wish = readWish(catalogue, believed);
  return wish.faults.length > 0 ? { wish: null, faults: place(wish.faults) } : { wish, faults: [] };
}

const mappingOf = ({ features, rules }: CatalogueWish): MappingWish =>
  rules === null ? { features } : { features, rules };

const TRIAL: ChangeNote = { who: "nobody", why: "a trial that is rolled back", source: "trial" };

/** Carries out the units' part and takes it back: only the tables know what it would change. */
async function tryUnits({ features, usage }: CatalogueParts, wish: CatalogueWish, units: UsageCatalogue) {
  const attempt = features.change({ features: wish.features }, TRIAL, {
    also: async (tx) => {
      throw new TrialOver(await usage.applyCatalogue(tx, units, TRIAL));
    },
  });
  const changes: readonly CatalogueChange[] = [];
  try {
    await attempt;
    return { changes, faults: [] };
  } catch (error) {
    if (error instanceof TrialOver) return { changes: error.changes, faults: [] };
    if (!(error instanceof ServiceError) || error.fault !== "invalid") throw error;
    const fault: MappingFault = { code: "bad_value", where: "units and money", value: "", hint: error.message };
    return { changes, faults: [fault] };
  }
}

class TrialOver extends Error {
  readonly changes: readonly CatalogueChange[];

  constructor(changes: readonly CatalogueChange[]) {
    super("the trial is over");
    this.changes = changes;
  }
}

export type CatalogueApplied = MappingSaved & { readonly changes: readonly CatalogueChange[] };

/**
 * Makes what a features.yaml says true: all of it in one transaction, or nothing.
 * @param fingerprint of the preview the person saw: other changes by now are refused
 * @throws ServiceError "invalid" with the faults, or because something changed since the preview
 */
export async function applyYaml(
  parts: CatalogueParts,
  text: string,
  fingerprint: string,
  note: ChangeNote,
  may: MaySay = EVERYTHING,
): Promise<CatalogueApplied> {
  const version = await parts.features.follow();
  const { wish, faults } = read(parts, text);
  if (wish === null) throw new ServiceError("invalid", faultText(faults));
  refuseMoney(wish, may);
  let changes: readonly CatalogueChange[] = [];
  const also = async (tx: Tx) => {
    const units = wish.units === null ? [] : await parts.usage.applyCatalogue(tx, wish.units, explained(note));
    changes = [...wish.changes, ...units];
    if (fingerprintOf(changes) !== fingerprint)
      throw new ServiceError("invalid", "something was changed since this preview; look at it again, then apply");
    return units.some(({ act }) => act !== "same");
  };
  const made = await parts.features.change(mappingOf(wish), explained(note), { also, version });
  if (made !== null && wish.units !== null) parts.usage.changed();
  return { ...savedOf(made), changes };
}

function faultText(faults: readonly MappingFault[]): string {
  const told = faults
    .slice(0, 5)
    .map(({ where, value, hint }) => `${where}: ${value === "" ? "" : `"${value}": `}${hint}`);
  return `${told.join("; ")}${faults.length > told.length ? `; and ${faults.length - told.length} more` : ""}`;
}

const fingerprintOf = (changes: readonly CatalogueChange[]): string =>
  createHash("sha256").update(JSON.stringify(changes)).digest("hex");

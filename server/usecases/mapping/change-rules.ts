import type { MappingPreview, WrittenFeature, WrittenRule } from "../../../db/model/mapping-views.ts";
import type { ChangeNote, Deps } from "../../context.ts";
import { pathText, placed, type WrittenFault } from "../../domain/mapping/faults.ts";
import { MOST_FEATURES, readFeature } from "../../domain/mapping/written-features.ts";
import { type ReadRule, readRules } from "../../domain/mapping/written-rules.ts";
import { ServiceError } from "../../errors.ts";
import type { MappingChanged } from "./change-mapping.ts";

type Parts = Pick<Deps, "clock" | "features"> & { readonly config: Pick<Deps["config"], "current"> };

/** What became of a change; everything 0 = it was all so already, and nothing was written. */
export type MappingSaved = Omit<MappingChanged, "holderIds">;

const NOTHING: MappingSaved = { features: 0, rules: { ended: 0, added: 0 }, holders: 0, sinceHour: null };

/** What these rules, in place of all there are, would move. Faults are told; then nothing would. */
export async function previewRules(parts: Parts, written: readonly WrittenRule[]): Promise<MappingPreview> {
  await parts.features.follow();
  const { rules, faults } = read(parts, written);
  const effect = await parts.features.effectOf(faults.length > 0 ? {} : { rules });
  return { faults: faults.map(placed), ...effect };
}

/**
 * Puts these rules in place of all there are.
 * @param version of the page they were made on: other features or rules by now are refused
 * @throws ServiceError "invalid" with everything that is wrong
 */
export async function saveRules(
  parts: Parts,
  { rules: written, version }: { readonly rules: readonly WrittenRule[]; readonly version: string },
  note: ChangeNote,
): Promise<MappingSaved> {
  await parts.features.follow();
  const { rules, faults } = read(parts, written);
  refuse(faults);
  return savedOf(await parts.features.change({ rules }, explained(note), { version }));
}

function read(
  { clock, config, features }: Parts,
  written: readonly WrittenRule[],
): { readonly rules: readonly ReadRule[]; readonly faults: readonly WrittenFault[] } {
  const known = new Map(features.list().map(({ key, archivedAt }) => [key, { isArchived: archivedAt !== null }]));
  return readRules(written, { features: known, zone: config.current().timeZone, now: clock.now() });
}

/** Makes a feature, or changes what is said of one. @throws ServiceError "invalid" with everything that is wrong */
export async function saveFeature(parts: Parts, written: WrittenFeature, note: ChangeNote): Promise<MappingSaved> {
  const { clock, features } = parts;
  const faults: WrittenFault[] = [];
  const version = await features.follow();
  const before = features.list().find(({ key }) => key === written.key);
  const terms = readFeature(written, before, clock.now(), [], faults);
  if (before === undefined && features.list().length >= MOST_FEATURES)
    faults.push({
      code: "too_long",
      at: ["key"],
      value: written.key,
      hint: `there are ${MOST_FEATURES} features already`,
    });
  refuse(faults);
  if (terms.archivedAt !== null && before?.archivedAt === null) refuseUsed(parts, before.id, written.key);
  return savedOf(await features.change({ features: [terms] }, explained(note), { version }));
}

/** A feature whose rules still take holders cannot go: their time would be nobody's. */
function refuseUsed({ clock, features }: Parts, featureId: number, key: string): void {
  const now = clock.now();
  const names = features
    .rules()
    .filter((rule) => rule.featureId === featureId && (rule.to === null || rule.to > now))
    .map(({ name }) => name);
  if (names.length > 0)
    throw new ServiceError(
      "invalid",
      `archived: mapping rules still give holders to ${key} (${names.slice(0, 3).join(", ")}); end them or name another feature, then archive it`,
    );
}

/** Archives a feature, or takes it back: its past stays where it is. */
export async function archiveFeature(
  parts: Parts,
  { key, archived }: { readonly key: string; readonly archived: boolean },
  note: ChangeNote,
): Promise<MappingSaved> {
  await parts.features.follow();
  if (!parts.features.list().some((feature) => feature.key === key))
    throw new ServiceError("not_found", `there is no feature ${key}; reload the list and choose again`);
  return await saveFeature(parts, { key, archived }, note);
}

function refuse(faults: readonly WrittenFault[]): void {
  if (faults.length === 0) return;
  const told = faults
    .slice(0, 5)
    .map(({ at, value, hint }) => `${pathText(at)}${value === "" ? "" : ` "${value}"`}: ${hint}`);
  const more = faults.length > told.length ? `; and ${faults.length - told.length} more` : "";
  throw new ServiceError("invalid", `${told.join("; ")}${more}`);
}

/** A change without a reason is a riddle in a year. */
export function explained(note: ChangeNote): ChangeNote {
  const why = note.why.trim();
  if (why === "")
    throw new ServiceError("invalid", "why: say why this changes, like: the chat team moved to namespace chat-v2");
  return { ...note, why };
}

export function savedOf(made: MappingChanged | null): MappingSaved {
  if (made === null) return NOTHING;
  const { holderIds: _holderIds, ...saved } = made;
  return saved;
}

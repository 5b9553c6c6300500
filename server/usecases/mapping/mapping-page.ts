import type { HolderRow } from "../../../db/model/ledger-views.ts";
import { UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { MappingPage, MappingRuleView } from "../../../db/model/mapping-views.ts";
import { DAY_MS, HOUR_MS, hourOf } from "../../../db/model/time.ts";
import { type Sight, WHOLE_SIGHT } from "../../domain/access/sight.ts";
import { featuresSeen } from "../../domain/access/team-scope.ts";
import { writeHour } from "../../domain/mapping/written-rules.ts";
import { type CatalogueParts, exportYaml } from "./catalogue.ts";
import type { HeldBy } from "./features-port.ts";

const MOST_LOOSE = 100;

/** Rules, features, whom no rule takes in the last 24 hours, and everything as features.yaml. */
export async function mappingPage(
  parts: CatalogueParts,
  sight: Pick<Sight, "money" | "teams"> = WHOLE_SIGHT,
): Promise<MappingPage> {
  const { clock, features } = parts;
  const version = await features.follow();
  const thisHour = hourOf(clock.now()) / HOUR_MS;
  const held = await features.held(thisHour + 1 - DAY_MS / HOUR_MS, thisHour + 1);
  const own = featuresSeen(features.list(), sight);
  const keys = new Set([...own.values()].map(({ key }) => key));
  return {
    version,
    zone: parts.config.current().timeZone,
    rules: (await ruleViews(parts, held, thisHour)).filter(({ feature }) => sight.teams === null || keys.has(feature)),
    features: [...own.values()].map(({ id, key, name, team, kind, unit, unitSource, owns, archivedAt }) => {
      return { id, key, name, team, kind, unit, unitSource, owns, isArchived: archivedAt !== null };
    }),
    unattributed: held
      .filter(({ holderId }) => sight.teams === null && features.featureOf(holderId, thisHour) === UNATTRIBUTED)
      .slice(0, MOST_LOOSE)
      .map(looseRow),
    yaml: await exportYaml(parts, sight),
  };
}

async function ruleViews(
  { features, config }: CatalogueParts,
  held: readonly HeldBy[],
  hour: number,
): Promise<MappingRuleView[]> {
  const notes = await features.ruleNotes();
  const keys = new Map(features.list().map(({ id, key }) => [id, key]));
  const taken = new Map<number, number>();
  for (const { holderId } of held) {
    const id = features.ruleOf(holderId, hour)?.id;
    if (id !== undefined) taken.set(id, (taken.get(id) ?? 0) + 1);
  }
  const { timeZone } = config.current();
  return features.rules().map(({ id, name, position, featureId, match, from, to, revision, knownFrom }) => {
    const said = notes.get(revision);
    const feature = keys.get(featureId) ?? "";
    return {
      id,
      name,
      position,
      feature,
      match,
      from,
      to,
      fromText: from === 0 ? "" : writeHour(from, timeZone),
      toText: to === null ? "" : writeHour(to, timeZone),
      holders: taken.get(id) ?? 0,
      who: said?.who ?? "",
      why: said?.why ?? "",
      at: knownFrom,
    };
  });
}

const looseRow = ({ holder, namespace, pod, owner, ms }: HeldBy): HolderRow => ({
  holder,
  namespace,
  pod,
  owner,
  ms,
  rule: null,
});

import type { Database } from "../../../db/database.ts";
import type { CheckResult } from "../../../db/model/patrol.ts";
import { CHECK_GROUPS, CHECK_VERDICTS } from "../../../db/model/patrol.ts";
import type { CheckPoint, CheckRow, ChecksPage } from "../../../db/model/patrol-views.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readCheckHistory, readPatrol, readVerdictsSince } from "../../../db/store/patrol.ts";
import { MEASURES } from "../../domain/patrol/own-items.ts";
import { type ListedCheck, readChecklist } from "./own-items.ts";

const HISTORY = 30;
const NOT_YET = "not_yet";

export type PageMoment = Pick<ChecksPage, "zone" | "currency" | "isRunning" | "nextAt" | "waits"> & {
  readonly now: UnixMs;
};

/** The latest patrol by item, in the order of CHECK_GROUPS, worst first within a group. */
export async function checksPage(db: Database, { now, ...moment }: PageMoment): Promise<ChecksPage> {
  const latest = await readPatrol(db, now);
  const since = new Map((await readVerdictsSince(db)).map((one) => [one.itemId, one.since]));
  const history = new Map<string, CheckPoint[]>();
  for (const { itemId, at, verdict, measure } of await readCheckHistory(db, HISTORY))
    history.set(itemId, [...(history.get(itemId) ?? []), { at, verdict, measure }]);
  const rows = (await readChecklist(db)).map((one): CheckRow => {
    const { id } = one.check.item;
    const result = latest?.results.get(id) ?? null;
    return rowOf(one, result, since.get(id) ?? null, history.get(id) ?? []);
  });
  return {
    asOf: now,
    ...moment,
    ranAt: latest?.ranAt ?? null,
    at: latest?.at ?? null,
    rows: rows.toSorted(byGroup),
    measures: MEASURES,
  };
}

function rowOf(
  { check: { item }, own }: ListedCheck,
  found: CheckResult | null,
  since: number | null,
  history: readonly CheckPoint[],
): CheckRow {
  const notYet: CheckResult = {
    id: item.id,
    verdict: "unknown",
    because: NOT_YET,
    values: {},
    measure: null,
    before: null,
    named: [],
  };
  return {
    item: {
      ...item,
      sentences: { ...item.sentences, [NOT_YET]: { zh: "还没有巡检过", en: "No patrol has looked at it yet" } },
    },
    origin: own === null ? "built_in" : "own",
    condition: own?.condition ?? null,
    result: found ?? notYet,
    since: found === null ? null : since,
    history,
  };
}

const byGroup = (a: CheckRow, b: CheckRow): number =>
  CHECK_GROUPS.indexOf(a.item.group) - CHECK_GROUPS.indexOf(b.item.group) ||
  CHECK_VERDICTS.indexOf(a.result.verdict) - CHECK_VERDICTS.indexOf(b.result.verdict);

import type { Executor } from "../../../db/database.ts";
import type { AuditChange, AuditFilter, AuditRow } from "../../../db/model/access-views.ts";
import {
  readAuditPage,
  readChangesOf,
  readOwnChanges,
  type StoredAudit,
  type StoredChange,
} from "../../../db/store/audit.ts";
import { PROCESS_ACTION, rangeOf } from "./chain.ts";

/** Changed rows shown of an act; the export of a whole import is the import. */
const MOST_CHANGES = 50;

/** Rows of the audit with what they changed, newest first, below `before`. */
export async function readPage(
  db: Executor,
  filter: AuditFilter,
  before: number | null,
  limit: number,
): Promise<AuditRow[]> {
  const rows = await readAuditPage(db, filter, before, limit);
  const changes = await changesOf(db, rows);
  const pages: AuditRow[] = [];
  for (const row of rows) {
    const range = row.action === PROCESS_ACTION ? rangeOf(row.object) : null;
    const own = range === null ? [] : await readOwnChanges(db, range.first - 1, range.last, MOST_CHANGES);
    pages.push(viewOf(row, [...changes.filter(({ entryId }) => entryId === row.entryId), ...own]));
  }
  return pages;
}

const changesOf = (db: Executor, rows: readonly StoredAudit[]): Promise<StoredChange[]> =>
  rows.length === 0
    ? Promise.resolve([])
    : readChangesOf(
        db,
        rows.map(({ entryId }) => entryId),
        MOST_CHANGES,
      );

function viewOf(row: StoredAudit, changes: readonly StoredChange[]): AuditRow {
  const { seq, atMs, actor, address, action, outcome, object, reason } = row;
  return { seq, at: atMs, actor, address, action, outcome, object, reason, changes: changes.map(changeView) };
}

function changeView({ relation, key, before, after }: StoredChange): AuditChange {
  return { table: relation, key, before: valuesOf(before), after: valuesOf(after) };
}

const valuesOf = (text: string | null): Readonly<Record<string, unknown>> | null =>
  text === null ? null : (JSON.parse(text) as Readonly<Record<string, unknown>>); // an object, as audit_row() writes it

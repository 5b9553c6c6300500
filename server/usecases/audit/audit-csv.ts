import { BOM, csvLine } from "../../../db/model/csv.ts";
import type { AuditFilter } from "../../../db/model/access-views.ts";
import { shownTo, type Sight } from "../../domain/access/sight.ts";
import type { AuditPage, AuditPort } from "./audit-port.ts";

const PIECE = 500;
const COLUMNS = [
  "seq", "time", "actor_kind", "actor_id", "actor", "address", "action", "outcome", "object", "reason", "changes",
]; // prettier-ignore

/** The rows of the audit page as CSV, newest first, as far as this sight goes. */
export async function* auditCsv(
  { audit, sight }: { readonly audit: Pick<AuditPort, "page">; readonly sight: Sight },
  filter: AuditFilter,
): AsyncGenerator<string> {
  yield BOM + csvLine(COLUMNS);
  let before: number | null = null;
  for (;;) {
    const page: AuditPage = shownTo(sight, await audit.page(filter, before, PIECE));
    const { rows } = page;
    const lines = rows.map(({ seq, at, actor, address, action, outcome, object, reason, changes }) =>
      csvLine([
        seq,
        new Date(at).toISOString(),
        actor.kind,
        actor.id,
        actor.name,
        address,
        action,
        outcome,
        object,
        reason,
        changes.length === 0 ? "" : JSON.stringify(changes),
      ]),
    );
    if (lines.length > 0) yield lines.join("");
    const last = rows.at(-1);
    if (last === undefined || rows.length < PIECE) return;
    before = last.seq;
  }
}

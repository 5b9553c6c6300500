import { AUDIT_OUTCOMES, type AuditFilter } from "../../db/model/access-views.ts";

const MOST_SEARCH = 200;
const MOST_AT = 253_402_300_799_999;

/** What of the audit page stands in its address: its filter. Total, like every codec of an address. */
export function decodeAudit(params: URLSearchParams): AuditFilter {
  const said = params.getAll("outcome");
  return {
    q: (params.get("q") ?? "").slice(0, MOST_SEARCH),
    outcomes: AUDIT_OUTCOMES.filter((one) => said.includes(one)),
    from: instantOf(params.get("from")),
    to: instantOf(params.get("to")),
  };
}

/** The names are those of `GET /api/audit.csv`. */
export function encodeAudit({ q, outcomes, from, to }: AuditFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (q !== "") params.set("q", q);
  if (outcomes.length < AUDIT_OUTCOMES.length) for (const one of outcomes) params.append("outcome", one);
  if (from !== null) params.set("from", String(from));
  if (to !== null) params.set("to", String(to));
  return params;
}

export const NO_AUDIT_FILTER: AuditFilter = { q: "", outcomes: [], from: null, to: null };

const instantOf = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) && Number(text) <= MOST_AT ? Number(text) : null;

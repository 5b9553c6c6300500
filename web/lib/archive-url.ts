import type { ArchiveFilter } from "../../db/model/patrol-views.ts";
import { REPORT_KINDS } from "../../db/model/report.ts";

const MOST_SEARCH = 200;
const MOST_ID = 2_147_483_647;

/** Total, like every codec of an address. */
export function decodeArchive(params: URLSearchParams): ArchiveFilter {
  const kinds = new Set(params.getAll("kind"));
  const definition = params.get("schedule") ?? "";
  return {
    q: (params.get("q") ?? "").slice(0, MOST_SEARCH),
    kinds: REPORT_KINDS.filter((kind) => kinds.has(kind)),
    definitionId: /^\d{1,10}$/.test(definition) && Number(definition) <= MOST_ID ? Number(definition) : null,
    withSuperseded: params.get("superseded") === "1",
  };
}

export function encodeArchive(filter: ArchiveFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.q !== "") params.set("q", filter.q);
  if (filter.kinds.length < REPORT_KINDS.length) for (const kind of filter.kinds) params.append("kind", kind);
  if (filter.definitionId !== null) params.set("schedule", String(filter.definitionId));
  if (filter.withSuperseded) params.set("superseded", "1");
  return params;
}

export const isNarrowed = (filter: ArchiveFilter): boolean =>
  encodeArchive({ ...filter, withSuperseded: false }).size > 0;

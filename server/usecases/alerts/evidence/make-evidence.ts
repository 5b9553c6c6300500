import type { IncidentPage } from "../../../../db/model/alert-views.ts";
import type { Window } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import type { CardPoint } from "../../../../db/model/views.ts";
import { npuFaultOf } from "../../../domain/health/npu-faults.ts";
import { xidOf } from "../../../domain/health/xid.ts";
import { evidenceBundle } from "./evidence.ts";
import type { DecodedCode, EvidenceCard } from "./evidence-html.ts";

export type EvidenceReads = {
  /** Cards as an inventory has them; cards that are not known any more are absent. */
  readonly cards: (ids: readonly number[]) => readonly (EvidenceCard & { readonly id: number })[];
  readonly points: (cardId: number, window: Window) => Promise<readonly CardPoint[]>;
};

/** Cards whose readings go along. An incident of thousands is about something else than cards. */
const MOST_READ = 64;
const AROUND_MS = 3_600_000;
const LONGEST_MS = 7 * 86_400_000;

/** Gathers what a vendor's desk asks for and packs it. */
export async function makeEvidence(page: IncidentPage, reads: EvidenceReads): Promise<Uint8Array> {
  const { row } = page;
  const end = row.resolvedAt ?? page.asOf;
  const window = windowOf(row.since, end);
  const cards = reads.cards(page.cardIds.slice(0, MOST_READ));
  const readings = await Promise.all(
    cards.map(async ({ id, uuid }) => ({ uuid, points: await reads.points(id, window) })),
  );
  const lostCardMs = Math.max(0, end - row.since) * row.cards;
  return evidenceBundle({ page, codes: codesOf(page), cards, lostCardMs }, readings);
}

/** An hour around it, of a long one its last week. */
function windowOf(since: number, end: number): Window {
  const to: UnixMs = unixMs(end + AROUND_MS);
  return { from: unixMs(Math.max(since - AROUND_MS, to - LONGEST_MS)), to };
}

function codesOf({ events }: IncidentPage): readonly DecodedCode[] {
  const codes = new Map<string, DecodedCode>();
  for (const { kind, code } of events) {
    if (kind === "xid") {
      const { name, level, action } = xidOf(code);
      codes.set(`XID ${code}`, { code: `XID ${code}`, name, level, action });
    } else if (kind === "npu_fault") {
      const { hex, level, action } = npuFaultOf(code);
      codes.set(hex, { code: hex, name: "Ascend fault", level, action });
    }
  }
  return [...codes.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

import type { CardPoint } from "../../../../db/model/views.ts";
import { csvLine } from "../../../../db/model/csv.ts";
import { bundle, type BundleFile } from "./bundle.ts";
import { type EvidenceFacts, evidenceHtml } from "./evidence-html.ts";

/** The readings of a card around the incident. */
export type CardReadingsOf = { readonly uuid: string; readonly points: readonly CardPoint[] };

/** Everything a vendor's desk asks for, as one zip. The same incident at the same instant gives the same bytes. */
export function evidenceBundle(facts: EvidenceFacts, readings: readonly CardReadingsOf[]): Uint8Array {
  const { page, codes, cards } = facts;
  const files: readonly BundleFile[] = [
    { name: "incident.html", text: evidenceHtml(facts) },
    {
      name: "incident.json",
      text: `${JSON.stringify({ ...facts, page: { ...page, runbook: undefined } }, null, 2)}\n`,
    },
    { name: "readings.csv", text: readingsCsv(readings) },
    {
      name: "events.csv",
      text: table(
        ["at", "event", "code", "count", "detail"],
        page.events.map(({ at, kind, code, count, detail }) => [iso(at), kind, code, count, detail]),
      ),
    },
    {
      name: "codes.csv",
      text: table(
        ["code", "name", "level", "action"],
        codes.map(({ code, name, level, action }) => [code, name, level, action]),
      ),
    },
    {
      name: "siblings.csv",
      text: table(
        ["card", "node", "position", "state", "in_incident", "last_read_at"],
        page.cards.map((card) => [
          card.uuid,
          card.node,
          card.position,
          card.state,
          card.isIll ? "yes" : "no",
          card.lastReadAt === null ? null : iso(card.lastReadAt),
        ]),
      ),
    },
    {
      name: "inventory.csv",
      text: table(
        [
          "card",
          "model",
          "model_name",
          "driver",
          "vendor",
          "region",
          "zone",
          "cluster",
          "node",
          "position",
          "billing",
          "first_seen",
        ],
        cards.map((card) => [
          card.uuid,
          card.model,
          card.modelName,
          card.driver,
          card.vendor,
          card.region,
          card.zone,
          card.cluster,
          card.node,
          card.position,
          card.billing,
          card.firstSeen === null ? null : iso(card.firstSeen),
        ]),
      ),
    },
  ];
  return bundle(files);
}

const table = (head: readonly string[], rows: readonly Parameters<typeof csvLine>[0][]): string =>
  csvLine(head) + rows.map(csvLine).join("");

/** What was not said is empty, never 0. */
function readingsCsv(readings: readonly CardReadingsOf[]): string {
  const head = [
    "card",
    "at",
    "observed_ms",
    "gap",
    "busy_ms",
    "idle_held_ms",
    "free_ms",
    "fault_ms",
    "unknown_ms",
    "utilisation",
    "tensor",
    "memory_bytes",
    "power_watts",
    "temperature_celsius",
    "holder",
  ];
  const rows = readings.flatMap(({ uuid, points }) =>
    points.map((point) => [
      uuid,
      iso(point.at),
      point.observedMs,
      point.gap,
      point.busyMs,
      point.idleHeldMs,
      point.freeMs,
      point.faultMs,
      point.unknownMs,
      point.utilRatio,
      point.tensorRatio,
      point.memoryBytes,
      point.powerWatts,
      point.temperatureCelsius,
      point.holder,
    ]),
  );
  return table(head, rows);
}

const iso = (at: number): string => new Date(at).toISOString();

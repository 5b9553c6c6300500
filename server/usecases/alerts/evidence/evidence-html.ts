import type { IncidentPage } from "../../../../db/model/alert-views.ts";
import { decimalMoney, microOf } from "../../../../db/model/money.ts";

/** A code of the driver or of an NPU, in words. */
export type DecodedCode = {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly action: string;
};

/** A card of the incident as an inventory has it. */
export type EvidenceCard = {
  readonly uuid: string;
  readonly model: string;
  readonly modelName: string;
  readonly driver: string;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly node: string;
  readonly position: string;
  readonly billing: string;
  readonly firstSeen: number | null;
};

export type EvidenceFacts = {
  readonly page: IncidentPage;
  readonly codes: readonly DecodedCode[];
  readonly cards: readonly EvidenceCard[];
  readonly lostCardMs: number; // of its cards, from its beginning until it ended, or until the bundle was made
};

const UNITS = [
  ["Celsius", "°C"],
  ["Watts", "W"],
  ["Ratio", "share"],
  ["BytesPerSecond", "B/s"],
  ["Bytes", "bytes"],
  ["Hz", "Hz"],
  ["Seconds", "s"],
  ["Ms", "ms"],
  ["Joules", "J"],
] as const;

/** "memoryTemperatureCelsius" → "memory temperature (°C)", "row_remap" → "row remap". */
function named(signal: string): string {
  const unit = UNITS.find(([suffix]) => signal.endsWith(suffix) && signal.length > suffix.length);
  const bare = unit === undefined ? signal : signal.slice(0, -unit[0].length);
  const words = bare
    .replaceAll("_", " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return unit === undefined ? words : `${words} (${unit[1]})`;
}

/** The summary a vendor's desk reads first: one page of plain HTML, in English, that loads nothing. Everything said is escaped. */
export function evidenceHtml({ page, codes, cards, lostCardMs }: EvidenceFacts): string {
  const { row } = page;
  const facts: readonly (readonly [string, string])[] = [
    ["Incident", String(row.id)],
    ["What", row.summary.en],
    ["Rule", `${row.ruleId} (${row.severity})`],
    ["Began", iso(row.since)],
    ["Fired", iso(row.firedAt)],
    ["Ended", row.resolvedAt === null ? `open when this was made, ${iso(page.asOf)}` : iso(row.resolvedAt)],
    ["Where", [row.region, row.cluster, row.node].filter((part) => part !== "").join(" / ")],
    [
      "Labels",
      Object.entries(row.labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(", "),
    ],
    ["Cards", String(row.cards)],
    ["Lost card time", `${(lostCardMs / 3_600_000).toFixed(2)} card-hours`],
    [
      "Cost of it",
      page.costSoFarMicro === null ? "not known" : `${decimalMoney(microOf(page.costSoFarMicro), 2)} ${page.currency}`,
    ],
    ["Hit", row.holders.length === 0 ? "nobody is named" : row.holders.join(", ")],
  ];
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(`Incident ${row.id}: ${row.summary.en}`)}</title>`,
    "<style>body{font:14px/1.5 system-ui,sans-serif;max-width:960px;margin:24px auto;padding:0 16px}table{border-collapse:collapse;width:100%;margin:8px 0 24px}th,td{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f4f4f4}</style>",
    "</head><body>",
    `<h1>Incident ${row.id}</h1><p>All times are UTC.</p>`,
    table(["", ""], facts),
    "<h2>Cards</h2>",
    table(
      ["UUID", "Model", "Driver", "Node", "Position", "First seen"],
      cards.map((card) => [card.uuid, card.modelName, card.driver, card.node, card.position, iso(card.firstSeen)]),
    ),
    "<h2>Evidence</h2>",
    table(
      ["At", "What", "Read", "Against", "Said"],
      page.evidence.map(({ at, signal, value, threshold, text }) => [
        iso(at),
        named(signal),
        figure(value),
        figure(threshold),
        text,
      ]),
    ),
    "<h2>Events</h2>",
    table(
      ["At", "Event", "Code", "Count", "Detail"],
      page.events.map(({ at, kind, code, count, detail }) => [
        iso(at),
        kind,
        code === 0 ? "" : String(code),
        String(count),
        detail,
      ]),
    ),
    ...(codes.length === 0
      ? []
      : [
          "<h2>Codes</h2>",
          table(
            ["Code", "Means", "Level", "First action"],
            codes.map((one) => [one.code, one.name, one.level, one.action]),
          ),
        ]),
    "<h2>Cards beside them</h2>",
    table(
      ["UUID", "Node", "Position", "State", "In this incident"],
      page.cards.map((card) => [card.uuid, card.node, card.position, card.state, card.isIll ? "yes" : "no"]),
    ),
    "<h2>Timeline</h2>",
    table(
      ["At", "What", "Because", "Who", "Detail"],
      page.timeline.map(({ at, kind, because, who, detail }) => [iso(at), kind, because, who, detail]),
    ),
    "</body></html>\n",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "<p>None.</p>";
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${line(head, "th")}${rows.map((row) => line(row, "td")).join("")}</table>`;
}

const iso = (at: number | null): string => (at === null ? "" : new Date(at).toISOString());
const figure = (value: number | null): string => (value === null ? "" : String(value));

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Text as text: markup in it shows as it was said; control characters, and those that turn the direction of writing, go. */
const escape = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ").replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** The document as the template reads it: JSON, and the charts as files beside it. Nothing of it is ever markup. */
import type { ReportBlock, ReportCell, ReportDocument, ReportTable, Tone } from "../../db/model/report-document.ts";
import { STATUS_COLOURS, SURFACES } from "../charts/theme.ts";
import { chartSvg } from "./charts-svg.ts";

export type PaperFiles = {
  readonly data: string;
  readonly charts: readonly { readonly path: string; readonly svg: string }[];
};

/** What the template is given. Pure. */
export function paperFiles(document: ReportDocument): PaperFiles {
  const charts: { path: string; svg: string }[] = [];
  const block = (one: ReportBlock) => {
    switch (one.kind) {
      case "text":
        return { ...one, text: inked(one.text) };
      case "list":
        return { ...one, items: one.items.map((item) => ({ ...item, text: inked(item.text) })) };
      case "figures":
        return {
          ...one,
          items: one.items.map(({ label, text, delta, tone, why }) => ({
            label: inked(label),
            text: inked(text),
            delta: inked(delta),
            tone,
            why: inked(why),
          })),
        };
      case "table":
        return tableData(one);
      case "chart": {
        const path = `/charts/${String(charts.length)}.svg`;
        charts.push({ path, svg: chartSvg(one, document.language) });
        return { kind: one.kind, title: inked(one.title), note: inked(one.note), path };
      }
    }
  };
  const data = {
    chinese: document.language === "zh-CN",
    title: inked(document.title),
    headline: inked(document.headline),
    facts: document.facts.map(({ label, text }) => ({ label: inked(label), text: inked(text) })),
    link: webAddress(document.link),
    supersedes: inked(document.supersedes),
    made: dateParts(document.madeAt),
    sections: document.sections.map(({ title, blocks }) => ({ title: inked(title), blocks: blocks.map(block) })),
    words: WORDS[document.language],
    ink: { ...SURFACES.light, ...TONE_INK },
  };
  return { data: JSON.stringify(data), charts };
}

const { ok, warning, critical, unknown } = STATUS_COLOURS.light;
const TONE_INK: Readonly<Record<Tone, string>> = {
  plain: SURFACES.light.text,
  ok,
  warn: warning,
  bad: critical,
  unknown,
};

/** What only paper says. */
const WORDS = {
  "zh-CN": { contents: "目录", made: "生成于", online: "在线查看" },
  en: { contents: "Contents", made: "Made", online: "Read online" },
} as const;

const TALL = 1_200; // characters of a cell that may need more than a page

function tableData({ title, columns, rows, total, note }: ReportTable) {
  const cell = ({ text, tone = "plain" }: ReportCell) => (tone === "plain" ? inked(text) : [inked(text), tone]);
  return {
    kind: "table" as const,
    title: inked(title),
    columns: columns.map(({ label, align }, i) => ({
      label: inked(label),
      align,
      room: align === "right" ? null : roomOf([label, ...rows.slice(0, LOOKED_AT).map((row) => row[i]?.text ?? "")]),
      widest:
        rows.length > MANY
          ? widestOf(
              [...rows, total ?? []].flatMap((row) => row[i] ?? []),
              label,
            ).map(cell)
          : null,
    })),
    rows: rows.map((row) => row.map(cell)),
    total: total === null ? null : total.map(cell),
    note: inked(note),
    tall: rows.some((row) => row.some(({ text }) => text.length > TALL)),
  };
}

const LOOKED_AT = 500; // rows
const [SHORT, MOST_ROOM] = [16, 44]; // a time of a day stays on its line

/**
 * How much of what figures and short words leave a column of text gets: as many letters as its longest text has, within
 * bounds; a Han character is two. null = as wide as its words, which are short and stay on one line. Paper cannot scroll,
 * so the shares of the screen are not taken.
 */
function roomOf(texts: readonly string[]): number | null {
  const longest = Math.max(...texts.map(lettersOf));
  return longest <= SHORT ? null : Math.min(MOST_ROOM, longest);
}
const lettersOf = (text: string): number => text.replaceAll(/[\u2E80-\u{10FFFF}]/gu, "xx").length;

const MANY = 200; // rows, from which Typst is not left to measure each
const MEASURED = 8;

/** Cells of a column that may be its widest, for the template to measure. */
const widestOf = (cells: readonly ReportCell[], label: string): readonly ReportCell[] => [
  { text: label, value: label },
  ...cells.toSorted((a, b) => lettersOf(b.text) - lettersOf(a.text)).slice(0, MEASURED),
];

/** Only what a reader may be sent to. */
const webAddress = (link: string | null): string | null => (link !== null && /^https?:\/\//i.test(link) ? link : null);

function dateParts(at: number) {
  const date = new Date(at);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    text: `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`,
  };
}

const LONGEST_WORD = 24;

/**
 * Text that can be set: on one line, without characters that turn the direction of what follows, and with places to break
 * in words no column holds (U+200B, which a search of the PDF does not see).
 */
export function inked(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\p{Cf}\p{Cs}\p{Co}]/gu, "")
    .replaceAll(/[!-~]{25,}/g, (word) => word.replaceAll(BREAKS, "$&\u200B"));
}
const BREAKS = new RegExp(`[-/_.:,;=&?@|]|[!-~]{${String(LONGEST_WORD / 2)}}(?=[!-~])`, "g");

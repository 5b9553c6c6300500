/** A document for where there is no page: a chat message, and plain text in place of a PDF that could not be made. */
import type { ReportBlock, ReportCell, ReportDocument, ReportTable } from "../db/model/report-document.ts";
import type { ReportWords } from "./words/words.ts";
import { EN } from "./words/en.ts";
import { ZH } from "./words/zh.ts";

export type ChatDigest = {
  readonly title: string;
  readonly lines: readonly string[]; // plain text, hostile parts and all: each channel escapes
  readonly link: { readonly label: string; readonly url: string } | null;
};

/** What goes to a chat group. */
export function chatDigest({ language, title, revision, supersedes, digest, link }: ReportDocument): ChatDigest {
  const words = language === "zh-CN" ? ZH : EN;
  return {
    title: revision > 1 ? `${title} (${words.facts.revision} ${String(revision)})` : title,
    lines: supersedes === "" ? digest : [supersedes, ...digest],
    link: link === null ? null : { label: words.readOnline, url: link },
  };
}

const MOST_ROWS = 50;

/** The whole document as text: what is sent when no PDF could be made. Long tables are cut, and say so. */
export function plainText(document: ReportDocument): string {
  const words = document.language === "zh-CN" ? ZH : EN;
  const head = [
    document.title,
    document.headline,
    ...(document.supersedes === "" ? [] : [document.supersedes]),
    "",
    ...document.facts.map(({ label, text }) => `${label}${words.colon}${text}`),
    ...(document.link === null ? [] : [`${words.readOnline}${words.colon}${document.link}`]),
  ];
  const sections = document.sections.flatMap(({ title, blocks }, i) => [
    "",
    `${String(i + 1)}. ${title}`,
    ...blocks.flatMap((block) => ["", ...blockLines(block, words)]),
  ]);
  return [...head, ...sections, ""].join("\n");
}

function blockLines(block: ReportBlock, words: ReportWords): string[] {
  switch (block.kind) {
    case "text":
      return [block.text];
    case "list":
      return block.items.map(({ text }) => `- ${text}`);
    case "figures":
      return block.items.map(
        ({ label, text, delta }) => `${label}${words.colon}${text}${delta === "" ? "" : ` (${delta})`}`,
      );
    case "chart":
      return block.chart.chart === "bars"
        ? [block.title, ...block.chart.bars.map(({ name, text }) => `${name}${words.colon}${text}`)]
        : []; // its figures stand in the tables
    case "table":
      return tableLines(block, words);
  }
}

function tableLines({ title, columns, rows, total, note }: ReportTable, { more }: ReportWords): string[] {
  const line = (cells: readonly ReportCell[]): string => cells.map(({ text }) => text).join(" | ");
  return [
    title,
    columns.map(({ label }) => label).join(" | "),
    ...rows.slice(0, MOST_ROWS).map(line),
    ...(rows.length > MOST_ROWS ? [more(String(rows.length - MOST_ROWS))] : []),
    ...(total === null ? [] : [line(total)]),
    ...(note === "" ? [] : [note]),
  ];
}

/**
 * A report as it is read: words of one language and figures already written, in blocks. Page, PDF and chat digest render
 * the same document, so no figure can differ between them. All text is data: each renderer escapes for its own surface.
 */
import type { Language } from "./channel.ts";

/** `unknown` needs a person as much as `bad` does. */
export const TONES = ["plain", "ok", "warn", "bad", "unknown"] as const;
export type Tone = (typeof TONES)[number];

/** A figure of the cover strip. */
export type ReportFigure = {
  readonly label: string;
  readonly text: string; // written: "¥12,345.67", "61.2 %", "–" where it is not known
  readonly delta: string; // against the period before: "▲ 3.1 %"; "" = nothing to compare with
  readonly tone: Tone;
  readonly why: string; // what it is made of, one sentence
};

/**
 * A cell of a table. `value` is what CSV says: numbers stay numbers, money is a decimal text of digits, null is empty and
 * never 0.
 */
export type ReportCell = { readonly text: string; readonly value: string | number | null; readonly tone?: Tone };
export type ReportColumn = {
  readonly id: string;
  readonly label: string;
  readonly align: "left" | "right"; // right = figures
  readonly kind: "text" | "number" | "money";
  readonly width?: number; // share of the page's width where it matters
};
export type ReportTable = {
  readonly kind: "table";
  readonly id: string; // names its CSV file: [a-z0-9-]+
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly ReportCell[])[];
  readonly total: readonly ReportCell[] | null; // sums of the rows
  readonly note: string; // "" = none
};

/** A chart names a builder of reports/charts and brings its facts: page and PDF draw the same option. */
export type ReportChart =
  | {
      readonly chart: "bars";
      readonly unit: string;
      readonly bars: readonly {
        readonly name: string;
        readonly value: number | null;
        readonly text: string;
        readonly tone: Tone;
      }[];
    }
  | {
      readonly chart: "days";
      readonly unit: string;
      readonly days: readonly string[];
      readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
      readonly stacked: boolean;
    };

export type ReportBlock =
  | { readonly kind: "text"; readonly text: string; readonly tone: Tone }
  | { readonly kind: "list"; readonly items: readonly { readonly text: string; readonly tone: Tone }[] }
  | { readonly kind: "figures"; readonly items: readonly ReportFigure[] }
  | {
      readonly kind: "chart";
      readonly id: string;
      readonly title: string;
      readonly chart: ReportChart;
      readonly note: string;
    }
  | ReportTable;

export type ReportSection = {
  readonly id: string; // stable over languages: anchors and links
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
};

export type ReportDocument = {
  readonly version: 1;
  readonly language: Language;
  readonly title: string; // "Patrol report, week 46 of 2026"
  readonly headline: string; // the one sentence of the cover
  readonly facts: readonly { readonly label: string; readonly text: string }[]; // period, zone, scope, as of, known at, revision, currency, coverage
  readonly link: string | null; // where it can be read; null = made offline
  readonly revision: number;
  readonly supersedes: string; // "" or a sentence: what changed since the revision before
  readonly madeAt: number; // unix ms: the date of the document
  readonly digest: readonly string[]; // at most a dozen lines for chat and plain text
  readonly sections: readonly ReportSection[];
};

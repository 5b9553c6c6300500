export const REPORT_LANGUAGES = ["zh", "en"] as const;

export type ReportFlags = {
  readonly config: string;
  readonly period?: string; // left out = the last that is over
  readonly zone?: string; // left out = the one of the configuration
  readonly lang: (typeof REPORT_LANGUAGES)[number];
  readonly out?: string; // left out = named after the report, in this folder
};

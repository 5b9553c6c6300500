export const EXPORT_FORMATS = ["csv", "focus"] as const;

export type LedgerExportFlags = {
  readonly config: string;
  readonly from?: string;
  readonly to?: string; // the day after the last
  readonly format: (typeof EXPORT_FORMATS)[number];
  readonly out?: string; // left out = stdout
};

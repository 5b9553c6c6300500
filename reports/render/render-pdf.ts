import { readFileSync } from "node:fs";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import type { ReportDocument } from "../../db/model/report-document.ts";
import { paperFiles } from "./paper-data.ts";

export type Pdf = { readonly bytes: Uint8Array; readonly pages: number };

/** Where the template and its fonts lie: in the source tree or beside the build. */
export type PaperPlace = { readonly template: string; readonly fonts: readonly string[] };

/**
 * A document as PDF. Blocks its thread for seconds: only the worker calls it. Reads the template and the fonts, and
 * nothing else: the compiler sees files in memory, in a workspace that does not exist.
 * @throws Error with what Typst said
 */
export function renderPdf(document: ReportDocument, { template, fonts }: PaperPlace): Pdf {
  const compiler = NodeCompiler.create({
    workspace: NOWHERE,
    fontArgs: [{ fontBlobs: fonts.map((file) => readFileSync(file)) }],
  });
  const { data, charts } = paperFiles(document);
  compiler.addSource(`${NOWHERE}/report.typ`, readFileSync(template, "utf8"));
  compiler.mapShadow(`${NOWHERE}/data.json`, Buffer.from(data));
  for (const { path, svg } of charts) compiler.mapShadow(NOWHERE + path, Buffer.from(svg));
  const compiled = compiler.compile({ mainFilePath: `${NOWHERE}/report.typ` });
  const paper = compiled.result;
  if (paper === null) throw new Error(`the report could not be set: ${said(compiled.takeDiagnostics())}`);
  return { bytes: compiler.pdf(paper), pages: paper.numOfPages };
}

const NOWHERE = "/dapan-report";

const said = (error: { readonly shortDiagnostics: readonly unknown[] } | null): string =>
  JSON.stringify(error?.shortDiagnostics ?? []).slice(0, 2_000);

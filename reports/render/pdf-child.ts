/**
 * A process that makes one PDF and ends: the document comes as JSON by standard input; the count of pages, a line, and then
 * the bytes go to standard output. It opens no port, takes no name of a file and reads two fonts and a template of ours.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { ReportDocument } from "../../db/model/report-document.ts";
import { renderPdf } from "./render-pdf.ts";

const FONTS = ["400Regular/NotoSansSC_400Regular.ttf", "600SemiBold/NotoSansSC_600SemiBold.ttf"];

/** In the source tree beside this file, in a build under `reports`. */
function template(): string {
  const places = ["./report.typ", "../reports/report.typ"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`report.typ is neither at ${places.join(" nor at ")}: build again`);
  return found;
}

const { resolve } = createRequire(import.meta.url);
const document = JSON.parse(await text(process.stdin)) as ReportDocument;
const { bytes, pages } = renderPdf(document, {
  template: template(),
  fonts: FONTS.map((font) => resolve(`@expo-google-fonts/noto-sans-sc/${font}`)),
});
process.stdout.write(`${pages}\n`);
process.stdout.write(bytes);

import { parseSelector } from "../../../collectors/prometheus/selector.ts";

export type ExpositionSample = { readonly name: string; readonly labels: Map<string, string>; readonly value: number };

/** Lines of the text format as samples; a selector of equalities reads like a series. Comments and blanks are skipped. */
export function samplesOf(text: string): ExpositionSample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const end = line.lastIndexOf(" ");
      const [name, ...labels] = parseSelector(line.slice(0, end));
      return {
        name: name!.value,
        labels: new Map(labels.map((l) => [l.name, l.value])),
        value: Number(line.slice(end + 1)),
      };
    });
}

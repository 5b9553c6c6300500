/**
 * Writes the Prometheus text format 0.0.4: what the simulator and `dapan agent` answer with.
 * Source of the escapes: prometheus.io/docs/instrumenting/exposition_formats.
 */

/** The Content-Type that goes with text from here. */
export const TEXT_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type MetricType = "gauge" | "counter" | "histogram" | "summary" | "untyped";

/** Label names and values in the order they are to be printed. */
export type LabelPair = readonly [name: string, value: string];

/** A label value between its quotes: backslash, quote and line feed are escaped, every other character stands for itself. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n") : value;
}

/** HELP text: quotes are plain characters there. */
export function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** `{a="1",b="2"}`, or "" without labels. @throws RangeError on a name the format cannot carry. */
export function labelText(pairs: Iterable<LabelPair>): string {
  let text = "";
  for (const [name, value] of pairs) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw new RangeError(`not a label name: ${JSON.stringify(name)}`);
    text += `${text === "" ? "" : ","}${name}="${escapeLabelValue(value)}"`;
  }
  return text === "" ? "" : `{${text}}`;
}

/** The HELP and TYPE lines of a family. @throws RangeError on a name the format cannot carry. */
export function familyHeader(name: string, help: string, type: MetricType): string {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new RangeError(`not a metric name: ${JSON.stringify(name)}`);
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

/** A number as the format spells it; JavaScript's "Infinity" is not a value there. */
export function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** One line. `labels` is text from `labelText`; `timestampMs` is printed only when given. */
export function sampleLine(name: string, labels: string, value: number, timestampMs?: number): string {
  return `${name}${labels} ${valueText(value)}${timestampMs === undefined ? "" : ` ${timestampMs}`}\n`;
}

/** A whole family: its header, then one line per row. Nothing at all without rows, as exporters do. */
export function family(
  name: string,
  help: string,
  type: MetricType,
  rows: readonly (readonly [labels: string, value: number])[],
): string {
  if (rows.length === 0) return "";
  let text = familyHeader(name, help, type);
  for (const [labels, value] of rows) text += sampleLine(name, labels, value);
  return text;
}

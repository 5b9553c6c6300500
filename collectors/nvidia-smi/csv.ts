/** Reads what `nvidia-smi --query-gpu=… --format=csv` prints: a header with units, then one line a card. */
import { CollectError } from "../collector.ts";

/** One card's line: what was said, by the field's first name in --help-query-gpu. Unsaid fields are absent. */
export type SmiCard = ReadonlyMap<string, string>;

/** Second names of a field → its first name, as --help-query-gpu pairs them; throttle reasons had another name before driver 535. */
const FIRST_NAMES: ReadonlyMap<string, string> = new Map([
  ["gpu_name", "name"],
  ["gpu_uuid", "uuid"],
  ["gpu_bus_id", "pci.bus_id"],
  ["clocks.sm", "clocks.current.sm"],
  ["clocks.mem", "clocks.current.memory"],
  ["retired_pages.sbe", "retired_pages.single_bit_ecc.count"],
  ["retired_pages.dbe", "retired_pages.double_bit.count"],
  ["remapped_rows.sbe", "remapped_rows.correctable"],
  ["remapped_rows.dbe", "remapped_rows.uncorrectable"],
]);

/** Lines about a card that does not answer; its neighbours are still good. */
const LOST_CARD = /^(Unable to determine the device handle|GPU is lost|Failed to )/;
const NO_CARDS = /^No devices were found/;

/** A value that says nothing: "[N/A]", "[Not Supported]", "[Unknown Error]", "[GPU is lost]", "N/A", "ERR!", "". */
const isUnsaid = (value: string): boolean =>
  value === "" || value === "N/A" || value === "ERR!" || value.startsWith("[");

/**
 * The cards of an answer, in its order. A host without cards gives none.
 *
 * @throws CollectError malformed when a line has not as many fields as the header: nothing of the answer is believed
 */
export function parseSmiCsv(csv: string): SmiCard[] {
  const lines = csv.split(/\r?\n/).filter((line) => line.trim() !== "" && !LOST_CARD.test(line));
  const head = lines.shift();
  if (head === undefined) throw new CollectError("empty", "nvidia-smi printed nothing");
  if (NO_CARDS.test(head)) return [];
  const fields = head.split(",").map(fieldOf);
  return lines.map((line, i) => {
    const values = line.split(",");
    if (values.length !== fields.length) {
      const numbers = `${values.length} fields in line ${i + 2}, ${fields.length} in the header`;
      throw new CollectError("malformed", `nvidia-smi: ${numbers}; expected the output of --query-gpu --format=csv`);
    }
    const card = new Map<string, string>();
    for (const [k, field] of fields.entries()) {
      const value = (values[k] ?? "").trim();
      if (!isUnsaid(value) && !card.has(field)) card.set(field, value);
    }
    return card;
  });
}

/** "memory.total [MiB]" → "memory.total". */
function fieldOf(text: string): string {
  const name = text.replace(/\[[^\]]*\]\s*$/, "").trim();
  const modern = name.replace(/^clocks_throttle_reasons/, "clocks_event_reasons");
  return FIRST_NAMES.get(modern) ?? modern;
}

/**
 * A number with its unit ("81559 MiB", "69.85 W", "0"). null when not said, in another unit, or not a plain number:
 * a number in a unit we did not expect is not a reading.
 */
export function smiNumber(card: SmiCard, field: string, unit: "" | "MiB" | "W" | "%" | "MHz" | "us"): number | null {
  const text = card.get(field);
  if (text === undefined) return null;
  const match = /^(\d{1,18}(?:\.\d{1,9})?)(?: (\S+))?$/.exec(text);
  return match !== null && (match[2] ?? "") === unit ? Number(match[1]) : null;
}

/** "Yes"/"No", as of pending and failed row remaps: 1 or 0. null when not said. */
export function smiFlag(card: SmiCard, field: string): number | null {
  const text = card.get(field)?.toLowerCase();
  return text === "yes" || text === "1" ? 1 : text === "no" || text === "0" ? 0 : null;
}

import { decimalMoney, type Micro } from "../../db/model/money.ts";
import type { RowCells } from "./cells.ts";
import { readMoney } from "./cells.ts";
import type { CardName } from "./card-names.ts";
import { cardOf, type Dialect, type ListOptions, machineOffer, type ReadOffer } from "./offer.ts";

/**
 * The comparison table of the-full-stack/website (docs/cloud-gpus): one row a machine, prices per hour of the whole
 * machine on demand and as spot, and the price per card beside them, which must agree.
 */
export const cloudGpus: Dialect = {
  name: "cloud_gpus",
  needs: ["Cloud", "GPU Type", "GPUs", "On-demand"],
  columns: ["Cloud", "GPU Type", "GPUs", "On-demand", "Per-GPU", "Spot", "GPU RAM", "Name"],
  repeats: "machines",
  isList: true,
  isCurrencyAsked: true,
  namesVendor: true,
  readRow,
};

function readRow(cells: RowCells, options: ListOptions): ReadOffer[] {
  const vendor = cells.needed("Cloud");
  const written = cells.text("GPU Type");
  const card = cardOf(cells, "GPU Type", null, options);
  const cards = cells.count("GPUs");
  const onDemand = cells.price("On-demand");
  const spot = cells.text("Spot") === "" ? null : cells.price("Spot");
  if (cards === null || onDemand === null || vendor === null || card === null) return [];
  checkPerCard(cells, onDemand, cards);
  noteMemory(cells, card, cards);
  if (spot !== null && spot >= onDemand) cells.note("spot_above", "Spot", cells.text("Spot"), cells.text("On-demand"));
  const machine = { written, card, machine: cells.text("Name"), cards, currency: options.currency ?? "" };
  const offer = (column: string, amountMicro: Micro, billing: "on_demand" | "spot") =>
    machineOffer(cells.row, { ...machine, column, amountMicro, selector: { vendor, billing } }, options);
  return [offer("On-demand", onDemand, "on_demand"), ...(spot === null ? [] : [offer("Spot", spot, "spot")])];
}

/**
 * On-demand ÷ GPUs must be Per-GPU, which is rounded or cut to the decimals it is printed with: they may differ by less
 * than its last digit, and half of On-demand's. A greater difference means that one of them is of something else.
 */
function checkPerCard(cells: RowCells, machineMicro: Micro, cards: number): void {
  const text = cells.text("Per-GPU");
  if (text === "") return;
  const said = readMoney(text);
  if (typeof said !== "bigint") return cells.error(said, "Per-GPU", text);
  const n = BigInt(cards);
  const apart = machineMicro - said * n; // times cards, so that nothing is rounded
  const allowed = 2n * halfDigit(text) * n + halfDigit(cells.text("On-demand"));
  if ((apart < 0n ? -apart : apart) <= allowed) return;
  cells.error("per_card", "Per-GPU", text, decimalMoney(machineMicro / n, 4));
}

/** Half of the last digit printed, and never less than half a cent: "24.4" is 24.40. In micro-units. */
function halfDigit(text: string): Micro {
  const decimals = Math.max(2, Math.min(6, (text.split(".")[1] ?? "").length));
  return 10n ** BigInt(6 - decimals) / 2n;
}

function noteMemory(cells: RowCells, { memoryGB }: CardName, cards: number): void {
  const text = cells.text("GPU RAM");
  if (memoryGB === null || !/^\d+$/.test(text) || Number(text) === memoryGB * cards) return;
  cells.note("memory_total", "GPU RAM", text, String(memoryGB * cards));
}

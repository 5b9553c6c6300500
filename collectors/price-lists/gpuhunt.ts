import type { RowCells } from "./cells.ts";
import { cardOf, type Dialect, type ListOptions, machineOffer, type ReadOffer } from "./offer.ts";

/** A catalogue of dstackai/gpuhunt: one row a machine, place and kind of sale, in USD per hour of the whole machine. */
export const gpuhunt: Dialect = {
  name: "gpuhunt",
  needs: ["instance_name", "location", "price", "gpu_count", "gpu_name"],
  columns: ["provider", "instance_name", "location", "price", "gpu_count", "gpu_name", "gpu_memory", "spot"],
  repeats: "machines",
  isList: true,
  isCurrencyAsked: false,
  namesVendor: true,
  readRow,
};

function readRow(cells: RowCells, options: ListOptions): ReadOffer[] {
  const count = cells.text("gpu_count");
  if (count === "" || Number(count) === 0) {
    cells.note("no_cards", "gpu_count", count);
    return [];
  }
  const memory = cells.text("gpu_memory");
  const memoryGB = /^\d{1,4}(?:\.\d+)?$/.test(memory) ? Math.round(Number(memory)) : null;
  const card = cardOf(cells, "gpu_name", memoryGB, options);
  const cards = cells.count("gpu_count");
  const amountMicro = cells.price("price");
  const spot = cells.flag("spot") ?? false;
  const vendor = cells.text("provider") === "" ? options.vendor : cells.text("provider");
  if (vendor === "") cells.error("blank", "provider", "");
  if (card === null || cards === null || amountMicro === null) return [];
  const selector = { vendor, region: cells.text("location"), billing: spot ? "spot" : "on_demand" } as const;
  const written = cells.text("gpu_name");
  const machine = { written, card, machine: cells.text("instance_name"), cards, currency: "USD" };
  return [machineOffer(cells.row, { ...machine, column: "price", amountMicro, selector }, options)];
}

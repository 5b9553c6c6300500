import type { Micro } from "../../db/model/money.ts";
import type { RowCells } from "./cells.ts";
import { cardOf, type Dialect, type ListOptions, machineOffer, type ReadOffer } from "./offer.ts";

/**
 * `catalogs/v8/<cloud>/vms.csv` of skypilot-catalog: one row a machine and region (and zone), prices in USD per hour of
 * the whole machine; the cloud is the folder's name and not in the file. Rows without accelerators are ordinary machines.
 */
export const skypilot: Dialect = {
  name: "skypilot",
  needs: ["InstanceType", "AcceleratorName", "AcceleratorCount", "Price"],
  columns: ["InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "SpotPrice", "Region", "AvailabilityZone"],
  repeats: "machines",
  isList: true,
  isCurrencyAsked: false,
  namesVendor: false,
  readRow,
};

function readRow(cells: RowCells, options: ListOptions): ReadOffer[] {
  const name = cells.text("AcceleratorName");
  const count = cells.text("AcceleratorCount");
  if (name === "" && (count === "" || Number(count) === 0)) {
    cells.note("no_cards", "AcceleratorCount", count);
    return [];
  }
  const card = cardOf(cells, "AcceleratorName", memoryOf(cells.text("GpuInfo")), options);
  const cards = cells.count("AcceleratorCount");
  const hasSpot = cells.text("SpotPrice") !== "";
  const onDemand = cells.text("Price") === "" && hasSpot ? null : cells.price("Price"); // some machines are only sold as spot
  const spot = hasSpot ? cells.price("SpotPrice") : null;
  if (card === null || cards === null) return [];
  const place = { vendor: options.vendor, region: cells.text("Region"), zone: cells.text("AvailabilityZone") };
  const machine = { written: name, card, machine: cells.text("InstanceType"), cards, currency: "USD" };
  const offer = (column: string, amountMicro: Micro | null, billing: "on_demand" | "spot") =>
    amountMicro === null
      ? []
      : [machineOffer(cells.row, { ...machine, column, amountMicro, selector: { ...place, billing } }, options)];
  return [...offer("Price", onDemand, "on_demand"), ...offer("SpotPrice", spot, "spot")];
}

/** GB of one card from a Python dict in single quotes: {'Gpus':[{…,'MemoryInfo':{'SizeInMiB':81920}}],…}. */
function memoryOf(gpuInfo: string): number | null {
  const mebibytes = /'SizeInMiB':\s*(\d{1,9})/.exec(gpuInfo)?.[1];
  return mebibytes === undefined || Number(mebibytes) === 0 ? null : Math.round(Number(mebibytes) / 1024);
}

import { bigint, customType, integer, type PgColumnBuilderBase, smallint } from "drizzle-orm/pg-core";

/** Instants are whole milliseconds UTC; slots, hours and days are numbered from 1970-01-01T00:00Z (db/store/steps.ts). */
export const int4 = (name: string) => integer(name).notNull();
export const int8 = (name: string) => bigint(name, { mode: "number" }).notNull();

export const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/**
 * The columns of SLOT_COLUMNS (db/model/slot.ts), in its order, after the keys of card_slot, card_hour, card_day and
 * pool_hour. Sums are as wide as the step needs: a slot's values are capped at SLOT_VALUE_MAX, so twelve fit into int4.
 * @param ms builder of times @param amount builder of everything else that is summed
 */
export const measured = <M extends PgColumnBuilderBase, A extends PgColumnBuilderBase>(
  ms: (name: string) => M,
  amount: (name: string) => A,
) => ({
  ownedMs: ms("owned_ms"),
  observedMs: ms("observed_ms"),
  busyMs: ms("busy_ms"),
  idleHeldMs: ms("idle_held_ms"),
  freeMs: ms("free_ms"),
  startingMs: ms("starting_ms"),
  faultMs: ms("fault_ms"),
  utilSaidMs: ms("util_said_ms"),
  utilMs: ms("util_ms"),
  tensorSaidMs: ms("tensor_said_ms"),
  tensorMs: ms("tensor_ms"),
  memorySaidMs: ms("memory_said_ms"),
  memoryMibS: amount("memory_mib_s"),
  powerSaidMs: ms("power_said_ms"),
  powerJoules: amount("power_joules"),
  energyJoules: amount("energy_joules"),
  energySaidMs: ms("energy_said_ms"),
  temperatureMax: smallint("temperature_max").notNull(), // °C, -32768 = not said
  memoryTemperatureMax: smallint("memory_temperature_max").notNull(), // °C, -32768 = not said
  eccCorrected: amount("ecc_corrected"),
  eccUncorrected: amount("ecc_uncorrected"),
  rowsRemapped: amount("rows_remapped"),
  pcieReplays: amount("pcie_replays"),
  nvlinkErrors: amount("nvlink_errors"),
  throttledMs: ms("throttled_ms"),
  xids: amount("xids"),
  readings: amount("readings"),
});

/** Money in micro-units: past 2^53 where it is summed, so a bigint. */
export const micro = (name: string) => bigint(name, { mode: "bigint" }).notNull();
/** End of a half-open stretch; null = it goes on. */
export const openEnd = (name: string) => bigint(name, { mode: "number" });

import { int8, micro } from "./columns.ts";

/** Card-milliseconds by state, in the order of LEDGER_STATES (db/model/ledger.ts). */
export const stateMs = () => ({
  busyMs: int8("busy_ms"),
  idleHeldMs: int8("idle_held_ms"),
  startingMs: int8("starting_ms"),
  freeMs: int8("free_ms"),
  faultMs: int8("fault_ms"),
  unknownMs: int8("unknown_ms"),
});

/** Money by state, in the same order. */
export const stateMicro = () => ({
  busyMicro: micro("busy_micro"),
  idleHeldMicro: micro("idle_held_micro"),
  startingMicro: micro("starting_micro"),
  freeMicro: micro("free_micro"),
  faultMicro: micro("fault_micro"),
  unknownMicro: micro("unknown_micro"),
});

import { FIELD } from "../../db/model/card-fields.ts";
import type { Reading } from "../../server/domain/slot-summary.ts";

/** The slow and obvious model: ask every single millisecond who speaks for it. */
export function slotOracle(
  readings: readonly Reading[],
  window: { from: number; to: number },
  owned: { from: number; to: number },
) {
  const out = {
    ownedMs: 0,
    observedMs: 0,
    busyMs: 0,
    idleHeldMs: 0,
    freeMs: 0,
    faultMs: 0,
    utilSaidMs: 0,
    utilPpmMs: 0,
  };
  for (let t = window.from; t < window.to; t += 1) {
    if (t < owned.from || t >= owned.to) continue;
    out.ownedMs += 1;
    const speaking = readings.filter((r) => r.at <= t && t < r.until).at(-1);
    if (!speaking) continue;
    out.observedMs += 1;
    const util = speaking.values[speaking.offset + FIELD.utilRatio]!;
    const memory = speaking.values[speaking.offset + FIELD.memoryUsedBytes]!;
    if (!Number.isNaN(util)) {
      out.utilSaidMs += 1;
      out.utilPpmMs += Math.round(util * 1e6);
    }
    if (speaking.values[speaking.offset + FIELD.rowRemapFailed]! > 0) out.faultMs += 1;
    else if (util >= 0.01) out.busyMs += 1;
    else if (Number.isNaN(util)) continue;
    else if (speaking.holders !== null) out[speaking.holders.length > 0 ? "idleHeldMs" : "freeMs"] += 1;
    else if (!Number.isNaN(memory)) out[memory > 15 * 2 ** 20 ? "idleHeldMs" : "freeMs"] += 1;
  }
  return out;
}

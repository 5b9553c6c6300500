/**
 * How exact money becomes figures on a page (M-09): a figure is its exact amount rounded once, half to even, to the
 * currency's minor unit, and figures that stand under a total add up to it. Pure; for the web and for the server alike.
 */
import { divideHalfEven, MICRO, type Micro } from "./money.ts";

/** The smallest amount a page shows: 10_000n for a currency of two decimals. */
export const shownStep = (digits: number): Micro => MICRO / 10n ** BigInt(Math.min(6, Math.max(0, digits)));

/** An amount rounded half to even to a multiple of `step`. */
export const roundShown = (amount: Micro, step: Micro): Micro => divideHalfEven(amount, step) * step;

/**
 * The parts of a sum as they are shown: multiples of `step` that add up to `roundShown(Σ parts)`, each less than one step
 * from its exact amount. What rounding down leaves over goes to the largest remainders, ties by place. A part that is
 * whole already stays as it is.
 */
export function shownParts(parts: readonly Micro[], step: Micro): Micro[] {
  const floors = parts.map((part) => floorTo(part, step));
  const total = roundShown(
    parts.reduce((sum, part) => sum + part, 0n),
    step,
  );
  const left = Number((total - floors.reduce((sum, floor) => sum + floor, 0n)) / step);
  const rest = (i: number): Micro => (parts[i] ?? 0n) - (floors[i] ?? 0n);
  const byRest = parts.map((_, i) => i).sort((a, b) => (rest(a) === rest(b) ? a - b : rest(a) > rest(b) ? -1 : 1));
  const raised = new Set(byRest.slice(0, left));
  return floors.map((floor, i) => (raised.has(i) ? floor + step : floor));
}

function floorTo(amount: Micro, step: Micro): Micro {
  const rest = amount % step;
  return amount - (rest < 0n ? rest + step : rest);
}

import type { ReactNode } from "react";

/** A figure that can be a loss: its sign stands in the text, the colour says it again. Neutral at nothing. */
export function Signed({ value, children }: { value: bigint | number; children: ReactNode }) {
  const way = value > 0 ? "gain" : value < 0 ? "loss" : "even";
  return <span className={`money-${way}`}>{children}</span>;
}

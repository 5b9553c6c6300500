import { HOUR_MS } from "../../../db/model/time.ts";
import type { Severity } from "../../../db/model/rule.ts";

/** What was last said of an incident on a channel. As text in a group's row: "firing P1 1766400000000 1766400300000". */
export type Word = {
  readonly status: "firing" | "resolved";
  readonly severity: Severity;
  /** When it made its group speak in the last hour, unix ms, oldest first. */
  readonly told: readonly number[];
};

/** Messages one finding may cause in an hour, however often it comes and goes (ALR-08). */
export const MOST_AN_HOUR = 3;

/** null = nothing was said of it. */
export function readWord(text: string | undefined): Word | null {
  if (text === undefined) return null;
  const [status, severity, ...told] = text.split(" ");
  return {
    status: status === "firing" ? "firing" : "resolved",
    severity: severity === "P2" || severity === "P3" ? severity : "P1",
    told: told.map(Number),
  };
}

export const writeWord = ({ status, severity, told }: Word): string => [status, severity, ...told].join(" ");

/** Whether a channel believes that it fires: somebody must tell it when it is over. */
export const isSaidFiring = (text: string | undefined): boolean => text?.startsWith("firing") === true;

/** Times of the last hour. A clock that was set back makes none of them lie ahead. */
export const lastHour = (told: readonly number[], now: number): readonly number[] =>
  told.map((at) => Math.min(at, now)).filter((at) => now - at < HOUR_MS);

/** When a finding may make its group speak again; `now` = at once. */
export function freeAt(word: Word | undefined, now: number): number {
  const told = lastHour(word?.told ?? [], now);
  return told.length < MOST_AN_HOUR ? now : told[told.length - MOST_AN_HOUR]! + HOUR_MS;
}

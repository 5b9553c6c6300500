import type { Deps } from "../context.ts";

type CursorDeps = Pick<Deps, "live" | "startedAt">;

/** Where a reader stands who knows everything up to now. */
export const cursorAt = (deps: CursorDeps, version = deps.live.version()): string => `${deps.startedAt}.${version}`;

/** The version a cursor stands for. null = of another process, from the future, or nonsense. */
export function versionOf(deps: CursorDeps, cursor: string): number | null {
  const [started, version] = cursor.split(".").map(Number);
  if (started !== deps.startedAt || version === undefined || !Number.isSafeInteger(version)) return null;
  return version >= 0 && version <= deps.live.version() ? version : null;
}

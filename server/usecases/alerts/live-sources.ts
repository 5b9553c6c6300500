import type { SourceView, TargetView } from "../../../db/model/views.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { RoundSource } from "../../domain/health/round.ts";

/** How the sources do. One is down when none of its targets answered the last time; one never tried is neither. */
export class LiveSources {
  private readonly downSince = new Map<string, UnixMs>();

  at(sources: readonly SourceView[], targets: readonly TargetView[], now: UnixMs): readonly RoundSource[] {
    const bySource = new Map<string, TargetView[]>();
    for (const target of targets) {
      const own = bySource.get(target.source);
      if (own === undefined) bySource.set(target.source, [target]);
      else own.push(target);
    }
    return sources.map(({ name, lastSuccessAt, lastError }) => {
      const own = bySource.get(name) ?? [];
      const isDown = own.length > 0 && own.every(({ up }) => up === false);
      return {
        name,
        isDown,
        downSince: this.since(name, isDown, lastSuccessAt, now),
        lastSuccessAt: lastSuccessAt === null ? null : unixMs(lastSuccessAt),
        durationMs: own.reduce<number | null>(
          (most, { durationMs }) => (durationMs !== null && durationMs > (most ?? 0) ? durationMs : most),
          null,
        ),
        targets: own.length,
        targetsDown: own.filter(({ up }) => up === false).length,
        fault: lastError,
      };
    });
  }

  private since(name: string, isDown: boolean, lastSuccessAt: number | null, now: UnixMs): UnixMs | null {
    if (!isDown) {
      this.downSince.delete(name);
      return null;
    }
    const known = this.downSince.get(name) ?? (lastSuccessAt === null ? now : unixMs(lastSuccessAt));
    this.downSince.set(name, known);
    return known;
  }
}

/**
 * The life of one finding, told from its whole history: nothing is carried from round to round, every answer is looked up
 * in all that was seen. Slow and obvious.
 */
export type SeenThen = "breach" | "clear" | "absent" | "left";

export type RoundThen = {
  readonly now: number; // unix ms
  readonly elapsedMs: number; // since the round before; 0 = the same round once more
  readonly seen: SeenThen;
};

export type Life = {
  readonly pendingAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null; // null = open at the end
  readonly because: string; // of its last phase
  readonly isFlapping: boolean; // at its end
};

export type Timing = { readonly forMs: number; readonly keepFiringMs: number };

/** Every life of the finding, oldest first. */
export function livesOf(history: readonly RoundThen[], rule: Timing): readonly Life[] {
  const lives: Life[] = [];
  const checks: boolean[] = []; // did it change? one a round that tells
  for (let i = 0; i < history.length; i += 1) {
    if (history[i]!.seen !== "breach") {
      if (history[i]!.elapsedMs > 0) checks.push(false);
      continue;
    }
    const [life, end] = lifeFrom(history, i, rule, checks);
    lives.push(life);
    i = end;
  }
  return lives;
}

/** The life that begins with round `start`, and the round it ends with. */
function lifeFrom(
  history: readonly RoundThen[],
  start: number,
  rule: Timing,
  checks: boolean[],
): readonly [Life, number] {
  const pendingAt = history[start]!.now;
  if (history[start]!.elapsedMs > 0) checks.push(true);
  let isFlapping = flaps(checks, false);
  let firedAt = rule.forMs === 0 ? start : null;
  for (let i = start + 1; i < history.length; i += 1) {
    const { seen, elapsedMs, now } = history[i]!;
    const because = {
      pendingAt,
      firedAt: firedAt === null ? null : history[firedAt]!.now,
      resolvedAt: now,
      isFlapping,
    };
    if (seen === "left") return [{ ...because, because: "card_left" }, i];
    if (seen === "absent") continue;
    const told = history.slice(start, i).filter((one) => one.seen === "breach" || one.seen === "clear");
    if (elapsedMs > 0) {
      checks.push(told.at(-1)!.seen !== seen);
      isFlapping = flaps(checks, isFlapping);
    }
    if (firedAt === null) {
      if (seen === "clear") return [{ ...because, because: "never_fired", isFlapping }, i];
      const observed = history.slice(start + 1, i + 1).filter((one) => one.seen === "breach");
      if (sum(observed) >= rule.forMs) firedAt = i;
      continue;
    }
    if (seen === "breach") continue;
    const lastBreach = history.slice(0, i).findLastIndex((one) => one.seen === "breach");
    const health = history.slice(lastBreach + 1, i + 1).filter((one) => one.seen === "clear");
    if (sum(health.slice(1)) >= rule.keepFiringMs && !isFlapping)
      return [{ ...because, because: "condition_ended", isFlapping }, i];
  }
  const last = history.length - 1;
  const phase = firedAt === null ? "condition_began" : rule.forMs === 0 ? "at_once" : "held_for";
  const fired = firedAt === null ? null : history[firedAt]!.now;
  return [{ pendingAt, firedAt: fired, resolvedAt: null, because: phase, isFlapping }, last];
}

/** Nagios: the share of changes between the last 21 checks, the newest weighing 1.25, the oldest 0.75; 20 % and 5 %. */
function flaps(checks: readonly boolean[], wasFlapping: boolean): boolean {
  const last = checks.slice(-20);
  const places = [...Array.from({ length: 20 - last.length }, () => false), ...last];
  const share = places.reduce((all, changed, i) => all + (changed ? 0.75 + (0.5 * i) / 19 : 0), 0) / 20;
  return Math.round(share * 1e9) >= (wasFlapping ? 0.05e9 : 0.2e9);
}

const sum = (rounds: readonly RoundThen[]): number => rounds.reduce((all, { elapsedMs }) => all + elapsedMs, 0);

import type { Evidence } from "../../../db/model/incident.ts";
import type { GangVerdict } from "../../../db/model/rule.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { figure, isSaid } from "./observed.ts";
import type { Round, RoundGang } from "./round.ts";
import { isOfSet, xidOf } from "./xid.ts";

/** `working`: it does. `untold`: too little is said, or it stands still and nobody saw it work: neither well nor ill. */
export type GangJudgement = {
  readonly verdict: GangVerdict | "working" | "untold";
  readonly evidence: readonly Evidence[];
  readonly since: number; // unix ms of the fall; NaN = it did not fall
};

/** A card works above this and stands still below that; so much of a job must fall, within so many minutes. health-rules.md 7 */
const STILL_BELOW = 0.05;
const TOGETHER = 0.8;
const FALL_MINUTES = 5;
/** Mean activity below which at least TOGETHER of the cards may stand still: the rest at full load. */
const STILL_MEAN = TOGETHER * STILL_BELOW + (1 - TOGETHER);

/** Fully busy and nothing done: health-rules.md 7, `hung`. Bytes that a waiting collective still moves: ours. */
const SPIN = { utilAtLeast: 0.95, tensorBelow: 0.01, dramBelow: 0.02, bytesPerSecondBelow: 1e6 } as const;

/** On and off within the last half hour: waits for its data. Checkpoints and evaluations come less often. "ours" */
const STALL = { minutes: 30, changes: 6, leastShare: 0.25, mostShare: 0.75 } as const;

/** A fault of a card counts as the reason when it stands so close to the fall. */
const BEFORE_MS = 5 * MINUTE_MS;
const AFTER_MS = 10 * MINUTE_MS;

/** What became of a job, from the shape of its cards' activity over the last hour and from what else is known of them. */
export function judgeGang(gang: RoundGang, round: Round): GangJudgement {
  const spin = spinning(gang, round);
  if (spin !== null) return spin;
  const now = stillNow(gang, round);
  if (now === null)
    return { verdict: gang.phase === "succeeded" ? "finished" : "untold", evidence: [], since: Number.NaN };
  if (now.share < TOGETHER) return judgeAtWork(gang, round);
  const fellAt = fall(gang, round.at);
  if (gang.phase === "succeeded") return { verdict: "finished", evidence: [], since: Number.NaN };
  if (fellAt === null) return { verdict: "untold", evidence: [], since: Number.NaN };
  const evidence = [
    figure(
      "cardsStill",
      now.share,
      TOGETHER,
      round.at,
      `${now.still} of ${now.said} cards below ${STILL_BELOW * 100} %`,
    ),
    figure("activityRatio", gang.activity.at(-1) ?? Number.NaN, STILL_BELOW, round.at),
  ];
  const { verdict, reason } = reasonOf(gang, round, fellAt);
  return { verdict, evidence: [...evidence, ...reason], since: fellAt };
}

type Reason = { readonly verdict: "crashed" | "hung" | "unknown"; readonly reason: readonly Evidence[] };

/** Why it fell: what Kubernetes says, a fault of one of its cards, or nobody knows. */
function reasonOf(gang: RoundGang, round: Round, fellAt: UnixMs): Reason {
  const say = (text: string, at: UnixMs = round.at): Evidence => ({
    signal: "reason",
    value: null,
    threshold: null,
    at,
    text,
  });
  if (gang.phase === "failed") return { verdict: "crashed", reason: [say("one of its pods failed")] };
  if (gang.startedAt !== null && gang.startedAt > fellAt)
    return { verdict: "crashed", reason: [say("its pods were started again", gang.startedAt)] };
  const faults = [...gang.rows].flatMap((row) => faultsAround(round, row, fellAt));
  if (faults.length > 0) return { verdict: "crashed", reason: faults.slice(0, 8) };
  const { cards } = round;
  const isAscend = cards.pool[gang.rows[0]!]!.model.startsWith("Ascend");
  // mind-cluster: an Ascend chip whose job hangs shows no AI core activity, while its pods run and hold its memory.
  return isAscend && gang.phase === "running"
    ? { verdict: "hung", reason: [say("its pods run and its chips compute nothing")] }
    : {
        verdict: "unknown",
        reason: [
          say(
            gang.phase === "running" ? "its pods run; no fault of its cards is known" : "nobody says how its pods are",
          ),
        ],
      };
}

/** XIDs, drops and losses of a card around the fall, and its silence. */
function faultsAround({ cards, events }: Round, row: number, fellAt: number): Evidence[] {
  const found = events
    .of(cards.id[row]!)
    .filter(({ kind, code, at }) => {
      const isNear = at >= fellAt - BEFORE_MS && at <= fellAt + AFTER_MS;
      if (!isNear) return false;
      return kind === "xid" ? isOfSet(code, "critical") || isOfSet(code, "hardware_warning") : FAULTS.has(kind);
    })
    .map((one) =>
      figure(
        one.kind,
        one.code || one.count,
        Number.NaN,
        one.at,
        `${cards.uuid[row]}${one.kind === "xid" ? `: ${xidOf(one.code).name}` : ""}`,
      ),
    );
  const silent = cards.silentSince[row]!;
  const isLost = cards.gap[row] === "card_gone" && silent >= fellAt - BEFORE_MS && silent <= fellAt + AFTER_MS;
  return isLost ? [...found, figure("dropped", 1, Number.NaN, unixMs(silent), cards.uuid[row])] : found;
}

const FAULTS: ReadonlySet<string> = new Set(["ecc_uncorrected", "remap_failed", "npu_fault", "dropped", "node_lost"]);

/** How many of its cards stand still just now; null = less than half of them, or of two, said so. */
function stillNow({ rows }: RoundGang, { cards }: Round): { still: number; said: number; share: number } | null {
  const activity = cards.level("activityRatio");
  const said = rows.filter((row) => isSaid(activity[row]!));
  if (said.length < 2 || said.length * 2 < rows.length) return null;
  const still = said.filter((row) => activity[row]! < STILL_BELOW).length;
  return { still, said: said.length, share: still / said.length };
}

/** When its cards fell from work to standstill together, and stood still since; null = they did not within the hour. */
function fall({ activity, busyShare }: RoundGang, at: UnixMs): UnixMs | null {
  const isStill = (minute: number) => 1 - busyShare[minute]! >= TOGETHER && activity[minute]! < STILL_MEAN;
  const worked = busyShare.findLastIndex((share) => share >= TOGETHER);
  if (worked === -1) return null;
  for (let minute = worked + 1; minute <= worked + FALL_MINUTES && minute < activity.length; minute += 1)
    if (isStill(minute)) return unixMs(at - (activity.length - minute) * MINUTE_MS);
  return null; // it came to rest card by card
}

/** At work: fully, or by turns. */
function judgeAtWork({ busyShare, activity }: RoundGang, round: Round): GangJudgement {
  const recent = [...busyShare].slice(-STALL.minutes).filter(isSaid);
  const works = recent.map((share) => share >= 0.5);
  const share = works.filter(Boolean).length / recent.length;
  const changes = works.filter((isWorking, i) => i > 0 && isWorking !== works[i - 1]).length;
  const isByTurns =
    recent.length >= STALL.minutes && share >= STALL.leastShare && share <= STALL.mostShare && changes >= STALL.changes;
  if (!isByTurns) return { verdict: "working", evidence: [], since: Number.NaN };
  const evidence = [
    figure(
      "busyShare",
      share,
      STALL.mostShare,
      round.at,
      `on and off ${changes} times within ${STALL.minutes} minutes`,
    ),
    figure("activityRatio", activity.at(-1) ?? Number.NaN, Number.NaN, round.at),
  ];
  return { verdict: "data_stall", evidence, since: Number.NaN };
}

/** Kernels that wait for each other keep a card busy and compute nothing. null = they do not, or it is not said. */
function spinning({ rows }: RoundGang, round: Round): GangJudgement | null {
  const { cards } = round;
  const [util, tensor, dram] = [cards.level("utilRatio"), cards.level("tensorRatio"), cards.level("dramRatio")];
  const links = [
    cards.level("nvlinkBytesPerSecond"),
    cards.level("pcieRxBytesPerSecond"),
    cards.level("pcieTxBytesPerSecond"),
  ];
  const said = rows.filter((row) => isSaid(tensor[row]!) && isSaid(dram[row]!));
  const spin = said.filter(
    (row) =>
      util[row]! >= SPIN.utilAtLeast &&
      tensor[row]! < SPIN.tensorBelow &&
      dram[row]! < SPIN.dramBelow &&
      links.every((link) => !(link[row]! >= SPIN.bytesPerSecondBelow)),
  );
  if (said.length < 2 || said.length * 2 < rows.length || spin.length < TOGETHER * said.length) return null;
  const row = spin[0]!;
  return {
    verdict: "hung",
    evidence: [
      figure("utilRatio", util[row]!, SPIN.utilAtLeast, round.at, `${spin.length} of ${said.length} cards`),
      figure("tensorRatio", tensor[row]!, SPIN.tensorBelow, round.at),
      figure("dramRatio", dram[row]!, SPIN.dramBelow, round.at),
    ],
    since: Number.NaN,
  };
}

import type { GangVerdict } from "../../../db/model/rule.ts";
import type { RoundGang } from "./round.ts";

export type GangJudgement = { readonly verdict: GangVerdict | "working"; readonly reason: string };

/** A card above this works; from below this it does not (health-rules.md section 7, train-interrupted). */
const WORKS = 0.5;
const STILL = 0.05;
/** The share of a job's cards that must fall together. */
const TOGETHER = 0.8;
/** Within so many minutes. */
const FALL_MINUTES = 5;
/** A job that has done nothing for so long after it worked is not between two steps. */
const STILL_MINUTES = 10;
/** Sawtooth: between so much of the time working and so much still, it waits for its data. */
const STALL_SHARE = 0.25;

/**
 * What became of a job, from the shape of its cards' activity over the last hour. `working` while it works; `unknown` while
 * nobody can tell, which is no fault.
 */
export function judgeGang({ activity, busyShare, phase }: RoundGang): GangJudgement {
  if (phase === "succeeded") return { verdict: "finished", reason: "its pods ended well" };
  if (phase === "failed") return { verdict: "crashed", reason: "its pods failed" };
  const said = [...busyShare].map((share, minute) => ({ share, minute })).filter(({ share }) => !Number.isNaN(share));
  const last = said.slice(-STILL_MINUTES);
  if (last.length < STILL_MINUTES) return { verdict: "unknown", reason: "less than ten minutes of it were read" };
  const isStillNow = last.every(({ minute }) => activity[minute]! < STILL);
  if (!isStillNow) return judgeWorking(said);
  const worked = said.findLast(({ share }) => share >= TOGETHER);
  if (worked === undefined) return { verdict: "unknown", reason: "it was not seen at work in the last hour" };
  const after = said.filter(({ minute }) => minute > worked.minute);
  const fell = after.findIndex(({ share }) => share <= 1 - TOGETHER);
  return fell >= 0 && fell <= FALL_MINUTES
    ? { verdict: "crashed", reason: `its cards fell together ${after.length - fell} minutes ago while its pods run` }
    : { verdict: "finished", reason: "its cards came to rest one after the other" };
}

/** At work now: a job that works and stands still by turns is starved of data. */
function judgeWorking(said: readonly { readonly share: number }[]): GangJudgement {
  const recent = said.slice(-30);
  const working = recent.filter(({ share }) => share > WORKS).length / recent.length;
  const changes = recent.filter(({ share }, i) => i > 0 && share > WORKS !== recent[i - 1]!.share > WORKS).length;
  const isSawtooth = recent.length >= 30 && working > STALL_SHARE && working < 1 - STALL_SHARE && changes >= 6;
  return isSawtooth
    ? {
        verdict: "data_stall",
        reason: `at work ${Math.round(working * 100)} % of the last half hour, on and off ${changes} times`,
      }
    : { verdict: "working", reason: "" };
}

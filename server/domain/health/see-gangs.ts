import type { Finding, Labels } from "../../../db/model/incident.ts";
import type { Condition, GangVerdict, Rule } from "../../../db/model/rule.ts";
import { unixMs } from "../../../db/model/units.ts";
import { aFinding, isAbout, placeValues, saw, type Sight } from "./finding.ts";
import { type GangJudgement, judgeGang } from "./gangs.ts";
import { remembered } from "./observed.ts";
import type { Round, RoundGang, RuleSaw } from "./round.ts";

/** The verdicts a condition about jobs asks for; null = it is about something else. */
export function gangVerdicts(condition: Condition): readonly GangVerdict[] | null {
  if (condition.kind === "gang") return [condition.verdict];
  if (condition.kind !== "any" || condition.of.length === 0) return null;
  const parts = condition.of.map(gangVerdicts);
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

/** A rule about what became of jobs. */
export function seeGangs(rule: Rule, wanted: readonly GangVerdict[], round: Round): RuleSaw {
  const judged = judgeGangs(round);
  const findings: Finding[] = [];
  for (const { gang, judgement } of judged.values()) {
    const { verdict } = judgement;
    const found = wanted.find((one) => one === verdict);
    if (found !== undefined && isAbout(rule, round, gang.rows))
      findings.push(finding(rule, round, gang, judgement, found));
  }
  return saw(rule, findings, (labels) => {
    const one = judged.get(keyOf(labels));
    return one === undefined ? sightOfGone(round, labels) : sightOf(one.judgement.verdict, wanted);
  });
}

const judgeGangs = remembered(
  (round): ReadonlyMap<string, { readonly gang: RoundGang; readonly judgement: GangJudgement }> =>
    new Map(
      round.gangs.map((gang) => [
        keyOf({ cluster: gang.cluster, namespace: gang.namespace, job: gang.job }),
        { gang, judgement: judgeGang(gang, round) },
      ]),
    ),
);

const keyOf = ({ cluster, namespace, job }: Labels): string => JSON.stringify([cluster, namespace, job]);

/** A job that works or ended well is well. One that waits for data works, as far as a rule about falls goes. */
function sightOf(verdict: GangJudgement["verdict"], wanted: readonly GangVerdict[]): Sight {
  if (verdict === "working" || (verdict === "finished" && !wanted.includes("finished"))) return "clear";
  return verdict === "data_stall" && !wanted.includes("data_stall") ? "clear" : "absent";
}

/** Its cards are read, and none of them is held by a pod of its name: it is over. Else nobody can tell. */
function sightOfGone({ cards }: Round, { cluster = "", namespace = "", job = "" }: Labels): Sight {
  const name = job.slice(job.lastIndexOf("/") + 1);
  let [read, all] = [0, 0];
  for (let row = 0; row < cards.count; row += 1) {
    if (cards.pool[row]!.cluster !== cluster) continue;
    all += 1;
    if (cards.gap[row] !== "none") continue;
    read += 1;
    if (cards.holder[row]!.startsWith(`${namespace}/${name}`)) return "absent";
  }
  return all === 0 || read * 2 >= all ? "left" : "absent";
}

function finding(
  rule: Rule,
  round: Round,
  gang: RoundGang,
  { evidence, since }: GangJudgement,
  verdict: GangVerdict,
): Finding {
  const { cards, nodes, at } = round;
  const rows = [...gang.rows];
  const pool = cards.pool[rows[0]!]!;
  const { feature } = gang;
  return aFinding(rule, at, {
    labels: { cluster: gang.cluster, namespace: gang.namespace, job: gang.job },
    since: Number.isNaN(since) ? at : unixMs(since),
    cardIds: rows.map((row) => cards.id[row]!),
    cluster: gang.cluster,
    region: pool.region,
    poolId: pool.id,
    values: {
      ...placeValues(round, rows),
      job: gang.job,
      namespace: gang.namespace,
      n: rows.length,
      nodes: new Set(rows.map((row) => nodes[cards.node[row]!]?.key ?? "")).size,
      ...(feature === null ? {} : { feature: feature.name, team: feature.team }),
    },
    evidence,
    verdict,
  });
}

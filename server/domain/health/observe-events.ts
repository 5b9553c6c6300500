import type { CardEvent } from "../../../db/model/events.ts";
import type { Evidence } from "../../../db/model/incident.ts";
import type { Action, Condition } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { type EventCondition, type Happening, happeningsOf, judgeHappenings } from "./happened.ts";
import { npuFaultOf } from "./npu-faults.ts";
import { unixMs } from "../../../db/model/units.ts";
import {
  ABSENT,
  BREACH,
  CLEAR,
  eventfulRows,
  type Explained,
  figure,
  type Observed,
  readAt,
  readMask,
  remembered,
  isSaid,
} from "./observed.ts";
import type { Round } from "./round.ts";
import { xidOf } from "./xid.ts";

/** The newest are told; a card that fails all day needs no list of it. */
const MOST_TOLD = 10;

/** Events of a card. Health is evident when it is read and nothing of it happened for quietMs: an event has no opposite. */
export function observeEvents(condition: EventCondition, round: Round): Observed {
  const { cards, events, at } = round;
  const found = new Map<number, readonly Happening[]>();
  const says = readMask(round).map((isRead) => (isRead === 1 ? CLEAR : ABSENT));
  for (const row of eventfulRows(round)) {
    const happened = judgeHappenings(happeningsOf(events.of(cards.id[row]!), condition), condition, at);
    if (happened === "quiet") continue;
    says[row] = happened === "recent" ? ABSENT : BREACH;
    if (happened !== "recent") found.set(row, happened);
  }
  return { says, explain: (row) => explainHappenings(found.get(row) ?? [], condition, round, row) };
}

/** What happened, in figures and words: the incident began with the event that made it enough. */
export function explainHappenings(
  some: readonly Happening[],
  { event: kind, count }: EventCondition,
  round: Round,
  row: number,
): Explained {
  const told = some.flatMap(({ events }) => events);
  const newest = some.at(-1);
  if (newest === undefined) return { evidence: [], values: {}, since: Number.NaN };
  const total = some.reduce((sum, { weight }) => sum + weight, 0);
  const values = { count: total, code: newest.code, ...wordsOf(kind, newest.code, some, round, row) };
  return {
    evidence: told.slice(-MOST_TOLD).map((event) => evidenceOf(event, count)),
    values,
    since: newest.last,
  };
}

function evidenceOf(event: CardEvent, threshold: number): Evidence {
  const { kind, code, count, at, detail } = event;
  const name = kind === "xid" ? xidOf(code).name : kind === "npu_fault" ? npuFaultOf(code).hex : "";
  const text = [name, detail].filter((part) => part !== "").join(": ");
  return figure(kind, code === 0 ? count : code, code === 0 ? threshold : Number.NaN, at, text);
}

function wordsOf(kind: string, code: number, some: readonly Happening[], round: Round, row: number) {
  if (kind === "npu_fault") return { fault: npuFaultOf(code).hex, action: npuFaultOf(code).action };
  if (kind !== "xid") return {};
  const { name, nameZh } = xidOf(code);
  return { name, nameZh, action: xidAction(code, some.length, round, row) };
}

/**
 * What to do about an XID: after a second one within a day, the second step. An application's error on several cards at
 * once is the program's, however often it comes (NVSentinel: 31 on two or more cards).
 */
function xidAction(code: number, bursts: number, round: Round, row: number): Action {
  const { action, ifRepeated, class: of } = xidOf(code);
  if (bursts < 2 || ifRepeated === null) return action;
  const cards = cardsByCode(round).get(code) ?? [];
  const isOfProgram = of === "application" && cards.some((other) => other !== row);
  return isOfProgram ? action : ifRepeated;
}

/** Rows of cards that had a code within the last day. */
const cardsByCode = remembered((round) => {
  const codes = new Map<number, number[]>();
  for (const row of eventfulRows(round)) {
    const recent = round.events
      .of(round.cards.id[row]!)
      .filter((one) => one.kind === "xid" && round.at - one.at < DAY_MS);
    for (const code of new Set(recent.map((one) => one.code))) {
      const others = codes.get(code);
      if (others === undefined) codes.set(code, [row]);
      else others.push(row);
    }
  }
  return codes;
});

/** Faults of an Ascend chip by what its maker does about them: the code it shows now, else one it showed of late. */
export function observeNpuFaults({ levels, quietMs }: Condition & { kind: "npu_fault" }, round: Round): Observed {
  const { cards, events, at } = round;
  const [shownCode, health] = [cards.level("npuErrorCode"), cards.level("npuHealthy")];
  const isWanted = (code: number) => code > 0 && levels.includes(npuFaultOf(code).level);
  const codes = new Map<number, { readonly code: number; readonly since: number }>();
  const says = new Uint8Array(cards.count);
  for (let row = 0; row < cards.count; row += 1) {
    // The series of the code is there only while there is a fault; health is always said.
    if (isSaid(shownCode[row]!) || isSaid(health[row]!)) says[row] = CLEAR;
    if (isWanted(shownCode[row]!)) codes.set(row, { code: shownCode[row]!, since: Number.NaN });
  }
  for (const row of eventfulRows(round)) {
    const last = events.of(cards.id[row]!).findLast(({ kind, code }) => kind === "npu_fault" && isWanted(code));
    if (last === undefined) continue;
    const now = codes.get(row);
    if (now?.code === last.code) codes.set(row, { code: last.code, since: last.at });
    else if (now === undefined && at - last.at < quietMs) codes.set(row, { code: last.code, since: last.at });
  }
  for (const row of codes.keys()) says[row] = BREACH;
  return {
    says,
    explain: (row) => {
      const { code, since } = codes.get(row)!;
      const { hex, level, action } = npuFaultOf(code);
      const isShown = shownCode[row] === code;
      const seenAt = isShown || Number.isNaN(since) ? readAt(round, row) : unixMs(since);
      return {
        evidence: [figure("npuErrorCode", code, Number.NaN, seenAt, `${hex} ${level}`)],
        values: { fault: hex, code: hex, level, action },
        since,
      };
    },
  };
}

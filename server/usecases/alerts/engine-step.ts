import type { Database } from "../../../db/database.ts";
import type { CardEvent, CardEventKind } from "../../../db/model/events.ts";
import type { IncidentEvent } from "../../../db/model/incident.ts";
import type { PresenceVerdict, RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { groupName, putAlertGroups, removeAlertGroups, type StoredGroup } from "../../../db/store/alert-groups.ts";
import { putEvents } from "../../../db/store/events.ts";
import {
  appendIncidentEvents,
  insertIncidents,
  type StoredIncident,
  updateIncidents,
} from "../../../db/store/incidents.ts";
import { ensurePartitions } from "../../../db/store/partitions.ts";
import { endSilencesOf } from "../../../db/store/silences.ts";
import type { Tx } from "../../../db/database.ts";
import type { Notice } from "../../../db/model/channel.ts";
import type { Spoken } from "./engine-judge.ts";

export type StepChange = { readonly next: StoredIncident; readonly events: readonly IncidentEvent[] };

/** What one step leaves behind: all of it, or nothing. */
export type EngineStep = {
  readonly now: UnixMs;
  readonly changes: readonly StepChange[];
  readonly quiet: readonly StoredIncident[]; // nothing happened to them that a timeline tells
  readonly cardEvents: readonly CardEvent[];
  readonly spoken: Spoken;
  readonly known: ReadonlyMap<string, number>; // ids of incidents that have one, by fingerprint
};

export type StepWritten = {
  readonly idOf: (fingerprint: string) => number; // 0 = none was written
  readonly groups: (before: readonly StoredGroup[]) => readonly StoredGroup[];
};
export type StepWriter = (step: EngineStep) => Promise<StepWritten>;

/** A message as it is left for its channel. */
export type MessageToPost = {
  readonly channelId: number;
  readonly groupId: number;
  readonly seq: number;
  readonly notice: Notice;
  readonly incidentIds: readonly number[];
  readonly at: UnixMs;
};

/** Writes a step in one transaction: incidents, timelines, events of cards, groups and messages. */
export const stepWriter =
  (db: Database, post: (tx: Tx, messages: readonly MessageToPost[]) => Promise<void>): StepWriter =>
  async ({ now, changes, quiet, cardEvents, spoken, known: written }) => {
    if (cardEvents.length > 0)
      await ensurePartitions(
        db,
        ["card_event"],
        cardEvents.map(({ at }) => at),
      );
    return await db.transaction(async (tx) => {
      const ids = new Map([
        ...written,
        ...(await insertIncidents(
          tx,
          changes.flatMap(({ next }) => (next.id === 0 ? [next] : [])),
        )),
      ]);
      const known = [...changes.map(({ next }) => next), ...quiet].filter(({ id }) => id !== 0);
      for (const { fingerprint, id } of known) ids.set(fingerprint, id);
      await updateIncidents(tx, known);
      const escalated = new Map(spoken.escalated.map(({ fingerprint, step }) => [fingerprint, step]));
      await markEscalated(tx, escalated, ids);
      await appendIncidentEvents(tx, [
        ...changes.flatMap(({ next, events }) =>
          events.map((event) => ({ incidentId: ids.get(next.fingerprint)!, event })),
        ),
        ...[...escalated].flatMap(([fingerprint, step]) => {
          const incidentId = ids.get(fingerprint);
          const event = { at: now, kind: "escalated", because: "", who: "", detail: String(step) } as const;
          return incidentId === undefined ? [] : [{ incidentId, event }];
        }),
      ]);
      await endSilencesOf(
        tx,
        changes.flatMap(({ next }) => (next.phase === "resolved" ? [next.fingerprint] : [])),
        now,
      );
      await putEvents(tx, cardEvents);
      const groupIds = await putAlertGroups(tx, spoken.groups);
      await removeAlertGroups(tx, spoken.over);
      await post(
        tx,
        spoken.messages.map(({ group, notice, fingerprints }) => ({
          channelId: group.channelId,
          groupId: groupIds.get(groupName(group))!,
          seq: notice.seq,
          notice,
          incidentIds: fingerprints.flatMap((fingerprint) => ids.get(fingerprint) ?? []),
          at: now,
        })),
      );
      return {
        idOf: (fingerprint) => ids.get(fingerprint) ?? 0,
        groups: (before) => groupsAfter(before, spoken, groupIds),
      };
    });
  };

async function markEscalated(
  tx: Tx,
  steps: ReadonlyMap<string, number>,
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [fingerprint, step] of steps) {
    const id = ids.get(fingerprint);
    if (id !== undefined) await tx.query("UPDATE incident SET escalation = $2 WHERE id = $1", [id, step]);
  }
}

function groupsAfter(
  before: readonly StoredGroup[],
  { groups, over }: Spoken,
  ids: ReadonlyMap<string, number>,
): readonly StoredGroup[] {
  const gone = new Set(over);
  const changed = new Map(groups.map((group) => [groupName(group), { ...group, id: ids.get(groupName(group))! }]));
  const kept = before.filter((group) => !gone.has(group.id)).map((group) => changed.get(groupName(group)) ?? group);
  const known = new Set(kept.map(groupName));
  return [...kept, ...[...changed.values()].filter((group) => !known.has(groupName(group)))];
}

/**
 * Whether an incident nothing happened to must be written all the same: a restart goes on from its row, so what its `for`
 * and its health have been observed for is kept. Figures that change every round are not.
 */
export function isWorthWriting(before: StoredIncident | undefined, now: StoredIncident): boolean {
  return (
    before === undefined ||
    before.observedMs !== now.observedMs ||
    before.clearSince !== now.clearSince ||
    before.flaps !== now.flaps ||
    before.severity !== now.severity ||
    before.suppressedBy !== now.suppressedBy ||
    before.suppressor !== now.suppressor ||
    before.escalation !== now.escalation ||
    String(before.cardIds) !== String(now.cardIds)
  );
}

/** What a presence rule that fires, and one that resolves, means for each of its cards. */
const EVENT_OF: Readonly<Partial<Record<PresenceVerdict, readonly [CardEventKind, CardEventKind]>>> = {
  card_drop: ["dropped", "came_back"],
  all_cards_lost: ["dropped", "came_back"],
  exporter_down: ["exporter_lost", "exporter_back"],
  node_down: ["node_lost", "node_back"],
};

/** Rows in the lives of cards that dropped, or whose exporter or node was lost, or came back. */
export function presenceEvents(changes: readonly StepChange[], rules: readonly RuleInForce[]): CardEvent[] {
  const verdicts = new Map(
    rules.flatMap(({ rule }) =>
      rule.condition.kind === "presence" ? [[rule.id, rule.condition.verdict] as const] : [],
    ),
  );
  return changes.flatMap(({ next, events }) => {
    const verdict = verdicts.get(next.ruleId);
    const kinds = verdict === undefined ? undefined : EVENT_OF[verdict];
    if (kinds === undefined || next.isHistoric) return [];
    return events.flatMap(({ kind, because, at }) => {
      if (kind === "fired") return eventsOf(next, kinds[0], next.since);
      return kind === "resolved" && because === "condition_ended" ? eventsOf(next, kinds[1], at) : [];
    });
  });
}

const eventsOf = ({ cardIds, ruleId }: StoredIncident, kind: CardEventKind, at: UnixMs): CardEvent[] =>
  cardIds.map((cardId) => ({ cardId, at, kind, code: 0, count: 1, detail: ruleId }));

import fc from "fast-check";
import type { NoticeLine } from "../../../db/model/channel.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import type { Decisions } from "../../../server/notify/notifier.ts";
import type { FakeBotRecord } from "../../../collectors/simulator/fake-bots.ts";
import { aChannel, aLine, anAlert, aNotice, openStage, type NetFault, type Stage } from "./stage.ts";

/** A stretch of time in which one thing happens. */
type Step =
  | { readonly kind: "turn"; readonly incident: number; readonly afterMs: number } // fires, or is over
  | { readonly kind: "fault"; readonly channel: 0 | 1; readonly fault: Fault; readonly afterMs: number };
export type Fault = "none" | NonNullable<NetFault> | "500" | "429" | "taken and reset" | "400 for incident 2";

const FAULTS: readonly Fault[] = [
  "none",
  "none",
  "timeout",
  "reset",
  "dns",
  "500",
  "429",
  "taken and reset",
  "400 for incident 2",
];
const CHANNELS = [aChannel(1, "dingtalk", { name: "a" }), aChannel(2, "webhook", { name: "b" })];
const PATHS = ["dingtalk/a", "webhook/b"] as const;
const INCIDENTS = 8;
const groupOf = (incident: number): number => 1 + (incident % 5);

const short = fc.integer({ min: 0, max: 2_000 });
const mixed = fc.oneof(short, fc.integer({ min: 0, max: 10 * MINUTE_MS }));
const turns = (pause: fc.Arbitrary<number>) =>
  fc.record({
    kind: fc.constant("turn" as const),
    incident: fc.integer({ min: 1, max: INCIDENTS }),
    afterMs: pause,
  });
const faults = (pause: fc.Arbitrary<number>) =>
  fc.record({
    kind: fc.constant("fault" as const),
    channel: fc.constantFrom(0 as const, 1 as const),
    fault: fc.constantFrom(...FAULTS),
    afterMs: pause,
  });
const steps = (pause: fc.Arbitrary<number>, weight: number) =>
  fc.oneof({ weight: 20, arbitrary: turns(pause) }, { weight, arbitrary: faults(pause) });

/** An afternoon of changes and faults, or a minute in which everything changes at once. */
export const scripts = fc.oneof(
  { weight: 3, arbitrary: fc.array(steps(mixed, 8), { minLength: 4, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.array(steps(short, 1), { minLength: 30, maxLength: 60 }) },
);

export type World = {
  readonly stage: Stage;
  /** Per incident, what was really so, in order. */
  readonly real: ReadonlyMap<number, readonly string[]>;
  readonly put: number; // messages left by the engine
};

/** Plays a script, lifts every fault, and lets the queue drain. The engine of this world says all of a group at each turn. */
export async function play(script: readonly Step[], decisions?: Decisions): Promise<World> {
  const stage = openStage(CHANNELS, {}, { pollMs: 15 * SECOND_MS, ...(decisions === undefined ? {} : { decisions }) });
  const real = new Map<number, string[]>();
  const seqs = new Map<number, number>();
  const owed = new Map<number, Set<number>>(); // of a group: resolved and not yet said
  let put = 0;
  const stateOf = (incident: number): string | undefined => real.get(incident)?.at(-1);
  const lay = (channel: 0 | 1, fault: Fault): void => {
    const path = PATHS[channel];
    const isNet = fault === "timeout" || fault === "reset" || fault === "dns" || fault === "tls" || fault === "refused";
    stage.net(path, isNet ? fault : null);
    stage.bots.fail(
      path,
      fault === "500" || fault === "429"
        ? () => ({ status: Number(fault), headers: {}, body: "" })
        : fault === "400 for incident 2"
          ? ({ body }) =>
              /#2 |"incident":2,/.test(body) ? { status: 400, headers: {}, body: '{"errcode":400105}' } : null
          : null,
    );
    stage.takenAndReset(path, fault === "taken and reset");
  };
  const say = async (incident: number): Promise<void> => {
    const group = groupOf(incident);
    const seq = (seqs.get(group) ?? 0) + 1;
    seqs.set(group, seq);
    const resolved = owed.get(group) ?? new Set();
    owed.delete(group);
    const lines: NoticeLine[] = [];
    for (const no of real.keys()) {
      if (groupOf(no) !== group) continue;
      if (stateOf(no) === "firing" || resolved.has(no))
        lines.push(aLine({ no, status: stateOf(no) === "firing" ? "firing" : "resolved", detail: "" }));
    }
    const status = lines.every((line) => line.status === "resolved") ? "resolved" : "firing";
    const alerts = lines.map((line) => anAlert(line.no, line.status));
    const notice = aNotice({ seq, status, lines, alerts, groupKey: `g${group}` });
    const incidentIds = lines.map(({ no }) => no);
    const messages = CHANNELS.map(({ id }) => ({
      channelId: id,
      groupId: group,
      seq,
      notice,
      incidentIds,
      at: stage.clock.now(),
    }));
    put += messages.length;
    await stage.say(...messages);
  };
  for (const step of script) {
    if (step.kind === "fault") lay(step.channel, step.fault);
    else {
      const next = stateOf(step.incident) === "firing" ? "resolved" : "firing";
      real.set(step.incident, [...(real.get(step.incident) ?? []), next]);
      const group = groupOf(step.incident);
      if (next === "resolved") owed.set(group, (owed.get(group) ?? new Set()).add(step.incident));
      else owed.get(group)?.delete(step.incident);
      await say(step.incident);
    }
    await stage.clock.advance(step.afterMs);
  }
  lay(0, "none");
  lay(1, "none");
  await stage.clock.advance(HOUR_MS);
  await stage.notifier.stop();
  return { stage, real, put };
}

/** What a reader of the group saw of each incident, repeats in a row taken as one. */
export function seen(records: readonly FakeBotRecord[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const { kind, body } of records) {
    for (const [no, status] of linesOf(kind, body)) {
      const before = found.get(no) ?? [];
      if (before.at(-1) !== status) found.set(no, [...before, status]);
    }
  }
  return found;
}

function linesOf(kind: string, body: string): (readonly [number, string])[] {
  if (kind === "webhook") {
    const { data } = JSON.parse(body) as { data: { lines: { incident: number; status: string }[] } };
    return data.lines.map(({ incident, status }) => [incident, status] as const);
  }
  return [...body.matchAll(/［([^［］]*)］ #(\d+) /g)].map(
    ([, word, no]) => [Number(no), word === "已恢复" ? "resolved" : "firing"] as const,
  );
}

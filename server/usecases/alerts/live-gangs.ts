import type { Holder } from "../../../db/model/frame.ts";
import type { KubePod } from "../../../db/model/kube.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { RoundFeature, RoundGang } from "../../domain/health/round.ts";
import type { MinuteActivity } from "../../ingest/minute-activity.ts";
import type { WatchRound } from "../../ingest/watch-round.ts";

export type GangParts = {
  readonly activity: Pick<MinuteActivity, "of">;
  readonly kube: {
    pod(cluster: string, namespace: string, name: string, uid: string): KubePod | null;
  };
  /** When Kubernetes started a holder; null = not said. */
  startedAt(holder: Holder, cluster: string): number | null;
};

/** A card counts as working above this (facts/health-rules.md 7, train-interrupted). */
const BUSY_FROM = 0.5;
/** Owners whose pods train, where nobody named the feature they work for. */
const TRAINING_OWNERS = new Set([
  "PyTorchJob",
  "TFJob",
  "MPIJob",
  "JAXJob",
  "TrainJob",
  "PaddleJob",
  "XGBoostJob",
  "RayJob",
]);
/** How long the end of a job is still told after its pods gave up their cards. "ours" */
const REMEMBERED_MS = HOUR_MS;
const LEAST_CARDS = 2;

type Draft = {
  readonly key: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly job: string;
  feature: RoundFeature | null;
  readonly cardIds: number[];
  readonly pods: Map<string, { readonly name: string; readonly uid: string }>;
  startedAt: number | null;
  seenAt: number;
};

/**
 * The jobs that train on two cards or more, from whoever holds each card now. A job whose pods gave up their cards is told
 * for another hour, while Kubernetes still says how they ended; where nobody says it, a job without cards is gone.
 */
export class LiveGangs {
  private readonly parts: GangParts;
  private readonly remembered = new Map<string, Draft>();

  constructor(parts: GangParts) {
    this.parts = parts;
  }

  at(round: WatchRound, now: UnixMs): readonly RoundGang[] {
    const held = new Map<string, Draft>();
    const busyRows = new Set<number>();
    round.holders.forEach((holders, row) => {
      for (const holder of holders ?? []) {
        busyRows.add(row);
        this.join(held, round, row, holder, now);
      }
    });
    for (const [key, gang] of held) {
      if (gang.cardIds.length >= LEAST_CARDS) this.remembered.set(key, gang);
    }
    const rowOf = new Map<number, number>();
    if (this.remembered.size > 0) round.cards.id.forEach((id, row) => rowOf.set(id, row));
    const gangs: RoundGang[] = [];
    for (const [key, gang] of this.remembered) {
      const isHeld = held.has(key);
      const phase = this.phaseOf(gang);
      const isOver = !isHeld && (phase === null || phase === "running" || now - gang.seenAt > REMEMBERED_MS);
      const rows = gang.cardIds.flatMap((id) => {
        const row = rowOf.get(id);
        return row === undefined || (!isHeld && busyRows.has(row)) ? [] : [row]; // another job has it now
      });
      if (isOver || rows.length < LEAST_CARDS) this.remembered.delete(key);
      else gangs.push(this.toGang(gang, rows, phase, round, now));
    }
    return gangs;
  }

  private join(held: Map<string, Draft>, round: WatchRound, row: number, holder: Holder, now: UnixMs): void {
    const { cluster } = round.cards.pool[row]!;
    const { namespace, pod, podUid } = holder;
    const feature = round.cards.feature[row]!;
    if (feature !== null && feature.kind !== "training") return;
    const owner = this.parts.kube.pod(cluster, namespace, pod, podUid)?.owner ?? null;
    if (feature === null && (owner === null || !TRAINING_OWNERS.has(owner.kind))) return;
    const job = owner?.name ?? jobOf(pod);
    const key = `${cluster}/${namespace}/${job}`;
    let gang = held.get(key);
    if (gang === undefined) {
      gang = { key, cluster, namespace, job, feature, cardIds: [], pods: new Map(), startedAt: null, seenAt: now };
      held.set(key, gang);
    }
    gang.feature ??= feature;
    gang.cardIds.push(round.cards.id[row]!);
    const podKey = `${pod}\0${podUid}`;
    if (gang.pods.has(podKey)) return;
    gang.pods.set(podKey, { name: pod, uid: podUid });
    const started = this.parts.startedAt(holder, cluster);
    if (started !== null) gang.startedAt = Math.min(gang.startedAt ?? Infinity, started);
  }

  /** One failed pod fails the job; it ended well when all did. */
  private phaseOf({ cluster, namespace, pods }: Draft): RoundGang["phase"] {
    const phases = new Set(
      [...pods.values()].map(({ name, uid }) => this.parts.kube.pod(cluster, namespace, name, uid)?.phase),
    );
    if (phases.has("Failed")) return "failed";
    if (phases.has("Running")) return "running";
    return phases.size === 1 && phases.has("Succeeded") ? "succeeded" : null;
  }

  private toGang(
    gang: Draft,
    rows: readonly number[],
    phase: RoundGang["phase"],
    round: WatchRound,
    now: UnixMs,
  ): RoundGang {
    const { key, cluster, namespace, job, feature, startedAt } = gang;
    const seats = rows.map((row) => round.seats[row]!).filter((seat) => seat >= 0);
    return {
      key,
      cluster,
      namespace,
      job,
      feature,
      rows: Int32Array.from(rows),
      startedAt: startedAt === null ? null : unixMs(startedAt),
      phase,
      ...this.parts.activity.of(seats, now, BUSY_FROM),
    };
  }
}

/** The job of a pod nobody named the owner of: "llm-7b-worker-12" → "llm-7b-worker". */
const jobOf = (pod: string): string => pod.replace(/-\d+$/, "");

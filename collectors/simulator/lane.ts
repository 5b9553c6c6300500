/**
 * Who holds one lane of a card (a whole card, a MIG instance, one of several pods that share it) and when it computes.
 *
 * An hour of a lane is one hold and one activity pattern, so its energy is a closed form; hours add up from the
 * fleet's origin always in the same order, which makes the counter the same number however it is asked for.
 */
import type { Holder } from "../../db/model/frame.ts";
import type { CardType } from "./card-types.ts";
import { BATCHES, type Feature, hourStart, NOTEBOOK_NAMESPACE, TRAININGS } from "./features.ts";
import { between, draw, hexDigits, mix, pick, suffix, uuidText } from "./hash.ts";
import type { Role } from "./layout.ts";

const HOUR = 3_600_000;
const SECOND = 1_000;
const ROLLOUT_HOURS = 120; // a service is rolled out about every five days

/** Work that holds a lane. */
export type Tenant = {
  readonly key: number;
  readonly holder: Holder;
  readonly app: string; // label of the pod
  readonly team: string;
  readonly owner: readonly [kind: string, name: string];
  readonly since: number; // unix ms the hold began
  readonly loadMs: number; // from the hold's begin until its first work
  readonly memoryMib: number; // once loaded
  readonly level: number; // of activity while busy, 0..1
  readonly tensor: number;
  readonly gang: boolean;
  readonly video: boolean;
};

/** What a lane does in one hour. */
export type HourPlan = {
  holdFrom: number;
  holdTo: number; // equal to holdFrom: nobody
  tenantKey: number;
  tenantFrom: number; // when the tenant's hold began, maybe hours ago
  activeFrom: number;
  activeTo: number;
  periodMs: number; // divides the hour
  dutyMs: number; // busy while (t − hour + phase) mod period < duty
  phaseMs: number;
};

/** What the planner must know beyond the lane itself. */
export type LaneContext = {
  readonly feature: Feature;
  readonly demandAt: (hour: number) => number;
  readonly blockKey: number; // gang: shared by all its nodes
  readonly interruptAt: (hour: number) => number; // unix ms, Infinity without
  readonly gangPod: (job: string) => string;
  readonly hung: { readonly began: number; readonly from: number; readonly to: number } | null; // gang: its job dies at `from`
  readonly forgottenFrom: number; // notebook: held and untouched from then on, unix ms; Infinity = never
};

export class Lane {
  readonly plan: HourPlan = {
    holdFrom: 0,
    holdTo: 0,
    tenantKey: 0,
    tenantFrom: 0,
    activeFrom: 0,
    activeTo: 0,
    periodMs: HOUR,
    dutyMs: 0,
    phaseMs: 0,
  };
  readonly key: number;
  readonly role: Role;
  readonly type: CardType;
  readonly memoryMib: number;
  readonly weight: number; // share of the card
  private readonly context: LaneContext;
  private readonly originHour: number;
  private readonly rank: number; // of the replica: it works when the demand reaches it
  private readonly serves: boolean;
  private hour = Number.NaN;
  private heldSinceHour = -1; // serving: hour the present pod began, -1 absent
  private joulesBefore = 0; // above idle, from the origin to the start of `hour`
  private tenantCache: Tenant | null = null;

  constructor(
    key: number,
    role: Role,
    type: CardType,
    memoryMib: number,
    weight: number,
    originHour: number,
    context: LaneContext,
  ) {
    this.key = key;
    this.role = role;
    this.type = type;
    this.memoryMib = memoryMib;
    this.weight = weight;
    this.originHour = originHour;
    this.context = context;
    this.rank = draw(key, 50);
    this.serves = role === "serving" || role === "mig" || role === "sliced";
  }

  /** Brings the plan to the hour of `t`. */
  seek(t: number): void {
    const hour = Math.floor(t / HOUR);
    if (hour === this.hour) return;
    if (!(hour > this.hour) || hour < this.originHour) this.restart(Math.min(hour, this.originHour));
    while (this.hour < hour) {
      if (this.hour >= this.originHour) this.joulesBefore += this.hourJoules();
      this.planHour(this.hour + 1);
    }
  }

  /** The tenant at `t`; null when nobody. Call `seek` first. */
  tenantAt(t: number): Tenant | null {
    const { holdFrom, holdTo, tenantKey } = this.plan;
    if (t < holdFrom || t >= holdTo) return null;
    if (this.tenantCache === null || this.tenantCache.key !== tenantKey) this.tenantCache = this.makeTenant(tenantKey);
    return this.tenantCache;
  }

  /** Whether the lane computes at `t`. Call `seek` first. */
  busyAt(t: number): boolean {
    const p = this.plan;
    if (t < p.activeFrom || t >= p.activeTo) return false;
    return (t - this.hour * HOUR + p.phaseMs) % p.periodMs < p.dutyMs;
  }

  /** Watts above the card's idle draw: what the pattern means at `t`, without noise. */
  wattsAt(t: number): number {
    if (this.busyAt(t)) return this.busyWatts();
    return t >= this.plan.holdFrom && t < this.plan.holdTo ? this.heldWatts() : 0;
  }

  /** Joules above the card's idle draw from the origin to `t`. */
  joulesTo(t: number): number {
    this.seek(t);
    if (t < this.originHour * HOUR) return 0;
    return this.joulesBefore + this.joulesWithin(t);
  }

  private restart(hour: number): void {
    this.joulesBefore = 0;
    this.heldSinceHour = this.scanHeldSince(hour - 1);
    this.planHour(hour);
  }

  private hourJoules(): number {
    return this.joulesWithin((this.hour + 1) * HOUR);
  }

  private joulesWithin(to: number): number {
    const p = this.plan;
    if (p.holdTo <= p.holdFrom) return 0;
    const held = Math.max(0, Math.min(to, p.holdTo) - p.holdFrom);
    const end = Math.min(to, p.activeTo);
    const busy = end > p.activeFrom && p.dutyMs > 0 ? this.patternMs(end) - this.patternMs(p.activeFrom) : 0;
    return (busy * this.busyWatts() + (held - busy) * this.heldWatts()) / SECOND;
  }

  /** Busy milliseconds of the endless pattern up to `t`. */
  private patternMs(t: number): number {
    const { periodMs, dutyMs, phaseMs } = this.plan;
    const u = t - this.hour * HOUR + phaseMs;
    const whole = Math.floor(u / periodMs);
    return whole * dutyMs + Math.min(u - whole * periodMs, dutyMs);
  }

  private busyWatts(): number {
    const level = this.serves ? 0.4 + 0.6 * this.context.feature.level : 1;
    return (
      (this.type.tdpWatts - this.type.idleWatts) * this.weight * level * (0.72 + 0.24 * draw(this.plan.tenantKey, 71))
    );
  }

  private heldWatts(): number {
    return (this.type.tdpWatts - this.type.idleWatts) * this.weight * 0.06; // a context keeps clocks and memory awake
  }

  // ---- plans -------------------------------------------------------------------------------------------------

  private planHour(hour: number): void {
    this.hour = hour;
    const p = this.plan;
    p.holdFrom = p.holdTo = p.activeFrom = p.activeTo = hourStart(hour);
    p.periodMs = HOUR;
    p.dutyMs = HOUR;
    p.phaseMs = 0;
    switch (this.role) {
      case "gang":
        return this.planEpoch(hour, this.context.blockKey, [12, 18, 24, 36, 48], 0.05, 3);
      case "batch":
        return this.planEpoch(hour, this.key, [3, 4, 6, 8], 0.12, 1);
      case "notebook":
        return this.planEpoch(hour, this.key, [24, 48, 72], 0.12, 4);
      case "serving":
      case "mig":
      case "sliced":
        return this.planServing(hour);
      case "spare":
    }
  }

  /** Work in epochs of some hours: a wait, a load phase, the work, an end before the epoch's last hour is over. */
  private planEpoch(hour: number, key: number, lengths: readonly number[], unused: number, waitHours: number): void {
    if (this.planHung(hour) || this.planForgotten(hour)) return;
    const length = pick(lengths, key, 1);
    const phase = Math.floor(draw(key, 2) * length);
    const epoch = Math.floor((hour - phase) / length);
    const job = mix(key, epoch);
    if (draw(job, 3) < unused) return;
    const first = epoch * length + phase;
    const from = hourStart(first + Math.floor(draw(job, 4) * waitHours)) + Math.floor(draw(job, 5) * 50) * 60_000;
    const to =
      hourStart(first + length - 1 - Math.floor(draw(job, 6) * 0.15 * length)) + Math.floor(draw(job, 7) * 59) * 60_000;
    const p = this.plan;
    const start = hourStart(hour);
    const end = start + HOUR;
    if (to <= start || from >= end) return;
    p.tenantKey = job;
    p.tenantFrom = from;
    p.holdFrom = Math.max(from, start);
    p.holdTo = Math.min(to, end);
    const interrupted = this.role === "gang" ? this.context.interruptAt(hour) : Infinity;
    p.activeFrom = Math.min(Math.max(from + this.loadMs(job), start), p.holdTo);
    p.activeTo = Math.max(p.activeFrom, Math.min(p.holdTo, interrupted)); // a killed gang starts again with the next hour
    if (this.role === "notebook") this.notebookHour(hour, job);
    else if (this.role === "gang") {
      p.periodMs = pick([1_200, 1_800, 3_600], job, 8) * SECOND;
      p.dutyMs = p.periodMs - Math.floor(between(job, 9, 45, 110)) * SECOND; // the checkpoint
      p.phaseMs = Math.floor(draw(job, 10) * 600) * SECOND;
    }
  }

  /** A notebook nobody closes: one tenant from when it was left on, and no work at all. */
  private planForgotten(hour: number): boolean {
    const { forgottenFrom } = this.context;
    if (forgottenFrom >= hourStart(hour + 1)) return false;
    this.holdFor(hour, mix(this.key, 85), forgottenFrom, forgottenFrom, Infinity);
    return true;
  }

  /** A job whose master died: its pods go on holding their cards, and compute nothing. */
  private planHung(hour: number): boolean {
    const { hung, blockKey } = this.context;
    if (hung === null || hung.to <= hourStart(hour) || hung.began >= hourStart(hour + 1)) return false;
    this.holdFor(hour, mix(blockKey, 86), hung.began, hung.from, hung.to);
    return true;
  }

  /** One tenant holds the lane from `from` to `to`, and works at first, until `workTo`. */
  private holdFor(hour: number, tenantKey: number, from: number, workTo: number, to: number): void {
    const p = this.plan;
    p.tenantKey = tenantKey;
    p.tenantFrom = from;
    p.holdFrom = Math.max(from, hourStart(hour));
    p.holdTo = Math.min(to, hourStart(hour + 1));
    p.activeFrom = p.holdFrom;
    p.activeTo = Math.max(p.holdFrom, Math.min(workTo, p.holdTo));
  }

  /** A notebook computes now and then in working hours, and is held all the time. */
  private notebookHour(hour: number, job: number): void {
    const local = (hour + 8) % 24;
    const p = this.plan;
    const key = mix(job, hour);
    p.periodMs = 1_800 * SECOND;
    p.phaseMs = Math.floor(draw(key, 11) * 1_800) * SECOND;
    p.dutyMs = local >= 10 && local < 22 && draw(key, 12) < 0.35 ? Math.floor(between(key, 13, 90, 800)) * SECOND : 0;
  }

  /** A replica serves when the demand reaches its rank; it is scaled away at night unless its service is fixed. */
  private planServing(hour: number): void {
    const since = this.presentAt(hour) ? this.sinceHour(hour) : -1;
    this.heldSinceHour = since;
    if (since < 0) return;
    const p = this.plan;
    const start = hourStart(hour);
    p.tenantKey = mix(this.key, since);
    p.tenantFrom = hourStart(since);
    p.holdTo = start + HOUR;
    p.activeFrom = since === hour ? start + this.loadMs(p.tenantKey) : start;
    p.activeTo = p.holdTo;
    const share = Math.min(1, Math.max(0, (this.context.demandAt(hour) + 0.03 - this.rank) / 0.06));
    p.periodMs = 600 * SECOND; // a replica at the edge of the demand works in bursts
    p.dutyMs = Math.round(share * 600) * SECOND;
    p.phaseMs = Math.floor(draw(this.key, 51) * 600) * SECOND;
  }

  private presentAt(hour: number): boolean {
    const { feature, demandAt } = this.context;
    if (feature.fixed) return draw(this.key, 52) < 0.97; // some replicas were never asked for
    return this.rank < Math.max(demandAt(hour - 1), demandAt(hour), demandAt(hour + 1)) + 0.05;
  }

  private rolloutStart(hour: number): number {
    const phase = Math.floor(draw(this.context.blockKey, 53) * ROLLOUT_HOURS);
    return Math.floor((hour - phase) / ROLLOUT_HOURS) * ROLLOUT_HOURS + phase;
  }

  private sinceHour(hour: number): number {
    const rollout = this.rolloutStart(hour);
    return this.heldSinceHour < 0 ? hour : Math.max(this.heldSinceHour, rollout);
  }

  /** The hour the pod present in `hour` began: the last absence or rollout before it. Only needed where a walk begins. */
  private scanHeldSince(hour: number): number {
    if (!this.serves || !this.presentAt(hour)) return -1;
    const rollout = this.rolloutStart(hour);
    if (this.context.feature.fixed) return rollout;
    let since = hour;
    while (since > rollout && this.presentAt(since - 1)) since--;
    return since;
  }

  private loadMs(tenantKey: number): number {
    const [low, high] = this.role === "gang" ? [240, 540] : this.role === "batch" ? [45, 120] : [100, 290];
    return Math.floor(between(tenantKey, 72, low, high)) * SECOND;
  }

  // ---- tenants -----------------------------------------------------------------------------------------------

  private makeTenant(key: number): Tenant {
    const base = {
      key,
      since: this.plan.tenantFrom,
      loadMs: this.loadMs(key),
      level: between(key, 73, 0.95, 1),
      video: false,
    };
    const share = this.weight;
    const id = { podUid: "", share };
    switch (this.role) {
      case "gang": {
        const training = pick(TRAININGS, key, 74);
        const job = `${pick(training.jobs, key, 75)}-${hexDigits(key, 76, 4)}`;
        const holder: Holder = {
          namespace: training.name,
          pod: this.context.gangPod(job),
          container: "pytorch",
          ...id,
        };
        return {
          ...base,
          holder,
          app: job,
          team: training.team,
          owner: ["PyTorchJob", job],
          memoryMib: this.mib(key, 0.84, 0.96),
          tensor: between(key, 77, 0.33, 0.58),
          gang: true,
        };
      }
      case "batch": {
        const batch = pick(BATCHES, key, 74);
        const job = `${batch.name}-${29_000_000 + (key % 900_000)}`;
        const holder: Holder = {
          namespace: batch.name,
          pod: `${job}-${suffix(key, 78, 5)}`,
          container: batch.container,
          ...id,
        };
        return {
          ...base,
          holder,
          app: batch.name,
          team: batch.team,
          owner: ["Job", job],
          memoryMib: this.mib(key, 0.3, 0.8),
          tensor: between(key, 77, 0.1, 0.4),
          gang: false,
          video: batch.name === "video-transcode",
        };
      }
      case "notebook": {
        const name = `jupyter-u${1000 + (key % 240)}`;
        const holder: Holder = { namespace: NOTEBOOK_NAMESPACE, pod: `${name}-0`, container: "notebook", ...id };
        return {
          ...base,
          holder,
          app: name,
          team: "research",
          owner: ["StatefulSet", name],
          memoryMib: this.mib(key, 0.02, 0.6),
          tensor: between(key, 77, 0.02, 0.3),
          gang: false,
        };
      }
      case "serving":
      case "mig":
      case "sliced":
      case "spare": {
        const f = this.context.feature;
        const set = `${f.service}-${hexDigits(mix(this.context.blockKey, this.rolloutStart(Math.floor(base.since / HOUR))), 79, 9)}`;
        const holder: Holder = {
          namespace: f.name,
          pod: `${set}-${suffix(key, 78, 5)}`,
          container: f.container,
          ...id,
        };
        return {
          ...base,
          holder,
          app: f.service,
          team: f.team,
          owner: ["ReplicaSet", set],
          memoryMib: this.mib(key, f.memoryShare * 0.94, f.memoryShare * 1.02),
          tensor: f.tensorRatio,
          gang: false,
          level: base.level * f.level,
          video: f.name === "avatar-video",
        };
      }
    }
  }

  private mib(key: number, low: number, high: number): number {
    return Math.floor(this.memoryMib * Math.min(0.97, between(key, 80, low, high)));
  }
}

/** A pod uid for kube-state-metrics; the card exporters do not print it by default. */
export const podUid = (namespace: string, pod: string, key: number): string =>
  uuidText(mix(key, namespace.length * 131 + pod.length), 90);

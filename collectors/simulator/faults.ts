/** What has gone wrong on one node until an instant: a list drawn day by day, never a state carried along. */
import { CARD_TYPES } from "./card-types.ts";
import { dailyRate, FAULT_CLASSES, FATAL_CLASSES, type FaultClass, FIRST_ACTION, REPAIR_HOURS } from "./fault-rates.ts";
import { between, draw, mix, pick, poisson } from "./hash.ts";
import type { SimNode } from "./layout.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** One fault as drawn: the truth a test or an alert can be held against. */
export type SimFault = {
  readonly id: FaultClass;
  readonly node: string;
  readonly position: number; // -1: the node, not one card
  readonly at: number; // unix ms
  readonly until: number; // repaired; equal to `at` for what needs no repair
  readonly action: "none" | keyof typeof FIRST_ACTION;
  readonly code: number; // XID, or the Ascend code; 0 none
};

/** A change of what the exporter says about one card. */
export type Mark = {
  readonly at: number;
  readonly kind:
    | "gone"
    | "back"
    | "replaced"
    | "reset" // of the card: volatile counters and flags
    | "driver" // reboot: counters since driver load
    | "code"
    | "codeClear"
    | "corrected"
    | "uncorrected"
    | "rowCorrected"
    | "rowUncorrected"
    | "remapFailed"
    | "nvlink"
    | "replay"
    | "hot"
    | "cool"
    | "linkDown"
    | "linkUp"
    | "stuck"
    | "freed"
    | "hung" // at work for all its exporter can tell, and nothing gets done
    | "unhung";
  readonly amount: number;
};

/** When nobody answers at the node, or only its exporter does not. */
export type Outage = { readonly kind: "exporter_down" | "node_down"; readonly from: number; readonly to: number };

/** Faults a demo wants to have: like drawn ones, but placed by hand. */
export type StagedFault = Omit<SimFault, "node">;

type Draft = StagedFault & { readonly key: number };

const APP_XIDS = [31, 13, 43, 31, 45, 31]; // MMU faults lead in Delta's table
const DROP_XIDS = [79, 79, 79, 62, 109, 79];
const MEMORY_XIDS = [63, 48, 94, 63, 64, 94];
// Ascend codes are hexadecimal words printed as decimal numbers (facts/ascend-fault-codes.json).
const NPU_CODES: Partial<Record<FaultClass, number>> = {
  "gpu-hard-other": 0x40f84e00, // card drop
  "gpu-memory-uncorrectable": 0x80e01801, // HBM, re-run the job
  "network-port-or-cable": 0x81078603, // link down
  "gsp-firmware": 0x80c98008,
};

/** All that happened to a node up to the last day asked for. Extending it never changes what was before. */
export class NodeFate {
  readonly faults: SimFault[] = [];
  readonly outages: Outage[] = [];
  readonly marks: Mark[][];
  /** Start of the hour → first instant in it at which the node's job was killed. */
  readonly interrupts = new Map<number, number>();
  readonly originDay: number;

  private readonly node: SimNode;
  private readonly multiplier: number;
  private readonly staged: readonly StagedFault[];
  private readonly heldUntil: number[]; // per position: no further fault while one is open
  private readonly cardClasses: readonly { readonly id: FaultClass; readonly daily: number }[];
  private readonly cardRate: number; // events per card and day
  private nextDay: number;

  constructor(node: SimNode, originDay: number, multiplier: number, staged: readonly StagedFault[]) {
    this.node = node;
    this.originDay = originDay;
    this.nextDay = originDay;
    this.multiplier = multiplier;
    this.staged = staged;
    this.marks = Array.from({ length: node.size }, () => []);
    this.heldUntil = Array.from({ length: node.size }, () => 0);
    this.cardClasses = FAULT_CLASSES.filter((c) => c.per === "card").map(({ id, rate }) => ({
      id,
      daily: dailyRate(id, rate, node.pool.type, node.lemon),
    }));
    this.cardRate = this.cardClasses.reduce((sum, c) => sum + c.daily, 0);
  }

  /** Draws all days up to and with the one that holds `t`. */
  extendTo(t: number): void {
    const day = Math.floor(t / DAY);
    while (this.nextDay <= day) this.drawDay(this.nextDay++);
  }

  /** The outage at `t`, if any. Call `extendTo` first. */
  outageAt(t: number): Outage | undefined {
    for (let i = this.outages.length - 1; i >= 0; i--) {
      const outage = this.outages[i] as Outage; // i is in range
      if (t >= outage.from && t < outage.to) return outage;
    }
    return undefined;
  }

  /** A fault on command, at an instant whose day was drawn. Unlike a drawn one it also strikes what is broken. */
  strike(fault: StagedFault): void {
    if (fault.position >= 0) this.heldUntil[fault.position] = 0;
    this.happen({ ...fault, key: mix(this.node.key, fault.at % 0x7fffffff) });
  }

  /** The card stands at full load and computes nothing. */
  hang(position: number, at: number, until: number): void {
    this.mark(position, { at, kind: "hung", amount: 0 });
    this.mark(position, { at: until, kind: "unhung", amount: 0 });
  }

  private drawDay(day: number): void {
    const drafts: Draft[] = [];
    const start = day * DAY;
    const dayKey = mix(this.node.key, day);
    if (this.multiplier > 0) {
      for (let position = 0; position < this.node.size; position++)
        this.drawCard(drafts, mix(dayKey, 1_000 + position), start, position);
      this.drawNode(drafts, mix(dayKey, 999), start);
    }
    for (const [i, staged] of this.staged.entries()) {
      if (staged.at >= start && staged.at < start + DAY) drafts.push({ ...staged, key: mix(this.node.key, i) });
    }
    drafts.sort((a, b) => a.at - b.at || a.position - b.position);
    for (const draft of drafts) this.happen(draft);
  }

  /** Poisson splitting: one draw says how many events the card-day brings (nearly always none), each then gets its class. */
  private drawCard(drafts: Draft[], key: number, start: number, position: number): void {
    const count = poisson(key, 0, this.cardRate * this.multiplier);
    for (let n = 0; n < count; n++) {
      const eventKey = mix(key, 7_000 + n);
      let left = draw(eventKey, 2) * this.cardRate;
      const cls = this.cardClasses.find(({ daily }) => (left -= daily) < 0) ?? this.cardClasses[0];
      if (cls !== undefined) drafts.push(this.draft(cls.id, eventKey, start, position));
    }
  }

  private drawNode(drafts: Draft[], key: number, start: number): void {
    for (const [c, { id, per, rate }] of FAULT_CLASSES.entries()) {
      if (per !== "node") continue;
      const mean = dailyRate(id, rate, CARD_TYPES.A100_80, this.node.lemon && id !== "exporter-down") * this.node.size;
      const count = poisson(key, c, mean * this.multiplier);
      for (let n = 0; n < count; n++) drafts.push(this.draft(id, mix(mix(key, 9_000 + c), n), start, -1));
    }
  }

  private draft(id: FaultClass, key: number, start: number, position: number): Draft {
    const at = start + Math.floor(draw(key, 1) * DAY);
    const action = actionOf(id, key);
    return { id, position, at, until: at + repairMs(id, action, key), action, code: this.codeOf(id, key), key };
  }

  private codeOf(id: FaultClass, key: number): number {
    if (this.node.pool.type.maker === "ascend") return NPU_CODES[id] ?? 0;
    if (id === "app-xid") return pick(APP_XIDS, key, 21);
    if (id === "gpu-hard-other") return pick(DROP_XIDS, key, 22);
    if (id === "gpu-memory-uncorrectable") return this.node.pool.type.rowRemap ? pick(MEMORY_XIDS, key, 23) : 48;
    if (id === "gpu-sram") return 94;
    if (id === "gsp-firmware") return this.node.pool.type.rowRemap ? 119 : 62; // GSP firmware runs from Turing on, used from Ampere
    if (id === "nvlink") return this.node.pool.type.nvlinkMbps > 0 ? 74 : 0;
    if (id === "ecc-correctable-burst" && draw(key, 24) < 0.3) return 92;
    return 0;
  }

  /** Turns a fault into what the exporter will say. Faults of what is already broken are not seen and not recorded. */
  private happen(f: Draft): void {
    if (this.outages.some((o) => o.kind === "node_down" && f.at >= o.from && f.at < o.to)) return;
    if (f.position >= 0 && f.at < (this.heldUntil[f.position] ?? 0)) return;
    const { key: _, ...fault } = f;
    this.faults.push({ ...fault, node: this.node.name });
    if (FATAL_CLASSES.has(f.id)) this.interrupt(f.at);
    if (f.position < 0) this.happenToNode(f);
    else this.happenToCard(f);
  }

  private happenToNode(f: Draft): void {
    if (f.id === "exporter-down") this.outages.push({ kind: "exporter_down", from: f.at, to: f.until });
    else if (f.id !== "storage-or-mount") this.reboot(f.at, f.until);
  }

  private happenToCard(f: Draft): void {
    const p = f.position;
    const npu = this.node.pool.type.maker === "ascend";
    const mark = (at: number, kind: Mark["kind"], amount = 0): void => this.mark(p, { at, kind, amount });
    if (f.code !== 0) {
      mark(f.at, "code", f.code);
      if (npu && f.until > f.at) mark(f.until, "codeClear");
    }
    switch (f.id) {
      case "gpu-hard-other":
        this.heldUntil[p] = f.until;
        mark(f.at + (npu ? 5 : 1) * MINUTE, "gone"); // the code is seen for a moment before the card falls off the bus
        if (f.action === "replace") mark(f.until, "replaced");
        else mark(f.until, "back");
        if (f.action === "reboot") this.reboot(f.until - 6 * MINUTE, f.until);
        else mark(f.until, "reset");
        break;
      case "gpu-memory-uncorrectable":
      case "gpu-sram":
        this.heldUntil[p] = f.until;
        mark(f.at, "uncorrected", 1 + Math.floor(draw(f.key, 31) * 2));
        if (f.id === "gpu-memory-uncorrectable") {
          mark(f.at, "rowUncorrected", 1);
          if (draw(f.key, 32) < 0.08) mark(f.at, "remapFailed");
        }
        mark(f.at, "stuck");
        mark(f.until, "freed");
        if (f.action === "replace") mark(f.until, "replaced");
        else if (f.action === "reboot") this.reboot(f.until - 6 * MINUTE, f.until);
        else mark(f.until, "reset");
        break;
      case "gsp-firmware":
        this.heldUntil[p] = f.until;
        mark(f.at, "stuck");
        mark(f.until, "freed");
        this.reboot(f.until - 6 * MINUTE, f.until);
        break;
      case "nvlink":
        mark(f.at, "nvlink", 20 + Math.floor(draw(f.key, 33) * 900));
        break;
      case "thermal-or-power":
        this.heldUntil[p] = f.until;
        mark(f.at, "hot");
        mark(f.until, "cool");
        break;
      case "ecc-correctable-burst":
        mark(f.at, "corrected", 20 + Math.floor(draw(f.key, 34) * 2_000));
        if (draw(f.key, 35) < 0.25) mark(f.at, "rowCorrected", 1);
        if (draw(f.key, 36) < 0.3) mark(f.at, "replay", 1 + Math.floor(draw(f.key, 37) * 40));
        break;
      case "network-port-or-cable":
        mark(f.at, "linkDown");
        mark(f.until, "linkUp");
        break;
      default: // application errors, wrong results and software bugs leave no trace but the code
    }
  }

  private reboot(from: number, to: number): void {
    this.outages.push({ kind: "node_down", from, to });
    this.interrupt(from);
    for (let p = 0; p < this.node.size; p++) this.mark(p, { at: to, kind: "driver", amount: 0 });
  }

  private interrupt(at: number): void {
    const hour = Math.floor(at / HOUR) * HOUR;
    this.interrupts.set(hour, Math.min(at, this.interrupts.get(hour) ?? Infinity));
  }

  /** Keeps the list sorted; equal instants stay in the order they were made. */
  private mark(position: number, mark: Mark): void {
    const list = this.marks[position] as Mark[]; // positions come from this node
    let i = list.length;
    while (i > 0 && (list[i - 1] as Mark).at > mark.at) i--;
    list.splice(i, 0, mark);
  }
}

function actionOf(id: FaultClass, key: number): SimFault["action"] {
  if (id === "gsp-firmware" || id === "host-other" || id === "host-maintenance-unplanned") return "reboot";
  if (id !== "gpu-hard-other" && id !== "gpu-memory-uncorrectable" && id !== "gpu-sram") return "none";
  const u = draw(key, 41);
  return u < FIRST_ACTION.reset ? "reset" : u < FIRST_ACTION.reset + FIRST_ACTION.reboot ? "reboot" : "replace";
}

/** From the fault to the end of its repair. Where the sources give no figure the span is ours. */
function repairMs(id: FaultClass, action: SimFault["action"], key: number): number {
  const hours = (span: readonly [number, number]): number => Math.floor(between(key, 42, span[0], span[1]) * HOUR);
  switch (id) {
    case "host-other":
      return hours(REPAIR_HOURS.operator);
    case "thermal-or-power":
      return hours([0.5, 6]);
    case "network-port-or-cable":
      return hours([0.1, 2]);
    case "storage-or-mount":
      return hours([0.2, 4]);
    case "exporter-down":
      return hours([0.05, 0.7]);
    case "gsp-firmware":
      return hours(draw(key, 43) < 0.2 ? REPAIR_HOURS.operator : REPAIR_HOURS.reboot);
    default:
      return action === "none" ? 0 : hours(REPAIR_HOURS[action]);
  }
}

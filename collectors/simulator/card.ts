/** One position on a simulated node: who stands there, who holds it, and what its exporter reads at an instant. */
import { FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { CardSighting, Holder } from "../../db/model/frame.ts";
import type { CardType } from "./card-types.ts";
import { FateView } from "./fate-view.ts";
import type { NodeFate } from "./faults.ts";
import { between, draw, hexDigits, mix, unit, uuidText } from "./hash.ts";
import type { Lane, Tenant } from "./lane.ts";
import type { SimNode } from "./layout.ts";

const MIB = 1_048_576;
const NAN = Number.NaN;
/** DCGM prints NVLink bandwidth in KiB per second ÷ 1000 (facts/dcgm-fields.md, field 449). */
export const NVLINK_UNIT = 1_024_000;

/** How often the exporters read their cards; a scrape in between repeats the last values (DCGM_EXPORTER_INTERVAL). */
export const SAMPLE_MS = 15_000;

/** What a lane shows at the instant last read. */
export type LaneReading = {
  tenant: Tenant | null;
  engine: number; // ratios of the lane
  sm: number;
  tensor: number;
  dram: number;
  usedMib: number;
};

export type MigInstance = {
  readonly id: number;
  readonly profile: string;
  readonly slices: number;
  readonly memoryMib: number;
};

/** A kernel that spins waits in registers: the share of its job's watts it draws (ours; facts name no figure). */
const HUNG_WATTS = 0.35;

export class SimCard {
  readonly node: SimNode;
  readonly position: number;
  readonly type: CardType;
  readonly key: number;
  readonly busId: string;
  readonly fate: FateView;
  readonly lanes: readonly Lane[];
  readonly migs: readonly MigInstance[]; // by lane; empty without MIG
  readonly readings: readonly LaneReading[];
  readonly originMs: number;

  private readonly ambient: number;
  private uuidGeneration = -1;
  private uuidNow = "";
  private driverSeen = -1;
  private driverJoules = 0; // of the lanes, at the last driver load
  private sightingTenants: readonly (Tenant | null)[] = [];
  private sightingNow: CardSighting | null = null;

  constructor(
    node: SimNode,
    position: number,
    fate: NodeFate,
    lanes: readonly Lane[],
    migs: readonly MigInstance[],
    originMs: number,
  ) {
    this.node = node;
    this.position = position;
    this.type = node.pool.type;
    this.key = mix(node.key, position);
    this.busId = `00000000:${(0x0a + position * 0x11).toString(16).toUpperCase().padStart(2, "0")}:00.0`;
    this.fate = new FateView(fate, position);
    this.lanes = lanes;
    this.migs = migs;
    this.readings = lanes.map(() => ({ tenant: null, engine: 0, sm: 0, tensor: 0, dram: 0, usedMib: 0 }));
    this.originMs = originMs;
    this.ambient = between(node.key, 61, 24, 30) + (position % 4) * 1.3;
  }

  /** The card's own name; another one after a replacement. Call `fate.seek` first. */
  uuid(): string {
    if (this.uuidGeneration !== this.fate.generation) {
      this.uuidGeneration = this.fate.generation;
      const key = mix(this.key, this.fate.generation);
      this.uuidNow = this.type.maker === "ascend" ? vdieText(key) : `GPU-${uuidText(key, 62)}`;
    }
    return this.uuidNow;
  }

  /**
   * Reads the card into `values[row]`, every field a site's exporter could say; fields its model does not have are NaN.
   * Also leaves each lane's part in `readings`.
   *
   * @param t unix ms, on the exporter's own beat (SAMPLE_MS)
   */
  read(t: number, values: Float64Array, row: number): void {
    const at = row * FIELD_COUNT;
    const noise = mix(this.key, Math.floor(t / SAMPLE_MS) % 0x7fffffff);
    const watts = this.readLanes(t, noise);
    this.writeLoad(t, values, at, noise, watts);
    this.writeCounters(t, values, at);
    this.writeFlags(values, at);
  }

  /**
   * The card as its exporter names it; the same object while nothing about it changed. Call `read` first.
   * @param namesPods whether this exporter has been seen to name pods; if not, holders are not said
   */
  sighting(position: string, driver: string, namesPods: boolean): CardSighting {
    const uuid = this.uuid();
    const known = this.sightingNow;
    if (known !== null && known.uuid === uuid && (known.holders !== null) === namesPods && this.isHeldAsBefore())
      return known;
    this.sightingTenants = this.readings.map((r) => r.tenant);
    this.sightingNow = {
      uuid,
      modelName: this.type.modelName,
      node: this.node.name,
      position,
      driver,
      migProfiles: this.migs.map((m) => m.profile),
      holders: namesPods ? this.holders() : null,
    };
    return this.sightingNow;
  }

  /** Whether anybody holds any of it, as last read. */
  isHeld(): boolean {
    for (const { tenant } of this.readings) if (tenant !== null) return true;
    return false;
  }

  private holders(): readonly Holder[] {
    const held = this.readings.flatMap(({ tenant }) => tenant?.holder ?? []);
    const ofCard = this.node.role === "sliced" ? held.map((h) => ({ ...h, share: 1 / held.length })) : held;
    return ofCard.sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
  }

  private isHeldAsBefore(): boolean {
    for (let i = 0; i < this.readings.length; i++) {
      if (this.readings[i]?.tenant !== this.sightingTenants[i]) return false;
    }
    return true;
  }

  private readLanes(t: number, noise: number): number {
    let watts = this.type.idleWatts;
    for (let i = 0; i < this.lanes.length; i++) {
      const lane = this.lanes[i] as Lane; // i is in range
      const reading = this.readings[i] as LaneReading;
      lane.seek(t);
      const tenant = lane.tenantAt(t);
      const { stuck, hung } = this.fate;
      const busy = tenant !== null && !stuck && (hung || lane.busyAt(t));
      watts += stuck ? 0 : lane.wattsAt(t) * (hung ? HUNG_WATTS : 1);
      const u = unit(mix(noise, i + 1));
      reading.tenant = tenant;
      if (tenant === null) {
        reading.engine = reading.sm = reading.tensor = reading.dram = 0;
        reading.usedMib = 0;
        continue;
      }
      const loaded = tenant.loadMs > 0 ? Math.min(1, (t - tenant.since) / tenant.loadMs) : 1;
      reading.usedMib = Math.floor(tenant.memoryMib * (0.04 + 0.96 * loaded));
      const flicker = busy ? 0 : u < 0.04 ? 0.02 * u * 25 : 0; // a held card twitches now and then
      reading.engine = micro(busy ? tenant.level * (0.96 + 0.04 * u) : flicker);
      reading.sm = micro(reading.engine * (0.78 + 0.12 * u));
      reading.tensor = busy ? micro(tenant.tensor * (0.92 + 0.16 * u)) : 0;
      reading.dram = micro(reading.engine * (0.34 + 0.2 * tenant.tensor + 0.1 * u));
      if (hung && busy) [reading.engine, reading.tensor, reading.dram] = [1, 0, micro(0.004 * u)];
    }
    return watts;
  }

  private writeLoad(t: number, values: Float64Array, at: number, noise: number, watts: number): void {
    const { type, fate } = this;
    const mig = this.migs.length > 0;
    let engine = 0;
    let sm = 0;
    let tensor = 0;
    let dram = 0;
    let used = 0;
    let video = false;
    let gang = false;
    for (let i = 0; i < this.readings.length; i++) {
      const r = this.readings[i] as LaneReading;
      const weight = mig ? (this.lanes[i] as Lane).weight : 1;
      used += r.usedMib;
      engine += r.engine * weight;
      sm += r.sm * weight;
      tensor += r.tensor * weight;
      dram += r.dram * weight;
      if (r.tenant !== null && r.engine > 0.5 && !fate.hung) {
        video ||= r.tenant.video;
        gang ||= r.tenant.gang;
      }
    }
    const u = unit(mix(noise, 77));
    const hot = fate.hotSince >= 0;
    const power = Math.round(Math.min(type.tdpWatts * 1.02, watts * (0.97 + 0.06 * u)) * 1_000) / 1_000;
    const heat = (watts - type.idleWatts) / (type.tdpWatts - type.idleWatts);
    const celsius = Math.round(this.ambient + 3 + heat * (type.busyCelsius - 27) + u * 2 + (hot ? 17 : 0));
    const busy = engine > 0.5;
    values[at + FIELD.utilRatio] = mig ? NAN : Math.min(100, Math.round(Math.min(1, engine) * 100)) / 100;
    values[at + FIELD.engineRatio] = Math.min(1, mig ? engine : micro(engine));
    values[at + FIELD.smRatio] = Math.min(1, mig ? sm : micro(sm));
    values[at + FIELD.tensorRatio] = Math.min(1, mig ? tensor : micro(tensor));
    values[at + FIELD.dramRatio] = Math.min(1, mig ? dram : micro(dram));
    values[at + FIELD.encodeRatio] = video ? Math.round(20 + 45 * u) / 100 : 0;
    values[at + FIELD.decodeRatio] = video ? Math.round(10 + 30 * u) / 100 : 0;
    values[at + FIELD.memoryUsedBytes] = Math.min(used, type.memoryMib - type.reservedMib) * MIB;
    values[at + FIELD.memoryTotalBytes] = type.memoryMib * MIB;
    values[at + FIELD.powerWatts] = power;
    values[at + FIELD.temperatureCelsius] = celsius;
    values[at + FIELD.memoryTemperatureCelsius] = type.hbm ? celsius + 4 + Math.round(heat * 9) : NAN;
    values[at + FIELD.smClockHz] = clockMhz(type, busy, hot, u) * 1_000_000;
    values[at + FIELD.nvlinkBytesPerSecond] =
      type.nvlinkMbps === 0 ? NAN : (gang ? Math.round(type.nvlinkMbps * (0.3 + 0.7 * u)) : 0) * NVLINK_UNIT;
    const moves = busy && !fate.hung;
    values[at + FIELD.pcieRxBytesPerSecond] = Math.round(moves ? 2.1e8 + 3.2e9 * u : 3_000 + 9_000 * u);
    values[at + FIELD.pcieTxBytesPerSecond] = Math.round(moves ? 9e7 + 1.1e9 * u : 2_000 + 6_000 * u);
    values[at + FIELD.energyJoules] = this.millijoules(t) / 1_000;
  }

  private writeCounters(t: number, values: Float64Array, at: number): void {
    const { fate, type } = this;
    const old = fate.generation === 0; // a card with a past; its replacement comes new
    const past = old ? draw(this.key, 63) : 1;
    values[at + FIELD.eccCorrectedTotal] = fate.corrected;
    values[at + FIELD.eccUncorrectedTotal] = fate.uncorrected;
    values[at + FIELD.rowsRemappedCorrectedTotal] = type.rowRemap
      ? fate.rowsCorrected + (past < 0.03 ? 1 + Math.floor(past * 100) : 0)
      : NAN;
    values[at + FIELD.rowsRemappedUncorrectedTotal] = type.rowRemap
      ? fate.rowsUncorrected + (past > 0.985 && old ? 1 : 0)
      : NAN;
    values[at + FIELD.pagesRetiredTotal] = type.rowRemap
      ? NAN
      : fate.rowsUncorrected + fate.rowsCorrected + (past < 0.04 ? 1 : 0);
    values[at + FIELD.pcieReplayTotal] = fate.replays;
    values[at + FIELD.nvlinkErrorTotal] = type.nvlinkMbps > 0 ? fate.nvlinkErrors : NAN;
    values[at + FIELD.thermalThrottleSeconds] = fate.throttledTo(t) / 1_000;
    values[at + FIELD.powerThrottleSeconds] = 0;
  }

  private writeFlags(values: Float64Array, at: number): void {
    const { fate, type } = this;
    const npu = type.maker === "ascend";
    values[at + FIELD.rowRemapPending] = type.rowRemap ? Number(fate.remapPending) : NAN;
    values[at + FIELD.rowRemapFailed] = type.rowRemap ? Number(fate.remapFailed) : NAN;
    values[at + FIELD.xidCode] = npu ? NAN : fate.code;
    values[at + FIELD.npuHealthy] = npu ? Number(fate.code === 0 || !fate.linkUp) : NAN; // a lost link is the network's fault, not the chip's
    values[at + FIELD.npuErrorCode] = npu ? fate.code : NAN;
    values[at + FIELD.linkUp] = npu ? Number(fate.linkUp) : NAN;
  }

  /** Energy since driver load, whole mJ. */
  private millijoules(t: number): number {
    const { driverAt } = this.fate;
    if (driverAt !== this.driverSeen) {
      this.driverSeen = driverAt;
      this.driverJoules = driverAt === 0 ? 0 : this.laneJoules(driverAt);
    }
    const since = driverAt === 0 ? this.originMs : driverAt;
    const base = driverAt === 0 ? Math.floor(between(this.key, 64, 1, 80) * 86_400) * this.type.idleWatts * 3 : 0;
    const joules =
      base + (this.type.idleWatts * Math.max(0, t - since)) / 1_000 + this.laneJoules(t) - this.driverJoules;
    return Math.floor(joules * 1_000);
  }

  private laneJoules(t: number): number {
    let joules = 0;
    for (const lane of this.lanes) joules += lane.joulesTo(t);
    return joules;
  }
}

const keyText = (h: Holder): string => JSON.stringify([h.namespace, h.pod, h.container, h.podUid]);

/** Six decimals, as the exporter prints. */
const micro = (ratio: number): number => Math.round(ratio * 1e6) / 1e6;

function clockMhz(type: CardType, busy: boolean, hot: boolean, u: number): number {
  if (!busy) return type.idleClockMhz;
  return Math.round(((hot ? 0.55 : 0.95) * type.smClockMhz + 0.05 * type.smClockMhz * u) / 15) * 15;
}

/** Five words, as npu-exporter prints the die's id. */
function vdieText(key: number): string {
  const word = (n: number): string => hexDigits(key, 62 + n, 8).toUpperCase();
  return `${word(0)}-${word(1)}-${word(2)}-${word(3)}-${word(4)}`;
}

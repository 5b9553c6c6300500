import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import type { CardWish, RoundWish } from "./a-round.ts";
import { checkCases, type RuleCase } from "./rule-case.ts";

const UUID = "GPU-5f1c";
const card = (wish: CardWish): RoundWish => ({ cards: [{ uuid: UUID, ...wish }] });
const labels = { card: UUID };
const xid = (code: number, ago: number, detail = "") => ({ kind: "xid", code, ago, detail }) as const;

const H100 = { model: "H100-SXM" };
const NPU = { model: "Ascend910B3" };
type Base = Pick<RuleCase, "rule" | "severity" | "says">;

const level = (
  base: Base,
  signal: string,
  [ill, well, threshold]: readonly [number, number, number],
  others: CardWish = {},
): RuleCase => ({
  ...base,
  labels,
  breach: card({ ...others, says: { ...others.says, [signal]: ill } }),
  evidence: { signal, value: ill, threshold },
  clear: card({ ...others, says: { ...others.says, [signal]: well } }),
  absent: card({ ...others, says: { powerWatts: 300 } }),
});

const increase = (
  base: Base,
  signal: string,
  [windowMs, ill, well, threshold]: readonly [number, number, number, number],
): RuleCase => ({
  ...base,
  labels,
  breach: card({ rose: { [signal]: (asked: number) => (asked === windowMs ? ill : Number.NaN) } }),
  evidence: { signal, value: ill, threshold },
  clear: card({ rose: { [signal]: well } }),
  absent: card({ says: { powerWatts: 300 } }),
});

checkCases("xid", [
  {
    rule: "xid-critical",
    severity: "P1",
    says: "XID 79 on gpu-1 (A100-80G-SXM): GPU has fallen off the bus",
    labels: { ...labels, xid: "79" },
    breach: card({ gap: "card_gone", events: [xid(79, MINUTE_MS, "GPU has fallen off the bus.")] }),
    evidence: { signal: "xid", value: 79, text: "GPU has fallen off the bus: GPU has fallen off the bus." },
    clear: card({ events: [xid(79, 3 * HOUR_MS)] }),
    absent: card({ gap: "card_gone", events: [xid(79, 3 * HOUR_MS)] }), // quiet, because it is gone
  },
  {
    rule: "xid-hw-warning",
    severity: "P2",
    says: "XID 63 on gpu-1 (A100-80G-SXM): row remap (Ampere+) or page retirement (Volta/Turing) recorded",
    labels: { ...labels, xid: "63" },
    breach: card({ events: [xid(63, MINUTE_MS)] }),
    evidence: { signal: "xid", value: 63 },
    clear: card({ events: [xid(63, 3 * HOUR_MS), xid(79, MINUTE_MS)] }),
    absent: card({ gap: "source_down" }),
  },
  {
    rule: "xid-app",
    severity: "P3",
    says: "XID 13 3 times within an hour on gpu-1 (A100-80G-SXM): graphics/compute engine exception (illegal instruction, out-of-range access)",
    labels: { ...labels, xid: "13" },
    breach: card({ events: [xid(13, 50 * MINUTE_MS), xid(13, 30 * MINUTE_MS), xid(13, MINUTE_MS)] }),
    evidence: { signal: "xid", value: 13 },
    clear: card({ events: [xid(13, HOUR_MS)] }),
    absent: card({ events: [xid(13, 30 * SECOND_MS), xid(13, 20 * SECOND_MS), xid(13, 10 * SECOND_MS)] }), // one burst
  },
  {
    rule: "xid-mmu-again",
    severity: "P3",
    says: "XID 31 2 times within a day on gpu-1 (A100-80G-SXM): GPU MMU page fault (illegal address)",
    labels: { ...labels, xid: "31" },
    breach: card({ events: [xid(31, 20 * HOUR_MS), xid(31, HOUR_MS)] }),
    evidence: { signal: "xid", value: 31 },
    clear: card({ events: [xid(31, 20 * HOUR_MS)] }),
    absent: card({ events: [xid(31, 62 * MINUTE_MS), xid(31, 61 * MINUTE_MS)] }), // within 3 min: one burst
  },
  {
    rule: "xid-contained-again",
    severity: "P2",
    says: "XID 94 3 times within a week on gpu-1 (A100-80G-SXM): contained uncorrectable memory error (only the owning process dies)",
    labels: { ...labels, xid: "94" },
    breach: card({ events: [xid(94, 6 * DAY_MS), xid(94, 3 * DAY_MS), xid(94, HOUR_MS)] }),
    evidence: { signal: "xid", value: 94 },
    clear: card({ events: [xid(94, 6 * DAY_MS), xid(94, 3 * DAY_MS), xid(94, DAY_MS)] }),
    absent: card({ events: [xid(94, HOUR_MS)] }),
  },
  {
    rule: "xid-repeat",
    severity: "P1",
    says: "XID 48 5 times within a day on gpu-1 (A100-80G-SXM): replace it",
    labels: { ...labels, xid: "48" },
    breach: card({ events: [1, 5, 9, 13, 17].map((hours) => xid(48, hours * HOUR_MS)) }),
    evidence: { signal: "xid", value: 48 },
    clear: card({ events: [1, 5, 9, 13, 17].map((hours) => xid(48, DAY_MS + hours * HOUR_MS)) }),
    absent: card({ events: [0, 1, 2, 3, 4].map((minutes) => xid(48, HOUR_MS + minutes * MINUTE_MS)) }), // one burst
  },
  level(
    { rule: "recovery-reset", severity: "P1", says: "The driver asks to reset a GPU of gpu-1 (A100-80G-SXM)" },
    "recoveryAction",
    [4, 0, 4],
  ),
  level(
    { rule: "recovery-reboot", severity: "P1", says: "The driver asks to reboot gpu-1 for its A100-80G-SXM" },
    "recoveryAction",
    [2, 0, 2],
  ),
  level(
    {
      rule: "recovery-p2p",
      severity: "P2",
      says: "The driver asks to drain P2P work from a GPU of gpu-1 (A100-80G-SXM)",
    },
    "recoveryAction",
    [3, 0, 3],
  ),
]);

checkCases("link", [
  increase(
    { rule: "nvl-crc", severity: "P3", says: "100 NVLink CRC errors within an hour on gpu-1 (A100-80G-SXM)" },
    "nvlinkCrcTotal",
    [HOUR_MS, 100, 99, 100],
  ),
  increase(
    { rule: "nvl-crc-high", severity: "P1", says: "6000 NVLink CRC errors a minute on gpu-1 (A100-80G-SXM)" },
    "nvlinkCrcTotal",
    [MINUTE_MS, 6_000, 5_999, 6_000],
  ),
  increase(
    { rule: "nvl-replay", severity: "P2", says: "10 NVLink replays within ten minutes on gpu-1 (A100-80G-SXM)" },
    "nvlinkReplayTotal",
    [10 * MINUTE_MS, 10, 9, 10],
  ),
  increase(
    { rule: "nvl-recovery", severity: "P2", says: "1 NVLink recoveries on gpu-1 (A100-80G-SXM)" },
    "nvlinkRecoveryTotal",
    [10 * MINUTE_MS, 1, 0, 1],
  ),
  level(
    { rule: "nvswitch-fatal", severity: "P1", says: "Fatal NVSwitch error SXid 12028 on gpu-1" },
    "nvswitchFatalCode",
    [12_028, 0, 0],
  ),
  level(
    { rule: "fm-down", severity: "P1", says: "Fabric Manager does not run on gpu-1 (status 4)" },
    "fabricManagerStatus",
    [4, 3, 4],
  ),
  {
    rule: "pcie-replay",
    severity: "P2",
    says: "PCIe replays above what the link allows, 3 times within an hour on gpu-1 (A100-80G-SXM)",
    labels,
    breach: card({
      events: [25, 15, 5].map((minutes) => ({ kind: "pcie_replay", ago: minutes * MINUTE_MS, count: 90 })),
    }),
    evidence: { signal: "pcie_replay", value: 90, threshold: 3 },
    clear: card({ events: [{ kind: "pcie_replay", ago: HOUR_MS, count: 90 }] }),
    absent: card({ events: [{ kind: "pcie_replay", ago: 5 * MINUTE_MS, count: 900 }] }), // one slot is not three
  },
  {
    rule: "pcie-width",
    severity: "P2",
    says: "PCIe of a card of gpu-1 (A100-80G-SXM) trained to x8 of x16",
    labels,
    breach: card({ says: { pcieWidth: 8, pcieWidthMax: 16 } }),
    evidence: { signal: "pcieWidth", value: 8, threshold: 16 },
    clear: card({ says: { pcieWidth: 8, pcieWidthMax: 8 } }), // an L4 never has more
    absent: card({ says: { pcieWidth: 8 } }),
  },
  level(
    { rule: "p2p", severity: "P2", says: "2 peers out of reach of a GPU of gpu-1 (A100-80G-SXM)" },
    "peersUnreachable",
    [2, 0, 0],
  ),
  level(
    { rule: "dcgm-health", severity: "P2", says: "DCGM's health check fails for a GPU of gpu-1 (A100-80G-SXM)" },
    "healthStatus",
    [20, 10, 20],
  ),
]);

const HOT = { pool: H100 };
checkCases("thermal", [
  level(
    { rule: "temp-core", severity: "P2", says: "A card of gpu-1 (H100-SXM) is at 88 °C, above its limit of 87 °C" },
    "temperatureCelsius",
    [88, 87, 87],
    HOT,
  ),
  level(
    { rule: "temp-slow", severity: "P1", says: "A card of gpu-1 (H100-SXM) is at 89 °C: clocks are cut from 89 °C" },
    "temperatureCelsius",
    [89, 88, 89],
    HOT,
  ),
  level(
    { rule: "temp-mem", severity: "P2", says: "Memory of a card of gpu-1 (A100-80G-SXM) is at 96 °C, above 95 °C" },
    "memoryTemperatureCelsius",
    [96, 95, 95],
  ),
  {
    rule: "temp-node",
    severity: "P1",
    says: "4 cards of gpu-1 are near their temperature limit: look at the rack",
    labels: { vendor: "aliyun", region: "cn-shanghai", zone: "cn-shanghai-b", cluster: "train-1", node: "gpu-1" },
    cards: 4,
    breach: {
      cards: [85, 85, 86, 90, 60, 60, 60, 60].map((temperatureCelsius) => ({ ...HOT, says: { temperatureCelsius } })),
    },
    evidence: { signal: "temperatureCelsius", value: 85, threshold: 84 },
    clear: {
      cards: [84, 85, 86, 90, 60, 60, 60, 60].map((temperatureCelsius) => ({ ...HOT, says: { temperatureCelsius } })),
    },
    absent: { cards: [{}, {}, {}, {}, ...[60, 60, 60, 60].map((t) => ({ ...HOT, says: { temperatureCelsius: t } }))] },
  },
  increase(
    {
      rule: "thermal-viol",
      severity: "P2",
      says: "A card of gpu-1 (A100-80G-SXM) was throttled by heat for 16 s of five minutes",
    },
    "thermalThrottleSeconds",
    [5 * MINUTE_MS, 16, 15, 15],
  ),
  {
    ...level(
      {
        rule: "hw-slowdown",
        severity: "P1",
        says: "Hardware slowdown on gpu-1 (A100-80G-SXM): hardware slowdown, hardware thermal slowdown",
      },
      "clockReasons",
      [0x48, 0x4, 0x48],
    ),
  },
  level(
    { rule: "hw-brake", severity: "P1", says: "Power brake on gpu-1 (A100-80G-SXM): look at the power feed" },
    "clockReasons",
    [0x84, 0x7, 0x80],
  ),
  increase(
    { rule: "brake-time", severity: "P2", says: "Power brake for 0.5 s of a minute on gpu-1 (A100-80G-SXM)" },
    "powerBrakeSeconds",
    [MINUTE_MS, 0.5, 0, 0],
  ),
  level(
    { rule: "sw-therm", severity: "P2", says: "Software thermal slowdown for ten minutes on gpu-1 (A100-80G-SXM)" },
    "clockReasons",
    [0x20, 0x5, 0x20],
  ),
  {
    rule: "straggler-power",
    severity: "P2",
    says: "A card of gpu-1 (A100-80G-SXM) draws 270 W where its job draws 400 W",
    labels: { card: "GPU-0" },
    breach: job([270, 390, 400, 410]),
    evidence: { signal: "powerWatts", value: 270, threshold: 280 },
    clear: job([281, 390, 400, 410]),
    absent: job([270, 400]), // one other card is no median
  },
  {
    rule: "power-unreadable",
    severity: "P2",
    says: "Power of a card of gpu-1 (A100-80G-SXM) cannot be read",
    labels,
    breach: card({ says: { powerMissingMs: 3 * MINUTE_MS } }),
    evidence: { signal: "powerMissingMs", value: 3 * MINUTE_MS, threshold: 3 * MINUTE_MS },
    clear: card({ says: { powerWatts: 61 } }),
    absent: card({ says: { temperatureCelsius: 41 } }),
  },
  {
    rule: "power-range",
    severity: "P2",
    says: "A card of gpu-1 (GB200) draws 1612 W, outside 65 to 1,500 W",
    labels,
    breach: card({ pool: { model: "GB200" }, says: { powerWatts: 1_612 } }),
    evidence: { signal: "powerWatts", value: 1_612, threshold: 1_500 },
    clear: card({ pool: { model: "GB200" }, says: { powerWatts: 1_500 } }),
    absent: card({ pool: { model: "GB200" }, says: { temperatureCelsius: 41 } }),
  },
  {
    rule: "power-range",
    severity: "P2",
    says: "A card of gpu-1 (GB200) draws 12 W, outside 65 to 1,500 W",
    labels,
    breach: card({ pool: { model: "GB200" }, says: { powerWatts: 12 } }),
    evidence: { signal: "powerWatts", value: 12, threshold: 65 },
    clear: card({ pool: { model: "GB200" }, says: { powerWatts: 65 } }),
    absent: card({ pool: { model: "GB200" }, gap: "source_down" }),
  },
  {
    rule: "fan",
    severity: "P3",
    says: "The fan of gpu-1 (RTX4090) runs at 0 %",
    labels,
    breach: card({ pool: { model: "RTX4090" }, says: { fanRatio: 0, temperatureCelsius: 61 } }),
    evidence: { signal: "fanRatio", value: 0, threshold: 0 },
    clear: card({ pool: { model: "RTX4090" }, says: { fanRatio: 0, temperatureCelsius: 28 } }), // stands still when idle
    absent: card({ says: { temperatureCelsius: 61 } }), // cards without fans
  },
]);

function job(watts: readonly number[]): RoundWish {
  const cards = watts.map((powerWatts, i) => ({ uuid: `GPU-${i}`, says: { powerWatts, activityRatio: 0.98 } }));
  return { cards, gangs: [{ cards: cards.map(({ uuid }) => uuid) }] };
}

const fault = (code: number, says: CardWish["says"] = {}) =>
  card({ pool: NPU, says: { npuHealthy: 1, npuErrorCode: code, ...says } });
checkCases("npu", [
  level(
    { rule: "npu-health", severity: "P1", says: "A chip of gpu-1 (Ascend910B3) says it is unhealthy" },
    "npuHealthy",
    [0, 1, 0],
    {
      pool: NPU,
    },
  ),
  level(
    {
      rule: "npu-unreadable",
      severity: "P2",
      says: "Health of a chip of gpu-1 (Ascend910B3) could not be read for five minutes",
    },
    "npuHealthy",
    [-1, 1, -1],
    { pool: NPU },
  ),
  {
    rule: "npu-fault-isolate",
    severity: "P1",
    says: "Fault 40F84E00 (RestartNPU) on gpu-1 (Ascend910B3)",
    labels,
    breach: fault(0x40f84e00),
    evidence: { signal: "npuErrorCode", value: 0x40f84e00, text: "40F84E00 RestartNPU" },
    clear: card({ pool: NPU, says: { npuHealthy: 1 } }), // the series of the code is there only while there is a fault
    absent: card({ pool: NPU, gap: "card_gone", events: [{ kind: "npu_fault", code: 0x40f84e00, ago: HOUR_MS }] }),
  },
  {
    rule: "npu-fault-reset",
    severity: "P2",
    says: "Fault 80AD8009 (FreeRestartNPU) on gpu-1 (Ascend910B3)",
    labels,
    breach: fault(0x80ad8009),
    evidence: { text: "80AD8009 FreeRestartNPU" },
    clear: fault(0),
    absent: card({ pool: NPU }),
  },
  {
    rule: "npu-fault-job",
    severity: "P3",
    says: "Fault 80BB8000 (RestartRequest) on gpu-1 (Ascend910B3)",
    labels,
    breach: card({
      pool: NPU,
      says: { npuHealthy: 1 },
      events: [{ kind: "npu_fault", code: 0x80bb8000, ago: MINUTE_MS }],
    }),
    evidence: { text: "80BB8000 RestartRequest" },
    clear: card({
      pool: NPU,
      says: { npuHealthy: 1 },
      events: [{ kind: "npu_fault", code: 0x80bb8000, ago: 10 * MINUTE_MS }],
    }),
    absent: card({ pool: NPU }),
  },
  level(
    { rule: "npu-link", severity: "P1", says: "The network port of gpu-1 (Ascend910B3) is down" },
    "linkUp",
    [0, 1, 0],
    {
      pool: NPU,
    },
  ),
  level(
    { rule: "npu-network", severity: "P1", says: "The network of gpu-1 (Ascend910B3) is unhealthy, its port is up" },
    "networkUp",
    [0, 1, 0],
    { pool: NPU, says: { linkUp: 1 } },
  ),
  {
    rule: "npu-link-flap",
    severity: "P1",
    says: "The network port of gpu-1 (Ascend910B3) went down 5 times within a day: isolate it",
    labels,
    breach: card({
      pool: NPU,
      events: [1, 4, 8, 12, 20].map((h) => ({ kind: "npu_fault", code: 2164753923, ago: h * HOUR_MS })),
    }),
    evidence: { signal: "npu_fault", value: 0x81078603, text: "81078603" },
    clear: card({ pool: NPU }),
    absent: card({ pool: NPU, events: [{ kind: "npu_fault", code: 2164753923, ago: HOUR_MS }] }),
  },
  level(
    { rule: "npu-optical", severity: "P2", says: "The optical module of gpu-1 (Ascend910B3) is not in order" },
    "opticalUp",
    [0, 1, 0],
    { pool: NPU },
  ),
]);

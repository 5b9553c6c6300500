import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import type { CardWish } from "./a-round.ts";
import { checkCases, type RuleCase } from "./rule-case.ts";

const UUID = "GPU-5f1c";
const card = (wish: CardWish) => ({ cards: [{ uuid: UUID, ...wish }] });
const labels = { card: UUID };
const silent = card({ gap: "source_down" });
const MIB = 2 ** 20;

const level = (
  one: Pick<RuleCase, "rule" | "severity" | "says">,
  signal: string,
  [ill, well, threshold]: readonly [number, number, number],
): RuleCase => ({
  ...one,
  labels,
  breach: card({ says: { [signal]: ill } }),
  evidence: { signal, value: ill, threshold },
  clear: card({ says: { [signal]: well } }),
  absent: card({ says: { memoryUsedBytes: 40_000 * MIB } }), // ECC counters are off in dcgm-exporter by default
});

checkCases("memory", [
  {
    rule: "ecc-dbe-vol",
    severity: "P1",
    says: "3 uncorrected ECC errors on gpu-1 (A100-80G-SXM)",
    labels,
    breach: card({
      events: [
        { kind: "ecc_uncorrected", ago: 5 * MINUTE_MS, count: 1 },
        { kind: "ecc_uncorrected", ago: MINUTE_MS, count: 2 },
      ],
    }),
    evidence: { signal: "ecc_uncorrected", value: 1, threshold: 1 },
    clear: card({ events: [{ kind: "ecc_uncorrected", ago: HOUR_MS, count: 1 }] }),
    absent: card({ gap: "card_gone", events: [{ kind: "ecc_uncorrected", ago: HOUR_MS, count: 1 }] }),
  },
  {
    rule: "ecc-sbe-rate",
    severity: "P3",
    says: "1001 corrected ECC errors within an hour on gpu-1 (A100-80G-SXM)",
    labels,
    breach: card({ rose: { eccCorrectedTotal: (windowMs) => (windowMs === HOUR_MS ? 1_001 : 0) } }),
    evidence: { signal: "eccCorrectedTotal", value: 1_001, threshold: 1_000 },
    clear: card({ rose: { eccCorrectedTotal: 1_000 } }),
    absent: card({}),
  },
  level(
    { rule: "ecc-sbe-total", severity: "P2", says: "50000001 corrected ECC errors so far on gpu-1 (A100-80G-SXM)" },
    "eccCorrectedTotal",
    [50_000_001, 50_000_000, 50_000_000],
  ),
  level(
    {
      rule: "sram-threshold",
      severity: "P1",
      says: "SRAM error threshold exceeded on gpu-1 (A100-80G-SXM): replace it",
    },
    "sramThresholdExceeded",
    [1, 0, 1],
  ),
  level(
    { rule: "remap-pending", severity: "P2", says: "A row remap waits for a reset on gpu-1 (A100-80G-SXM)" },
    "rowRemapPending",
    [1, 0, 1],
  ),
  level(
    { rule: "remap-failure", severity: "P1", says: "Row remapping failed on gpu-1 (A100-80G-SXM): replace it" },
    "rowRemapFailed",
    [1, 0, 1],
  ),
  level(
    { rule: "remap-many", severity: "P2", says: "512 rows remapped on gpu-1 (A100-80G-SXM)" },
    "rowsRemappedUncorrectedTotal",
    [512, 511, 512],
  ),
  {
    rule: "remap-trend",
    severity: "P3",
    says: "2 rows remapped within a week on gpu-1 (A100-80G-SXM)",
    labels,
    breach: card({
      events: [
        { kind: "row_remap", ago: 6 * 24 * HOUR_MS },
        { kind: "row_remap", ago: HOUR_MS },
      ],
    }),
    evidence: { signal: "row_remap", value: 1, threshold: 2 },
    clear: card({ events: [{ kind: "row_remap", ago: 6 * 24 * HOUR_MS }] }),
    absent: card({ events: [{ kind: "row_remap", ago: HOUR_MS }] }), // one is not two, and too new to be quiet
  },
  level(
    { rule: "banks-none", severity: "P2", says: "1 memory banks without spare rows on gpu-1 (A100-80G-SXM)" },
    "banksNone",
    [1, 0, 1],
  ),
  level(
    { rule: "banks-low", severity: "P3", says: "2 memory banks with few spare rows on gpu-1 (A100-80G-SXM)" },
    "banksLow",
    [2, 0, 1],
  ),
  level(
    { rule: "memory-unrepairable", severity: "P1", says: "Memory beyond repair on gpu-1 (A100-80G-SXM): replace it" },
    "memoryUnrepairable",
    [1, 0, 0],
  ),
  level(
    { rule: "retired-pending", severity: "P2", says: "2 pages wait to be retired on gpu-1 (A100-80G-SXM)" },
    "pagesPending",
    [2, 0, 1],
  ),
  level(
    { rule: "retired-limit", severity: "P1", says: "63 pages retired on gpu-1 (A100-80G-SXM): the limit" },
    "pagesRetiredTotal",
    [63, 62, 63],
  ),
  level(
    { rule: "retired-10", severity: "P2", says: "11 pages retired on gpu-1 (A100-80G-SXM)" },
    "pagesRetiredTotal",
    [11, 10, 10],
  ),
  {
    rule: "pages-dbe",
    severity: "P2",
    says: "1 pages taken out for double-bit errors within an hour on gpu-1 (A100-80G-SXM)",
    labels,
    breach: card({ rose: { pagesRetiredDbe: 1 } }),
    evidence: { signal: "pagesRetiredDbe", value: 1, threshold: 1 },
    clear: card({ rose: { pagesRetiredDbe: 0 } }),
    absent: silent,
  },
]);

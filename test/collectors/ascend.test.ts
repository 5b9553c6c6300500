import { describe, expect, test } from "vitest";
import { CardTarget } from "../../collectors/card-target.ts";
import { unixMs } from "../../db/model/units.ts";
import { about, frameOf, saidOf, T0 } from "./dcgm-bodies.ts";

type Chip = {
  readonly id?: number;
  readonly die?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly stamp?: number | null;
};

const npu = (
  metric: string,
  value: number | string,
  { id = 0, die = `DIE-${id}`, pod = "", container = "", stamp = T0 - 2_000 }: Chip = {},
): string =>
  `npu_chip_info_${metric}{container_name="${container}",id="${id}",model_name="910B3",namespace="${pod === "" ? "" : "train"}",pcie_bus_info="0000:C1:00.${id}",pod_name="${pod}",vdie_id="${die}"} ${value}${stamp === null ? "" : ` ${stamp}`}\n`;

const say = (text: string) => saidOf(frameOf(new CardTarget(), text).frame);

describe("what a chip says", () => {
  test.each([
    [npu("utilization", 57), { utilRatio: 0.57 }],
    [npu("power", "310.5"), { powerWatts: 310.5 }],
    [npu("temperature", 49), { temperatureCelsius: 49 }],
    [npu("hbm_temperature", 52), { memoryTemperatureCelsius: 52 }],
    [npu("aicore_current_freq", 1800), { smClockHz: 1.8e9 }],
    [npu("link_status", 0), { linkUp: 0 }],
    [npu("hbm_ecc_double_bit_error_cnt", 3), { eccUncorrectedTotal: 3 }],
  ])("%s", (text, expected) => {
    expect(say(text)).toEqual(expected);
  });

  test("memory is that of the HBM where there is any, else the DDR", () => {
    const ddr = npu("total_memory", 15_000) + npu("used_memory", 2_000);
    expect(say(ddr + npu("hbm_total_memory", 65_536) + npu("hbm_used_memory", 4_096))).toEqual({
      memoryTotalBytes: 2 ** 36,
      memoryUsedBytes: 2 ** 32,
    });
    expect(say(ddr + npu("hbm_total_memory", 0) + npu("hbm_used_memory", 0))).toEqual({
      memoryTotalBytes: 15_000 * 2 ** 20,
      memoryUsedBytes: 2_000 * 2 ** 20,
    });
  });

  test("health is 1, 0 or -1; a chip that states it and no code has no code", () => {
    expect(say(npu("health_status", 1))).toEqual({ npuHealthy: 1, npuErrorCode: 0 });
    expect(say(npu("health_status", -1))).toEqual({ npuHealthy: -1, npuErrorCode: 0 });
    expect(say(npu("health_status", "NaN") + npu("power", 1))).toEqual({ powerWatts: 1 });
    expect(say(npu("health_status", 0) + npu("error_code", 0) + npu("error_code_1", "2164753923"))).toEqual({
      npuHealthy: 0,
      npuErrorCode: 0x81078603,
    });
    expect(frameOf(new CardTarget(), npu("health_status", 2)).refused).toBe(1);
  });
});

describe("who a chip is", () => {
  test("its die; where that is empty, its index on its host, or on the target that has no host", () => {
    const uuid = (die: string, node: string) =>
      frameOf(new CardTarget(), npu("power", 1, { id: 3, die }), { node }).frame.cards[0]!.uuid;
    expect(uuid("9D48-3C", "n1")).toBe("9D48-3C");
    expect(uuid("", "n1")).toBe("n1:npu-3");
    expect(uuid("", "")).toBe("10.0.0.7:9400:npu-3");
  });

  test("pods hold it as npu-exporter names them, also when it will not name several", () => {
    const held = (chip: Chip) => frameOf(new CardTarget(), npu("power", 1, chip)).frame.cards[0]!.holders;
    expect(held({})).toEqual([]);
    expect(held({ pod: "w-0", container: "main" })).toEqual([
      { namespace: "train", pod: "w-0", container: "main", podUid: "", share: 1 },
    ]);
    expect(held({ pod: "not_displayed_for_multi_pod", container: "not_displayed_for_multi_pod" })).toEqual([
      { namespace: "", pod: "not_displayed_for_multi_pod", container: "", podUid: "", share: 1 },
    ]);
  });

  test("both kinds of card in one answer are two cards", () => {
    const { frame } = frameOf(
      new CardTarget(),
      `DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-0"} 40\n${npu("temperature", 50)}`,
    );
    expect(frame.cards.map((card) => card.uuid)).toEqual(["GPU-0", "DIE-0"]);
    expect([saidOf(frame, 0), saidOf(frame, 1)]).toEqual([{ temperatureCelsius: 40 }, { temperatureCelsius: 50 }]);
  });
});

describe("stamps of the exporter's own", () => {
  const body = (stamp: number, dead = stamp): string =>
    npu("power", 100, { id: 0, stamp }) + npu("power", 90, { id: 1, stamp: dead });
  const read = (target: CardTarget, text: string, atMs: number) =>
    target.toFrame(Buffer.from(text), "text", about({ at: unixMs(atMs) }));

  test("the reading is made when we read it, whatever they say; the skew is reported", () => {
    for (const skew of [0, 3_600_000, -3_600_000]) {
      const { frame, stampSkewMs, stale } = read(new CardTarget(), body(T0 + skew), T0);
      expect(frame.at).toBe(T0);
      expect(saidOf(frame)).toEqual({ powerWatts: 100 });
      expect([stampSkewMs, stale]).toEqual([skew, 0]);
    }
    expect(read(new CardTarget(), npu("power", 1, { stamp: null }), T0).stampSkewMs).toBeNull();
  });

  test("a chip whose stamp stays behind by more than 100 s is sighted, and says nothing", () => {
    const at = (behind: number) => read(new CardTarget(), body(T0, T0 - behind), T0);
    expect(saidOf(at(100_000).frame, 1)).toEqual({ powerWatts: 90 });
    const dead = at(100_001);
    expect(dead.frame.cards).toHaveLength(2);
    expect([saidOf(dead.frame, 0), saidOf(dead.frame, 1)]).toEqual([{ powerWatts: 100 }, {}]);
    expect(dead.stale).toBe(1);
  });

  test("a cache that stands still for 100 s of our time is dead as a whole, and lives again when it moves", () => {
    const target = new CardTarget();
    const said = (stamp: number, at: number) => saidOf(read(target, body(stamp), at).frame);
    expect(said(T0, T0)).toEqual({ powerWatts: 100 });
    expect(said(T0, T0 + 100_000)).toEqual({ powerWatts: 100 });
    expect(said(T0, T0 + 115_000)).toEqual({});
    expect(said(T0 + 120_000, T0 + 130_000)).toEqual({ powerWatts: 100 });
  });

  test("the year 1970 is a dead cache, until its clock is seen to run", () => {
    const target = new CardTarget();
    expect(read(target, body(1_606_402_000), T0)).toMatchObject({ stale: 2 });
    expect(read(target, body(1_606_402_000), T0 + 15_000)).toMatchObject({ stale: 2 });
    expect(read(target, body(1_606_417_000), T0 + 30_000)).toMatchObject({
      stale: 0,
      stampSkewMs: 1_606_417_000 - T0 - 30_000,
    });
  });
});

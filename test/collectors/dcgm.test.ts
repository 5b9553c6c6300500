import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CardTarget } from "../../collectors/card-target.ts";
import { CollectError } from "../../collectors/collector.ts";
import { DCGM_METRICS } from "../../collectors/dcgm-fields.ts";
import type { CardField } from "../../db/model/card-fields.ts";
import { about, frameOf, line, pod, saidOf } from "./dcgm-bodies.ts";

const say = (text: string): Partial<Record<CardField, number>> => saidOf(frameOf(new CardTarget(), text).frame);

describe("units", () => {
  test.each<[string, string | number, CardField, number]>([
    ["DCGM_FI_DEV_GPU_UTIL", 57, "utilRatio", 0.57],
    ["DCGM_FI_DEV_GPU_UTIL_RATIO", 57, "utilRatio", 0.57],
    ["dcgm_gpu_utilization", 100, "utilRatio", 1],
    ["DCGM_FI_PROF_GR_ENGINE_ACTIVE", "0.412345", "engineRatio", 0.412345],
    ["DCGM_FI_PROF_TENSOR_UTIL_RATIO", "0.25", "tensorRatio", 0.25],
    ["DCGM_FI_DEV_FB_USED", 1024, "memoryUsedBytes", 2 ** 30],
    ["DCGM_FI_DEV_FB_TOTAL", 81920, "memoryTotalBytes", 80 * 2 ** 30],
    ["DCGM_FI_DEV_BOARD_POWER_WATTS", "71.250000", "powerWatts", 71.25],
    ["DCGM_FI_DEV_GPU_TEMP_CELSIUS", 61, "temperatureCelsius", 61],
    ["DCGM_FI_DEV_SM_CLOCK", 1410, "smClockHz", 1.41e9],
    ["DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "150000000000123", "energyJoules", 150000000000.123],
    ["DCGM_FI_DEV_THERMAL_VIOLATION", "2500000000", "thermalThrottleSeconds", 2.5],
    ["DCGM_FI_DEV_CLOCKS_EVENT_REASON_SW_POWER_CAP_NS", "1000000000", "powerThrottleSeconds", 1],
    ["DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", 100, "nvlinkBytesPerSecond", 102_400_000],
    ["DCGM_FI_PROF_PCIE_RX_BYTES", 420785, "pcieRxBytesPerSecond", 420785],
    ["DCGM_FI_DEV_ROW_REMAP_FAILED", 1, "rowRemapFailed", 1],
    ["DCGM_FI_DEV_XID_ERROR", 79, "xidCode", 79],
    ["DCGM_FI_DEV_RETIRED_DBE", 3, "pagesRetiredTotal", 3],
  ])("%s %s is %s %d", (metric, raw, field, expected) => {
    expect(say(line(metric, raw))).toEqual({ [field]: expected });
  });

  test("every name we know is one that DCGM knows, old or new", () => {
    const file = path.resolve("../shared/facts/dcgm-field-aliases.csv");
    if (!existsSync(file)) return console.log(`skipped: no ${file}`);
    const renamed = readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));
    for (const [old, now] of renamed) {
      const [a, b] = [DCGM_METRICS.get(old!), DCGM_METRICS.get(now!)];
      expect(b, `${old} → ${now}`).toEqual(a);
    }
  });
});

describe("columns of more than one metric", () => {
  test("memory in all is what the exporter says, else used + free + reserved", () => {
    const [used, free, reserved] = [
      line("DCGM_FI_DEV_FB_USED", 10),
      line("DCGM_FI_DEV_FB_FREE", 20),
      line("DCGM_FI_DEV_FB_RESERVED", 3),
    ];
    expect(say(used).memoryTotalBytes).toBeUndefined();
    expect(say(used + free).memoryTotalBytes).toBe(30 * 2 ** 20);
    expect(say(used + free + reserved).memoryTotalBytes).toBe(33 * 2 ** 20);
    expect(say(used + free + reserved + line("DCGM_FI_DEV_FB_TOTAL", 40)).memoryTotalBytes).toBe(40 * 2 ** 20);
  });

  test("ECC since driver load is preferred to ECC for life, unless it is blank", () => {
    const life = line("DCGM_FI_DEV_ECC_DBE_AGG_TOTAL", 9);
    expect(say(line("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", 2) + life)).toEqual({ eccUncorrectedTotal: 2 });
    expect(say(line("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "9223372036854775794") + life)).toEqual({
      eccUncorrectedTotal: 9,
    });
  });

  test("NVLink errors add up over kinds, and over the links of a card", () => {
    const link = (index: number, value: number): string =>
      `DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL{nvlink="${index}",gpu="0",gpu_uuid="GPU-0",model_name="x"} ${value}\n`;
    expect(say(line("DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL", 2) + link(0, 3) + link(1, 4))).toEqual({
      nvlinkErrorTotal: 9,
    });
  });

  test("throttling by event reasons is preferred to violations", () => {
    const text =
      line("DCGM_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN_NS", 1e9) +
      line("DCGM_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN_NS", 2e9);
    expect(say(text + line("DCGM_FI_DEV_THERMAL_VIOLATION", 9e9))).toEqual({ thermalThrottleSeconds: 3 });
  });
});

describe("what is not said", () => {
  test.each([
    "NaN",
    "9223372036854775792",
    "9223372036854775793",
    "9223372036854775794",
    "9223372036854775795",
    "140737488355328",
    "140737488355330.000000",
    "2147483632",
    "2147483635",
  ])("%s is no value, and nothing to complain about", (blank) => {
    const { frame, refused } = frameOf(
      new CardTarget(),
      line("DCGM_FI_DEV_MEMORY_TEMP", blank) + line("DCGM_FI_DEV_GPU_TEMP", 40),
    );
    expect(saidOf(frame)).toEqual({ temperatureCelsius: 40 });
    expect(refused).toBe(0);
  });

  test.each([
    ["DCGM_FI_DEV_GPU_UTIL", "101"],
    ["DCGM_FI_DEV_GPU_UTIL", "-1"],
    ["DCGM_FI_DEV_GPU_UTIL", "1e308"],
    ["DCGM_FI_DEV_GPU_UTIL", "+Inf"],
    ["DCGM_FI_DEV_POWER_USAGE", "-Inf"],
    ["DCGM_FI_PROF_SM_ACTIVE", "1.000001"],
    ["DCGM_FI_DEV_FB_USED", "-0.5"],
    ["DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", "-1"],
  ])("%s %s is refused and counted, never clamped", (metric, value) => {
    const { frame, refused } = frameOf(new CardTarget(), line(metric, value));
    expect(saidOf(frame)).toEqual({});
    expect(refused).toBe(1);
  });

  test("energy and byte rates may pass the blank of doubles", () => {
    expect(say(line("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "140737488355328"))).toEqual({
      energyJoules: 140737488355.328,
    });
    expect(say(line("DCGM_FI_PROF_PCIE_TX_BYTES", "2147483632"))).toEqual({ pcieTxBytesPerSecond: 2147483632 });
  });

  test("a stream with NaN put in is the stream without those points", () => {
    const metric = fc
      .constantFrom(...DCGM_METRICS.keys())
      .filter((name) => DCGM_METRICS.get(name)!.says !== "xidWindow");
    const readings = fc.uniqueArray(fc.record({ metric, value: fc.nat(100), gone: fc.boolean() }), {
      minLength: 2,
      maxLength: 20,
      selector: ({ metric }) => metric,
    });
    fc.assert(
      fc.property(readings, (all) => {
        const anchor = line("DCGM_FI_DEV_SM_CLOCK", 1);
        const withNaN = all
          .filter(({ metric }) => metric !== "DCGM_FI_DEV_SM_CLOCK")
          .map(({ metric, value, gone }) => line(metric, gone ? "NaN" : value));
        const without = all
          .filter(({ metric, gone }) => !gone && metric !== "DCGM_FI_DEV_SM_CLOCK")
          .map(({ metric, value }) => line(metric, value));
        expect(say(anchor + withNaN.join(""))).toEqual(say(anchor + without.join("")));
      }),
    );
  });
});

describe("who the card is", () => {
  const card = (text: string, part = {}) => frameOf(new CardTarget(), text, part).frame.cards[0]!;

  test("its UUID, its model, its bus id, its driver", () => {
    expect(card(line("DCGM_FI_DEV_GPU_TEMP", 40, { gpu: 3, extra: 'DCGM_FI_DRIVER_VERSION="550.127.08"' }))).toEqual({
      uuid: "GPU-3",
      modelName: "NVIDIA A100-SXM4-80GB",
      node: "node-a17",
      position: "00000000:5D:00.3",
      driver: "550.127.08",
      migProfiles: [],
      holders: null,
    });
  });

  test("old-namespace mode and DCGM 1.x say uuid, and the index stands in for the bus id", () => {
    expect(card('dcgm_gpu_temp{gpu="5",uuid="GPU-x"} 40\n')).toMatchObject({
      uuid: "GPU-x",
      position: "index:5",
      node: "",
      modelName: "",
    });
  });

  test.each([
    ["the target's own name wins", 'node="from-label",hostname="h"', "own", "own"],
    ["then the label of relabelling", 'node="from-label",hostname="h"', "", "from-label"],
    ["then the host name, in its new spelling", 'hostname="h"', "", "h"],
    ["but not the name of the exporter's pod", 'Hostname="nvidia-dcgm-exporter-drqwq"', "", ""],
  ])("its node: %s", (_, labels, node, expected) => {
    expect(card(`DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-0",${labels}} 40\n`, { node }).node).toBe(expected);
  });

  test("series without a card are none: switches, CPUs, cards without a UUID", () => {
    const text = 'DCGM_FI_DEV_GPU_TEMP{nvswitch="0",Hostname="n"} 40\nDCGM_FI_DEV_GPU_TEMP{gpu="0"} 40\n';
    expect(() => frameOf(new CardTarget(), text)).toThrow(CollectError);
    expect(frameOf(new CardTarget(), text + line("DCGM_FI_DEV_GPU_TEMP", 1)).frame.cards).toHaveLength(1);
  });

  test("a new card at the same index is a new card", () => {
    const target = new CardTarget();
    const before = frameOf(target, line("DCGM_FI_DEV_GPU_TEMP", 40, { uuid: "GPU-old" })).frame;
    const after = frameOf(target, line("DCGM_FI_DEV_GPU_TEMP", 41, { uuid: "GPU-new" })).frame;
    expect([before.cards[0]!.uuid, after.cards[0]!.uuid]).toEqual(["GPU-old", "GPU-new"]);
    expect(after.cards).toHaveLength(1);
  });
});

describe("who holds it", () => {
  const holders = (text: string, target = new CardTarget()) =>
    frameOf(target, text).frame.cards.map((card) => card.holders);
  const temp = (extra: string, gpu = 0): string => line("DCGM_FI_DEV_GPU_TEMP", 40, { gpu, extra });
  const alone = { namespace: "train", pod: "a", container: "main", podUid: "", share: 1 };

  test("not said where the exporter maps no pods, nobody where it does and names none", () => {
    expect(holders(temp("", 0))).toEqual([null]);
    expect(holders(temp(pod("", "", "")))).toEqual([[]]);
    expect(holders(temp(pod("a"), 0) + temp("", 1))).toEqual([[alone], []]);
  });

  test("an exporter that has named pods before is believed when it names none", () => {
    const target = new CardTarget();
    expect(holders(temp(pod("a")), target)).toEqual([[alone]]);
    expect(holders(temp(""), target)).toEqual([[]]);
  });

  test.each([
    [
      "exported_* before the exporter's own pod",
      'exported_pod="a",exported_namespace="train",exported_container="main",pod="dcgm-exporter-x",namespace="gpu",container="exporter"',
      [alone],
    ],
    ["nobody under exported_*", 'exported_pod="",pod="dcgm-exporter-x",container="exporter"', []],
    [
      "the exporter's own pod is no holder, and no proof of mapping",
      'pod="nvidia-dcgm-exporter-x",namespace="gpu",container="main"',
      null,
    ],
    [
      "nor is its container, whatever the pod is called",
      'pod="metrics-7f",namespace="gpu",container="nvidia-dcgm-exporter"',
      null,
    ],
    ["old-namespace mode", 'container_name="main",pod_namespace="train",pod_name="a"', [alone]],
    ["with the pod's uid", `${pod("a")},pod_uid="u-1"`, [{ ...alone, podUid: "u-1" }]],
  ])("%s", (_, labels, expected) => {
    expect(holders(temp(labels))).toEqual([expected]);
  });

  test("pods that share a card hold equal parts, and the card's value counts once", () => {
    const copy = (name: string, vgpu: number, metric: string, value: number): string =>
      line(metric, value, { extra: `${pod(name)},vgpu="${vgpu}"` });
    const text = ["a", "b"]
      .map(
        (name, i) =>
          copy(name, i, "DCGM_FI_DEV_POWER_USAGE", 300) +
          copy(name, i, "DCGM_FI_DEV_FB_USED", 1000) +
          copy(name, i, "DCGM_FI_DEV_GPU_UTIL", 80),
      )
      .join("");
    const { frame } = frameOf(new CardTarget(), text);
    expect(saidOf(frame)).toEqual({ powerWatts: 300, memoryUsedBytes: 1000 * 2 ** 20, utilRatio: 0.8 });
    expect(frame.cards[0]!.holders).toEqual([
      { ...alone, share: 0.5 },
      { ...alone, pod: "b", share: 0.5 },
    ]);
  });

  test("per-process values are parts: memory adds up, the card is as busy as its busiest process", () => {
    const text = ["a", "b"]
      .map(
        (name, i) =>
          line("DCGM_FI_DEV_FB_USED", 1000 + i, { extra: pod(name) }) +
          line("DCGM_FI_DEV_GPU_UTIL", 60 + i, { extra: pod(name) }),
      )
      .join("");
    expect(say(text)).toEqual({ memoryUsedBytes: 2001 * 2 ** 20, utilRatio: 0.61 });
  });
});

describe("MIG", () => {
  const mig = (
    metric: string,
    value: number | string,
    id: number,
    profile: string,
    owner = "",
    model = "NVIDIA A100-SXM4-80GB",
  ): string =>
    line(metric, value, {
      model,
      extra: `GPU_I_PROFILE="${profile}",GPU_I_ID="${id}"${owner === "" ? "" : `,${pod(owner)}`}`,
    });

  test("instances are one card: engines weigh by slices, memory adds up, the board counts once", () => {
    const text =
      mig("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "1", 1, "4g.40gb", "a") +
      mig("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "0.5", 2, "2g.20gb", "b") +
      mig("DCGM_FI_DEV_FB_USED", 100, 1, "4g.40gb", "a") +
      mig("DCGM_FI_DEV_FB_USED", 50, 2, "2g.20gb", "b") +
      mig("DCGM_FI_DEV_POWER_USAGE", 300, 1, "4g.40gb", "a") +
      mig("DCGM_FI_DEV_POWER_USAGE", 300, 2, "2g.20gb", "b") +
      mig("DCGM_FI_DEV_XID_ERRORS", 0, 1, "4g.40gb", "a") +
      mig("DCGM_FI_DEV_XID_ERRORS", 31, 2, "2g.20gb", "b");
    const { frame } = frameOf(new CardTarget(), text);
    expect(frame.cards).toHaveLength(1);
    expect(frame.cards[0]!.migProfiles).toEqual(["4g.40gb", "2g.20gb"]);
    expect(saidOf(frame)).toEqual({ engineRatio: 5 / 7, memoryUsedBytes: 150 * 2 ** 20, powerWatts: 300, xidCode: 31 });
    expect(frame.cards[0]!.holders).toMatchObject([
      { pod: "a", share: 4 / 7 },
      { pod: "b", share: 2 / 7 },
    ]);
  });

  test("an A30 has four slices, and a pod on two instances holds both", () => {
    const text = [1, 2]
      .map((id) => mig("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "1", id, "1g.6gb", "a", "NVIDIA A30"))
      .join("");
    const { frame } = frameOf(new CardTarget(), text);
    expect(saidOf(frame)).toEqual({ engineRatio: 0.5 });
    expect(frame.cards[0]!.holders).toMatchObject([{ pod: "a", share: 0.5 }]);
  });

  test("an instance that does not say leaves the card unsaid: half a sum is a lie", () => {
    expect(
      say(
        mig("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "1", 1, "3g.40gb") +
          mig("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "NaN", 2, "3g.40gb"),
      ),
    ).toEqual({});
  });

  test("a value of the whole card is preferred to those of its instances", () => {
    expect(say(line("DCGM_FI_DEV_FB_USED", 500) + mig("DCGM_FI_DEV_FB_USED", 100, 1, "3g.40gb"))).toEqual({
      memoryUsedBytes: 500 * 2 ** 20,
    });
  });
});

describe("XIDs", () => {
  test("a code in the labels changes the series and not the card", () => {
    const target = new CardTarget();
    const xid = (code: number): string =>
      line("DCGM_FI_DEV_XID_ERRORS", code, { extra: `err_code="${code}",err_msg="m"` }) +
      line("DCGM_FI_DEV_GPU_TEMP", 40);
    const clean = frameOf(target, xid(0)).frame;
    const fallen = frameOf(target, xid(79)).frame;
    expect([saidOf(clean).xidCode, saidOf(fallen).xidCode]).toEqual([0, 79]);
    expect(fallen.cards).toBe(clean.cards);
  });

  test("windowed counts come by row and code; a clean card says that it has them by a 0", () => {
    const count = (gpu: number, labels: string, value: number): string =>
      line("DCGM_EXP_XID_ERRORS_COUNT", value, { gpu, extra: labels });
    const text =
      count(0, 'window_size_in_ms="300000"', 0) +
      count(1, 'window_size_in_ms="300000",xid="31"', 2) +
      count(1, 'window_size_in_ms="300000",xid="43"', 0);
    const { frame } = frameOf(new CardTarget(), line("DCGM_FI_DEV_GPU_TEMP", 1) + text);
    expect(frame.xidCounts).toEqual([
      { row: 0, code: 0, count: 0, windowMs: 300_000 },
      { row: 1, code: 31, count: 2, windowMs: 300_000 },
    ]);
  });

  test("a number that is no XID is not taken for one", () => {
    for (const xid of ["4294967296", "-1", "1.5", "79x"]) {
      const text = line("DCGM_EXP_XID_ERRORS_COUNT", 1, { extra: `window_size_in_ms="300000",xid="${xid}"` });
      expect(frameOf(new CardTarget(), line("DCGM_FI_DEV_GPU_TEMP", 1) + text).frame.xidCounts).toEqual([]);
    }
  });
});

describe("from body to body", () => {
  test("cards are the same array while only values and the order of lines change", () => {
    const target = new CardTarget();
    const [a, b] = [
      line("DCGM_FI_DEV_GPU_TEMP", 1, { gpu: 0, extra: pod("x") }),
      line("DCGM_FI_DEV_GPU_TEMP", 2, { gpu: 1, extra: pod("y") }),
    ];
    const first = frameOf(target, a + b).frame;
    const turned = frameOf(target, b + a).frame;
    expect(turned.cards).toBe(first.cards);
    expect(turned.values).toEqual(first.values);
    expect(turned.values).not.toBe(first.values);
    const moved = frameOf(target, a + b.replace('pod="y"', 'pod="z"')).frame;
    expect(moved.cards).not.toBe(first.cards);
    expect(moved.cards[1]!.holders![0]!.pod).toBe("z");
  });

  test("a target with a history says what a fresh one says", () => {
    const card = fc.record({
      gpu: fc.nat(2),
      extra: fc.constantFrom(
        "",
        pod("a"),
        pod("b"),
        'GPU_I_PROFILE="3g.40gb",GPU_I_ID="1"',
        'GPU_I_PROFILE="1g.10gb",GPU_I_ID="2"',
      ),
    });
    const metric = fc.constantFrom(
      "DCGM_FI_DEV_GPU_UTIL",
      "DCGM_FI_DEV_FB_USED",
      "DCGM_FI_DEV_FB_FREE",
      "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
      "DCGM_FI_DEV_XID_ERRORS",
      "DCGM_FI_DEV_ECC_DBE_AGG_TOTAL",
      "other",
    );
    const body = fc.array(fc.record({ metric, card, value: fc.constantFrom(0, 1, 50, 101, Number.NaN) }), {
      minLength: 1,
      maxLength: 14,
    });
    fc.assert(
      // One exporter writes pod="" or leaves the label out, never both: the two are one series, as in Prometheus.
      fc.property(
        fc.array(body, { minLength: 1, maxLength: 6 }),
        fc.constantFrom("", pod("", "", "")),
        (bodies, free) => {
          const known = new CardTarget();
          let namesPods = false;
          for (const lines of bodies) {
            const text = lines
              .map(({ metric, card, value }) => line(metric, value, { ...card, extra: card.extra || free }))
              .join("");
            const outcome = (target: CardTarget): unknown => {
              try {
                return frameOf(target, text);
              } catch (cause) {
                return (cause as CollectError).fault;
              }
            };
            const fresh = new CardTarget();
            if (namesPods) frameOf(fresh, line("DCGM_FI_DEV_GPU_TEMP", 1, { gpu: 9, extra: pod("") })); // the one thing a target remembers
            expect(outcome(known)).toEqual(outcome(fresh));
            namesPods = (known as unknown as { namesPods: boolean }).namesPods;
          }
        },
      ),
      { numRuns: Number(process.env["DAPAN_FUZZ_RUNS"] ?? 300) },
    );
  });

  test("series that keep coming and going do not pile up", () => {
    const target = new CardTarget();
    for (let i = 0; i < 2_000; i++) {
      const text =
        line("DCGM_FI_DEV_GPU_TEMP", i % 90) + line("DCGM_FI_DEV_GPU_TEMP", 1, { gpu: 1, extra: pod(`p${i}`) });
      expect(saidOf(frameOf(target, text).frame)).toEqual({ temperatureCelsius: i % 90 });
    }
    expect((target as unknown as { series: unknown[] }).series.length).toBeLessThan(300);
    expect(
      frameOf(target, line("DCGM_FI_DEV_GPU_TEMP", 5, { extra: pod("last") })).frame.cards[0]!.holders![0]!.pod,
    ).toBe("last");
  });

  test("the first of two values of one series wins and the second is counted", () => {
    const result = frameOf(new CardTarget(), line("DCGM_FI_DEV_GPU_UTIL", 10) + line("DCGM_FI_DEV_GPU_UTIL", 90));
    expect(saidOf(result.frame)).toEqual({ utilRatio: 0.1 });
    expect(result.duplicates).toBe(1);
    expect(result.samples).toBe(2);
  });

  test("an answer with more cards than any exporter has is refused, each time, and forgotten", () => {
    const target = new CardTarget({ samples: 64 });
    const cards = (n: number): string =>
      Array.from({ length: n }, (_, gpu) => line("DCGM_FI_DEV_GPU_TEMP", gpu, { gpu })).join("");
    expect(frameOf(target, cards(4)).frame.cards).toHaveLength(4);
    for (let i = 0; i < 2; i++)
      expect(() => frameOf(target, cards(5))).toThrow(expect.objectContaining({ fault: "sample_limit" }));
    expect(saidOf(frameOf(target, cards(4)).frame, 3)).toEqual({ temperatureCelsius: 3 });
  });

  test("a large answer gives way and comes to the same frame", async () => {
    const text = Array.from({ length: 300 }, (_, gpu) => line("DCGM_FI_DEV_GPU_TEMP", gpu % 90, { gpu })).join("");
    let gaveWay = 0;
    const frame = await new CardTarget().toFrameGivingWay(
      Buffer.from(text.padEnd(200_000, "\n")),
      "text",
      about(),
      async () => void gaveWay++,
    );
    expect(frame).toEqual(frameOf(new CardTarget(), text));
    expect(gaveWay).toBeGreaterThan(0);
  });

  test("an answer without a card is empty, and says what was expected", () => {
    expect(() => frameOf(new CardTarget(), "up 1\n")).toThrow(
      expect.objectContaining({ fault: "empty", message: expect.stringContaining("none of its 1 samples") }),
    );
    expect(() => frameOf(new CardTarget(), "")).toThrow(expect.objectContaining({ fault: "empty" }));
  });

  test("the frame carries the target's own origin, instant, reach and place", () => {
    const { frame } = frameOf(new CardTarget(), line("DCGM_FI_DEV_GPU_TEMP", 1));
    const { origin, at, reachMs, place } = about();
    expect(frame).toMatchObject({ kind: "frame", origin, at, reachMs, place });
  });
});

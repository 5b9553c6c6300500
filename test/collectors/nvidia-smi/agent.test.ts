import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CardTarget } from "../../../collectors/card-target.ts";
import { CollectError } from "../../../collectors/collector.ts";
import { agentBody, SMI_FIELDS } from "../../../collectors/nvidia-smi/agent-body.ts";
import { parseSmiCsv } from "../../../collectors/nvidia-smi/csv.ts";
import { nvidiaSmiQuery, runNvidiaSmi, type SmiExit } from "../../../collectors/nvidia-smi/run.ts";
import { FIELD } from "../../../db/model/card-fields.ts";
import type { CardFrame } from "../../../db/model/frame.ts";
import { unixMs } from "../../../db/model/units.ts";

const CAPTURES = path.resolve("../shared/data/nvidia-smi");
const missing = !existsSync(CAPTURES);
if (missing) console.log(`skipped: the nvidia-smi captures are not at ${CAPTURES}`);

const PLACE = { vendor: "v", region: "r", zone: "z", cluster: "c", billing: "owned" } as const;

function frameOf(body: string): CardFrame {
  const about = { origin: "agent", at: unixMs(1_000), reachMs: 30_000, place: PLACE, node: "" };
  return new CardTarget().toFrame(Buffer.from(body), "text", about).frame;
}

/** The csv sections of a capture: idle and under load. */
function sections(file: string): { readonly idle: string; readonly load: string; readonly fields: string[] } {
  const text = readFileSync(path.join(CAPTURES, file), "utf8");
  const sectionOf = (when: string): string => {
    const start = text.indexOf(`# ${when} :: query-gpu (csv`);
    const body = text.slice(text.indexOf("\ntimestamp, ", start) + 1);
    return body.slice(0, body.indexOf("\n\n") + 1);
  };
  const fields = /--query-gpu=(\S+) --format=csv/.exec(text)?.[1]?.split(",") ?? [];
  return { idle: sectionOf("idle"), load: sectionOf("load"), fields };
}

describe.skipIf(missing)("captures of real machines", () => {
  const files = missing ? [] : readdirSync(CAPTURES).filter((f) => f.startsWith("linux"));

  test("both are there", () => expect(files).toHaveLength(2));

  test.each(files)("%s: every field the agent asks for is one this driver answers", (file) => {
    const { fields } = sections(file);
    expect(SMI_FIELDS.filter((f) => !fields.includes(f))).toEqual([]);
  });

  test("an idle H100 comes out as the facts nvidia-smi printed", () => {
    const file = files.find((f) => f.includes("h100")) ?? "";
    const frame = frameOf(agentBody(sections(file).idle, "gpu-host-1"));
    expect(frame.cards).toEqual([
      {
        uuid: "GPU-00000000-0000-0000-0000-000000000000",
        modelName: "NVIDIA H100 80GB HBM3",
        node: "gpu-host-1",
        position: "00000000:00:09.0",
        driver: "590.48.01",
        migProfiles: [],
        holders: null, // nobody asked Kubernetes
      },
    ]);
    const said = Object.fromEntries(
      Object.entries(FIELD).flatMap(([name, column]) =>
        Number.isNaN(frame.values[column] as number) ? [] : [[name, frame.values[column]]],
      ),
    );
    expect(said).toEqual({
      utilRatio: 0,
      encodeRatio: 0,
      decodeRatio: 0,
      memoryUsedBytes: 0,
      memoryTotalBytes: 81_559 * 2 ** 20,
      powerWatts: 69.85,
      temperatureCelsius: 41,
      memoryTemperatureCelsius: 48,
      smClockHz: 345e6,
      eccCorrectedTotal: 0,
      eccUncorrectedTotal: 0,
      rowsRemappedCorrectedTotal: 0,
      rowsRemappedUncorrectedTotal: 0,
      thermalThrottleSeconds: 0,
      powerThrottleSeconds: 0,
      rowRemapPending: 0,
      rowRemapFailed: 0,
    });
  });

  test("a loaded machine's figures come out as printed", () => {
    const ofLoad = (name: string, ...fields: (keyof typeof FIELD)[]) => {
      const { values } = frameOf(agentBody(sections(files.find((f) => f.includes(name)) ?? "").load, "h"));
      return fields.map((field) => values[FIELD[field]]);
    };
    const shown = ["utilRatio", "memoryUsedBytes", "powerWatts", "temperatureCelsius"] as const;
    expect(ofLoad("l40s", ...shown)).toEqual([0.09, 1_235 * 2 ** 20, 110.23, 54]);
    expect(ofLoad("h100", "utilRatio")[0]).toBeGreaterThan(0.9);
  });

  test("a GDDR card has no memory temperature, and none is made up", () => {
    const file = files.find((f) => f.includes("l40s")) ?? "";
    expect(frameOf(agentBody(sections(file).idle, "h")).values[FIELD.memoryTemperatureCelsius]).toBeNaN();
  });
});

const HEAD = "index, uuid, name, pci.bus_id, driver_version, memory.used [MiB], utilization.gpu [%], power.draw [W]";
const LINE = "0, GPU-1, NVIDIA A10, 00000000:00:05.0, 550.1, 12 MiB, 7 %, 20.50 W";
const line = (values: Partial<Record<"uuid" | "memory" | "util" | "power", string>>): string =>
  `${HEAD}\n0, ${values.uuid ?? "GPU-1"}, NVIDIA A10, 00000000:00:05.0, 550.1, ${values.memory ?? "12 MiB"}, ${values.util ?? "7 %"}, ${values.power ?? "20.50 W"}\n`;

describe("what nvidia-smi may say", () => {
  test.each([
    "[N/A]",
    "[Not Supported]",
    "[Unknown Error]",
    "[GPU is lost]",
    "[Requested functionality has been deprecated]",
    "N/A",
    "ERR!",
    "",
    "-1 %",
    "7 W",
    "seven",
    "0x7 %",
    "1e2 %",
    "NaN %",
  ])("a utilisation of %j is not a reading", (util) => {
    const body = agentBody(line({ util }), "h");
    expect(body).not.toContain("GPU_UTIL");
    expect(body).toContain("DCGM_FI_DEV_FB_USED");
  });

  test("old names of fields mean the same as the new", () => {
    const old =
      "index, gpu_uuid, gpu_name, gpu_bus_id, driver_version, clocks.sm [MHz], retired_pages.dbe\n0, GPU-1, Tesla T4, 0000:00:05.0, 470.1, 1590 MHz, 2\n";
    const [card] = parseSmiCsv(old);
    expect(card?.get("uuid")).toBe("GPU-1");
    expect(agentBody(old, "h")).toMatch(/DCGM_FI_DEV_SM_CLOCK\{.*\} 1590\n/);
    expect(agentBody(old, "h")).toMatch(/DCGM_FI_DEV_RETIRED_DBE\{.*\} 2\n/);
  });

  test("a card that is lost does not take its neighbours along", () => {
    const lost = `Unable to determine the device handle for GPU0000:3D:00.0: Unknown Error\n${HEAD}\n${LINE}\n`;
    expect(frameOf(agentBody(lost, "h")).cards).toHaveLength(1);
  });

  test("a host without cards answers nothing, an empty answer is a fault", () => {
    expect(agentBody("No devices were found\n", "h")).toBe("");
    expect(() => agentBody("", "h")).toThrow(CollectError);
  });

  test("a line cut short refuses the whole answer", () => {
    expect(() => agentBody(`${HEAD}\n${LINE}\n1, GPU-2, NVIDIA A10\n`, "h")).toThrow(
      "3 fields in line 3, 8 in the header",
    );
  });

  test("a line that names no card is left out", () => {
    expect(agentBody(line({ uuid: "[Unknown Error]" }), "h")).toBe("");
  });

  test("whatever stands in names, the body is well-formed and gives the names back", () => {
    const text = fc
      .string({ minLength: 1, maxLength: 40, unit: "binary" })
      .map((s) => s.replaceAll(/[,\n\r\0]/g, "").trim())
      .filter((s) => s !== "" && !s.startsWith("[") && s !== "N/A" && s !== "ERR!");
    fc.assert(
      fc.property(text, text, (uuid, host) => {
        const frame = frameOf(agentBody(line({ uuid }), host));
        expect(frame.cards[0]?.uuid).toBe(uuid);
      }),
      { numRuns: 100 },
    );
  });

  test("garbage is refused with a CollectError or read as cards without names, never anything else", () => {
    const garbage = fc.oneof(
      fc.string({ maxLength: 400 }),
      fc.string({ maxLength: 200 }).map((s) => `${HEAD}\n${s}`),
      fc.array(fc.constantFrom(...`${HEAD}\n${LINE}`.split("")), { maxLength: 300 }).map((c) => c.join("")),
    );
    fc.assert(
      fc.property(garbage, (csv) => {
        try {
          expect(typeof agentBody(csv, "h")).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(CollectError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("running nvidia-smi", () => {
  /** A driver that knows all fields but these. */
  const driver = (unknown: readonly string[], asked: string[][] = []) => ({
    spawn: (_: string, args: readonly string[]): Promise<SmiExit> => {
      const fields = (args[0] ?? "").replace("--query-gpu=", "").split(",");
      asked.push(fields);
      const refused = fields.find((f) => unknown.includes(f));
      if (refused !== undefined)
        return Promise.resolve({
          code: 2,
          stdout: `Field "${refused}" is not a valid field to query.\n\n`,
          stderr: "",
        });
      return Promise.resolve({ code: 0, stdout: `${fields.join(", ")}\n`, stderr: "" });
    },
  });

  test("the query names the fields and asks for csv", () => {
    expect(nvidiaSmiQuery(["index", "uuid"])).toEqual(["--query-gpu=index,uuid", "--format=csv"]);
  });

  test("a driver that does not know a field is asked without it, and never for it again", async () => {
    const asked: string[][] = [];
    const effects = driver(
      ["memory.reserved", "clocks.current.sm", "clocks_event_reasons_counters.sw_power_cap"],
      asked,
    );
    const first = await runNvidiaSmi(effects);
    expect(first.fields).not.toContain("memory.reserved");
    expect(first.fields).toContain("clocks.sm"); // its old name
    expect(asked).toHaveLength(4);
    await runNvidiaSmi(effects, first.fields);
    expect(asked).toHaveLength(5);
  });

  test("a driver that knows next to nothing still ends the asking", async () => {
    const effects = driver(SMI_FIELDS.slice(5).concat("clocks.sm", "clocks.mem"));
    await expect(runNvidiaSmi(effects)).resolves.toMatchObject({ fields: SMI_FIELDS.slice(0, 5) });
    await expect(runNvidiaSmi(driver(["uuid"]))).rejects.toThrow("does not know the field uuid");
  });

  test("a missing program, a hung one and a broken driver say so", async () => {
    const failing = (problem: Error) => ({ spawn: () => Promise.reject<SmiExit>(problem) });
    await expect(runNvidiaSmi(failing(new Error("spawn nvidia-smi ENOENT")))).rejects.toMatchObject({
      fault: "connect",
    });
    await expect(runNvidiaSmi(failing(new CollectError("timeout", "too slow")))).rejects.toMatchObject({
      fault: "timeout",
    });
    const broken = {
      spawn: () =>
        Promise.resolve({
          code: 9,
          stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
          stderr: "",
        }),
    };
    await expect(runNvidiaSmi(broken)).rejects.toThrow("couldn't communicate");
  });

  test("a lost card makes the exit code bad, but not the others' readings", async () => {
    const effects = {
      spawn: () =>
        Promise.resolve({ code: 15, stdout: `${HEAD}\n${LINE}\n`, stderr: "Unable to determine the device handle" }),
    };
    expect((await runNvidiaSmi(effects)).csv).toContain("GPU-1");
  });
});

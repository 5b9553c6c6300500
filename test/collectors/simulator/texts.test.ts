import { describe, expect, test } from "vitest";
import { ExpositionReader } from "../../../collectors/exposition/reader.ts";
import { renderDcgm } from "../../../collectors/simulator/dcgm-text.ts";
import { Fleet } from "../../../collectors/simulator/fleet.ts";
import { renderGateway } from "../../../collectors/simulator/gateway-text.ts";
import { renderKsm } from "../../../collectors/simulator/ksm-text.ts";
import { renderNodeExporter } from "../../../collectors/simulator/node-exporter-text.ts";
import { renderNpu } from "../../../collectors/simulator/npu-text.ts";

const START = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const fleet = new Fleet({ seed: 1, cards: 1_000, startMs: START });

type Series = { readonly metric: string; readonly labels: ReadonlyMap<string, string>; readonly value: number };

/** Every series of a body, by our own parser. @throws what the parser throws, and on a series twice */
function read(text: string): Series[] {
  const described: { metric: string; labels: ReadonlyMap<string, string> }[] = [];
  const reader = new ExpositionReader((metric, labels) => described.push({ metric, labels: new Map(labels) }) - 1);
  const readings = reader.read(Buffer.from(text), "text");
  if (readings.duplicates > 0) throw new Error(`${readings.duplicates} duplicates`);
  return Array.from({ length: readings.count }, (_, i) => {
    const one = described[readings.refs[i] as number];
    return { metric: one?.metric ?? "", labels: one?.labels ?? new Map(), value: readings.values[i] as number };
  });
}

const clusters = [...fleet.clusters.keys()];
const of = (series: readonly Series[], metric: string) => series.filter((s) => s.metric === metric);

describe("dcgm-exporter", () => {
  const nodeOf = (style: string, role = "") => {
    const node = fleet.nodes.find(
      (n) => n.style === style && (role === "" || n.role === role) && fleet.outageAt(n, START) === undefined,
    );
    if (node === undefined) throw new Error(`no ${style} ${role} node`);
    return node;
  };

  test("labels stand in the exporter's order, before and after the rename of Hostname", () => {
    const line = (style: string, role = "serving") =>
      renderDcgm(fleet, nodeOf(style, role), START)
        .split("\n")
        .find((l) => l.startsWith("DCGM_FI_DEV_GPU_TEMP") && l.includes('pod="') && !l.includes('pod=""')) ?? "";
    const names = (l: string) => [...l.matchAll(/([A-Za-z_]+)="/g)].map((m) => m[1]);
    const tail = ["DCGM_FI_DRIVER_VERSION", "container", "namespace", "pod"];
    expect(names(line("site"))).toEqual(["gpu", "UUID", "pci_bus_id", "device", "modelName", "Hostname", ...tail]);
    expect(names(line("lower"))).toEqual(["gpu", "UUID", "pci_bus_id", "device", "modelName", "hostname", ...tail]);
    expect(names(line("old"))).toEqual(["gpu", "UUID", "device", "modelName", "Hostname", ...tail]);
  });

  test("a free card has no pod labels, on an old exporter empty ones", () => {
    const spare = (style: string) => renderDcgm(fleet, nodeOf(style, "spare"), START);
    expect(spare("site")).not.toContain("pod=");
    const old = fleet.nodes
      .filter((n) => n.style === "old")
      .map((n) => renderDcgm(fleet, n, START))
      .join("");
    expect(old).toContain(',container="",namespace="",pod=""}');
  });

  test("integers are printed whole, floats with six decimals", () => {
    const body = renderDcgm(fleet, nodeOf("site", "gang"), START);
    for (const [, metric = "", value = ""] of body.matchAll(/^(DCGM_[A-Z_]+)\{.*\} (\S+)$/gm)) {
      const float = metric.startsWith("DCGM_FI_PROF") ? !metric.includes("PCIE") : metric.endsWith("POWER_USAGE");
      expect(value, metric).toMatch(float ? /^\d+\.\d{6}$/ : /^\d+$/);
    }
  });

  test("the renamed exporter prints DCGM 4.6 names, each from the published list", () => {
    const body = renderDcgm(fleet, nodeOf("renamed"), START);
    expect(body).toContain("DCGM_FI_DEV_GPU_UTIL_RATIO{");
    expect(body).toContain("DCGM_FI_DEV_BOARD_POWER_WATTS{");
    expect(body).not.toMatch(/^DCGM_FI_DEV_GPU_UTIL\{/m);
  });

  test("MIG instances have engine shares of their own, repeat the board's values, and have no GPU_UTIL", () => {
    const series = read(renderDcgm(fleet, nodeOf("site", "mig"), START));
    expect(of(series, "DCGM_FI_DEV_GPU_UTIL")).toEqual([]);
    const power = of(series, "DCGM_FI_DEV_POWER_USAGE");
    expect(
      power.every((s) => s.labels.has("GPU_I_ID") && /^\dg\.\d+gb$/.test(s.labels.get("GPU_I_PROFILE") ?? "")),
    ).toBe(true);
    const byCard = new Map<string, Set<number>>();
    for (const s of power)
      byCard.set(s.labels.get("UUID") ?? "", (byCard.get(s.labels.get("UUID") ?? "") ?? new Set()).add(s.value));
    expect([...byCard.values()].every((values) => values.size === 1)).toBe(true);
  });

  test("a shared card repeats its value for each of its pods", () => {
    const series = of(read(renderDcgm(fleet, nodeOf("site", "sliced"), START)), "DCGM_FI_DEV_GPU_UTIL");
    const copies = series.filter((s) => s.labels.has("vgpu"));
    expect(copies.length).toBeGreaterThan(1);
    expect(new Set(copies.map((s) => s.labels.get("pod"))).size).toBe(copies.length);
  });

  test("an XID stays on its gauge with its words, and leaves the windowed count after five minutes", () => {
    const fault = fleet
      .faultsBetween(START - 48 * HOUR, START)
      .find(
        (f) =>
          f.id === "app-xid" && fleet.nodes.some((n) => n.name === f.node && n.style === "site" && n.role !== "mig"),
      );
    const node = fleet.nodes.find((n) => n.name === fault?.node);
    if (fault === undefined || node === undefined)
      throw new Error("the show has an application XID on a site's exporter");
    const xidsAt = (t: number) => {
      const series = read(renderDcgm(fleet, node, t));
      const card = [...new Set(series.map((s) => s.labels.get("UUID")))][fault.position];
      const ofCard = series.filter((s) => s.labels.get("UUID") === card);
      const gauge = of(ofCard, "DCGM_FI_DEV_XID_ERRORS");
      const windowed = of(ofCard, "DCGM_EXP_XID_ERRORS_COUNT").filter(
        (s) => s.labels.get("xid") === String(fault.code),
      );
      return { gauge: gauge.map((s) => s.labels.get("err_code")), windowed: windowed.map((s) => s.value) };
    };
    expect(xidsAt(fault.at + 30_000)).toEqual({ gauge: [String(fault.code)], windowed: [1] });
    expect(xidsAt(fault.at + 400_000)).toEqual({ gauge: [String(fault.code)], windowed: [] });
  });
});

describe("npu-exporter", () => {
  test("samples carry the instant in milliseconds, and a chip without an error has no error series", () => {
    const node = fleet.nodes.find(
      (n) => n.style === "npu" && fleet.faultsBetween(START - 72 * HOUR, START).every((f) => f.node !== n.name),
    );
    if (node === undefined) throw new Error("some NPU node is well");
    const body = renderNpu(fleet, node, START);
    expect(body).toMatch(new RegExp(`^npu_chip_info_power\\{.*\\} [\\d.]+ ${START}$`, "m"));
    expect(body).not.toContain("error_code");
    expect(body).toContain("machine_npu_nums 8\n");
  });

  test("a broken chip prints its code as a decimal number and a bad health", () => {
    const fault = fleet.faultsBetween(START - 6 * HOUR, START).find((f) => f.code === 0x80e01801);
    const node = fleet.nodes.find((n) => n.name === fault?.node);
    if (node === undefined) throw new Error("the show has a broken NPU");
    const series = read(renderNpu(fleet, node, START));
    expect(of(series, "npu_chip_info_error_code").map((s) => s.value)).toEqual([2_162_169_857]);
    expect(of(series, "npu_chip_info_health_status").filter((s) => s.value === 0)).toHaveLength(1);
  });
});

describe("kube-state-metrics", () => {
  test("pods, owners and requests of a cluster agree with what its card exporters say", () => {
    for (const cluster of clusters) {
      const ksm = read(renderKsm(fleet, cluster, START));
      const pods = new Set(of(ksm, "kube_pod_info").map((s) => `${s.labels.get("namespace")}/${s.labels.get("pod")}`));
      const said = new Set<string>();
      for (const node of fleet.clusters.get(cluster) ?? []) {
        if (node.style === "npu" || fleet.outageAt(node, START)?.kind === "node_down") continue;
        for (const s of read(renderDcgm(fleet, node, START)))
          if (s.labels.get("pod")) said.add(`${s.labels.get("namespace")}/${s.labels.get("pod")}`);
      }
      for (const pod of said) expect(pods, cluster).toContain(pod);
      expect(of(ksm, "kube_pod_owner")).toHaveLength(pods.size);
      const sets = new Set(of(ksm, "kube_replicaset_owner").map((s) => s.labels.get("replicaset")));
      for (const s of of(ksm, "kube_pod_owner"))
        if (s.labels.get("owner_kind") === "ReplicaSet") expect(sets).toContain(s.labels.get("owner_name"));
    }
  });

  test("a node that is down is not Ready but unknown, and has lost its pods", () => {
    const fault = fleet.faultsBetween(START - 48 * HOUR, START).find((f) => f.id === "host-other");
    const node = fleet.nodes.find((n) => n.name === fault?.node);
    if (fault === undefined || node === undefined) throw new Error("the show has a node that went down");
    const ksm = read(renderKsm(fleet, node.pool.place.cluster, fault.at + 60_000));
    const ready = of(ksm, "kube_node_status_condition").filter(
      (s) => s.labels.get("node") === node.name && s.value === 1,
    );
    expect(ready.map((s) => s.labels.get("status"))).toEqual(["unknown"]);
    expect(of(ksm, "kube_pod_info").filter((s) => s.labels.get("node") === node.name)).toEqual([]);
  });

  test("every node says where it stands", () => {
    const labels = clusters.flatMap((c) => of(read(renderKsm(fleet, c, START)), "kube_node_labels"));
    expect(labels).toHaveLength(fleet.nodes.length);
    for (const s of labels) expect(s.labels.get("label_topology_kubernetes_io_region")).not.toBe("");
  });
});

describe("node_exporter and the gateway", () => {
  test("every node's body is read, and the boot time moves only with a reboot", () => {
    for (const node of fleet.nodes) {
      const now = read(renderNodeExporter(fleet, node, START));
      expect(of(now, "node_boot_time_seconds")[0]?.value).toBeLessThan(START / 1_000);
    }
    const fault = fleet.faultsBetween(START - 48 * HOUR, START).find((f) => f.id === "host-other");
    const node = fleet.nodes.find((n) => n.name === fault?.node);
    if (fault === undefined || node === undefined) throw new Error("the show has a node that went down");
    const boot = (t: number) => of(read(renderNodeExporter(fleet, node, t)), "node_boot_time_seconds")[0]?.value;
    expect(boot(fault.until + 16_000)).toBe(Math.floor(fault.until / 1_000));
    expect(boot(fault.at - 1_000)).not.toBe(boot(fault.until + 16_000));
  });

  test("requests and tokens only rise, and some of them fail", () => {
    let failed = 0;
    for (const cluster of clusters) {
      let last = new Map<string, number>();
      for (let t = START - 30 * HOUR; t <= START; t += 700_000) {
        const now = new Map<string, number>();
        for (const s of read(renderGateway(fleet, cluster, t))) {
          if (s.metric.endsWith("_total") || s.metric.endsWith("_requests"))
            now.set(`${s.metric} ${[...s.labels].join(" ")}`, s.value);
        }
        for (const [series, before] of last)
          expect(now.get(series), `${cluster} ${series}`).toBeGreaterThanOrEqual(before);
        last = now;
      }
      for (const [series, value] of last) if (series.includes("status,503")) failed += value;
    }
    expect(failed).toBeGreaterThan(0);
  });
});

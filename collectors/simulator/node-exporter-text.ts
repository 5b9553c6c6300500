/** What a node's node_exporter answers: the part that matters to cards (facts/other-metrics.md section 7). */
import { family, labelText } from "../exposition-writer.ts";
import { beatOf } from "./dcgm-text.ts";
import type { Fleet } from "./fleet.ts";
import { between, draw, mix, unit } from "./hash.ts";
import type { SimNode } from "./layout.ts";

const GIB = 1_073_741_824;

/** The body of a node's node_exporter at `t`. It does not ask whether the node is up. */
export function renderNodeExporter(fleet: Fleet, node: SimNode, t: number): string {
  const beat = beatOf(t);
  const host = fleet.host(node);
  host.fate.extendTo(beat);
  return hostFamilies(fleet, node, beat) + storageFamilies(fleet, node, beat) + linkFamilies(fleet, node, beat);
}

function hostFamilies(fleet: Fleet, node: SimNode, t: number): string {
  const boot = bootMs(fleet, node, t);
  const noise = unit(mix(mix(node.key, Math.floor(t / 60_000)), 1));
  const busy = fleet.host(node).cards.filter((card) => {
    card.fate.seek(t);
    return !card.fate.gone && card.lanes.some((lane) => (lane.seek(t), lane.busyAt(t)));
  }).length;
  const load = 1 + busy * 5 + noise * 4;
  const total = node.size * 128 * GIB;
  const available = Math.floor(total * (0.9 - (0.5 * busy) / node.size - 0.05 * noise));
  return (
    family("node_boot_time_seconds", "Node boot time, in unixtime.", "gauge", [["", Math.floor(boot / 1_000)]]) +
    family("node_time_seconds", "System time in seconds since epoch (1970).", "gauge", [["", t / 1_000]]) +
    family("node_load1", "1m load average.", "gauge", [["", round(load)]]) +
    family("node_load5", "5m load average.", "gauge", [["", round(load * 0.98)]]) +
    family("node_load15", "15m load average.", "gauge", [["", round(load * 0.95)]]) +
    family("node_memory_MemTotal_bytes", "Memory information field MemTotal_bytes.", "gauge", [["", total]]) +
    family("node_memory_MemAvailable_bytes", "Memory information field MemAvailable_bytes.", "gauge", [
      ["", available],
    ]) +
    family("node_vmstat_oom_kill", "/proc/vmstat information field oom_kill.", "untyped", [["", 0]])
  );
}

function storageFamilies(fleet: Fleet, node: SimNode, t: number): string {
  const shared = labelText([
    ["device", "nas-1:/share"],
    ["fstype", "nfs4"],
    ["mountpoint", "/mnt/share"],
  ]);
  const root = labelText([
    ["device", "/dev/nvme0n1p2"],
    ["fstype", "ext4"],
    ["mountpoint", "/"],
  ]);
  const hung = fleet.host(node).fate.faults.some((f) => f.id === "storage-or-mount" && t >= f.at && t < f.until);
  const size: [string, number][] = [[root, 1_760 * GIB]];
  const free: [string, number][] = [[root, Math.floor(1_760 * GIB * (0.35 + 0.5 * draw(node.key, 91)))]];
  if (!hung) {
    size.push([shared, 102_400 * GIB]);
    free.push([shared, 38_000 * GIB]);
  }
  const days = (t - fleet.originMs) / 86_400_000;
  return (
    family("node_filesystem_size_bytes", "Filesystem size in bytes.", "gauge", size) +
    family("node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes.", "gauge", free) +
    family(
      "node_filesystem_device_error",
      "Whether an error occurred while getting statistics for the given device.",
      "gauge",
      [
        [root, 0],
        [shared, Number(hung)],
      ],
    ) +
    family("node_filesystem_readonly", "Filesystem read-only status.", "gauge", [[root, 0]]) +
    family("node_nfs_rpcs_total", "Total number of RPCs performed.", "counter", [
      ["", Math.floor(Math.max(0, days) * 4e6)],
    ]) +
    family("node_nfs_rpc_retransmissions_total", "Number of RPC transmissions performed.", "counter", [
      ["", Math.floor(Math.max(0, days) * 3)],
    ])
  );
}

/** Nodes with NVLink or of the NPU kind have a fabric: four ports of 200 Gb/s. */
function linkFamilies(fleet: Fleet, node: SimNode, t: number): string {
  const fabric = node.size === 8 && (node.pool.type.nvlinkMbps > 0 || node.pool.type.maker === "ascend");
  if (!fabric) return "";
  const state: [string, number][] = [];
  const physical: [string, number][] = [];
  const rate: [string, number][] = [];
  const downed: [string, number][] = [];
  const received: [string, number][] = [];
  const faults = fleet.host(node).fate.faults.filter((f) => f.id === "network-port-or-cable" && f.at <= t);
  for (let port = 0; port < 4; port++) {
    const labels = labelText([
      ["device", `mlx5_${port}`],
      ["port", "1"],
    ]);
    const ofPort = faults.filter((f) => f.position % 4 === port);
    const down = ofPort.some((f) => t < f.until);
    state.push([labels, down ? 1 : 4]);
    physical.push([labels, down ? 2 : 5]);
    rate.push([labels, 2.5e10]);
    downed.push([labels, ofPort.length]);
    received.push([labels, Math.floor(Math.max(0, t - fleet.originMs) * between(node.key, 92 + port, 1e5, 4e6))]);
  }
  return (
    family(
      "node_infiniband_state_id",
      "State of the InfiniBand port (0: no change, 1: down, 2: init, 3: armed, 4: active, 5: act defer)",
      "gauge",
      state,
    ) +
    family(
      "node_infiniband_physical_state_id",
      "Physical state of the InfiniBand port (0: no change, 1: sleep, 2: polling, 3: disable, 4: shift, 5: link up, 6: link error recover, 7: phytest)",
      "gauge",
      physical,
    ) +
    family("node_infiniband_rate_bytes_per_second", "Maximum signal transfer rate", "gauge", rate) +
    family(
      "node_infiniband_link_downed_total",
      "Number of times the link failed to recover from an error state and went down",
      "counter",
      downed,
    ) +
    family(
      "node_infiniband_port_data_received_bytes_total",
      "Number of data octets received on all links",
      "counter",
      received,
    )
  );
}

/** When the node last came up: after its last outage as a node, else some weeks before the fleet's origin. */
function bootMs(fleet: Fleet, node: SimNode, t: number): number {
  const reboots = fleet
    .host(node)
    .fate.outages.filter((o) => o.kind === "node_down" && o.to <= t)
    .map((o) => o.to);
  return reboots.length > 0
    ? Math.max(...reboots)
    : fleet.originMs - Math.floor(between(node.key, 93, 1, 90) * 86_400_000);
}

const round = (value: number): number => Math.round(value * 100) / 100;

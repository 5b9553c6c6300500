import type { Rule } from "../../../../db/model/rule.ts";
import { MINUTE } from "./defaults.ts";

const ASKED = { keepFiringMs: 2 * MINUTE, where: {} } as const satisfies Partial<Rule>;
const promql = (expr: string) => ({ kind: "promql", source: "", expr }) as const;

/**
 * What node_exporter and kube-state-metrics say of hosts and networks, asked of every Prometheus that is configured:
 * health-rules.md sections 5 and 8. Without one they say nothing.
 */
export const PROMETHEUS_RULES: readonly Rule[] = [
  {
    ...ASKED,
    id: "ib-down",
    family: "network",
    scope: "node",
    condition: promql(
      "(node_infiniband_state_id != 4 or node_infiniband_physical_state_id != 5) and on (instance, device, port) (max_over_time(node_infiniband_state_id[1d]) == 4)",
    ),
    forMs: 4 * MINUTE,
    severity: "P1",
    summary: {
      zh: "{instance} 的 InfiniBand 端口 {device}/{port} 断开",
      en: "InfiniBand port {device}/{port} of {instance} is down",
    },
    action: "check_cable",
    runbook: "network",
    source: "gpud: down for four minutes",
  },
  {
    ...ASKED,
    id: "ib-link-downed",
    family: "network",
    scope: "node",
    condition: promql("increase(node_infiniband_link_downed_total[15m]) > 0"),
    forMs: 0,
    severity: "P1",
    summary: {
      zh: "{instance} 的 InfiniBand 端口 {device}/{port} 掉线 {value} 次",
      en: "InfiniBand port {device}/{port} of {instance} went down {value} times",
    },
    action: "check_cable",
    runbook: "network",
    source: "NVSentinel: fatal at any",
  },
  {
    ...ASKED,
    id: "ib-symbol",
    family: "network",
    scope: "node",
    condition: promql("increase(node_infiniband_symbol_error_total[1h]) > 120"),
    forMs: 0,
    severity: "P2",
    summary: {
      zh: "{instance} 的 InfiniBand 端口 {device}/{port} 一小时 {value} 个符号错误",
      en: "{value} symbol errors within an hour on InfiniBand port {device}/{port} of {instance}",
    },
    action: "check_cable",
    runbook: "network",
    source: "NVSentinel: 120 an hour (IBTA BER 1e-12); links with FEC show more, so no page",
  },
  {
    ...ASKED,
    id: "ib-integrity",
    family: "network",
    scope: "node",
    condition: promql("increase(node_infiniband_local_link_integrity_errors_total[15m]) > 0"),
    forMs: 0,
    severity: "P1",
    summary: {
      zh: "{instance} 的 InfiniBand 端口 {device}/{port} 链路完整性错误",
      en: "Link integrity errors on InfiniBand port {device}/{port} of {instance}",
    },
    action: "check_cable",
    runbook: "network",
    source: "NVSentinel: fatal at any",
  },
  {
    ...ASKED,
    id: "fs-readonly",
    family: "host",
    scope: "node",
    condition: promql(
      'node_filesystem_readonly{fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660",mountpoint!~"/(boot|snap|sys|proc|run).*"} == 1',
    ),
    forMs: MINUTE,
    severity: "P1",
    summary: { zh: "{instance} 的 {mountpoint} 变成只读", en: "{mountpoint} of {instance} turned read-only" },
    action: "check_storage",
    runbook: "storage",
    source: "ours; mount failures are among the top causes at Meta RSC",
  },
  {
    ...ASKED,
    id: "fs-device-error",
    family: "host",
    scope: "node",
    condition: promql('node_filesystem_device_error{fstype!~"tmpfs|overlay|ramfs"} == 1'),
    forMs: MINUTE,
    severity: "P1",
    summary: {
      zh: "{instance} 的 {mountpoint} 读不到（NFS 失效？）",
      en: "{mountpoint} of {instance} cannot be read (stale NFS?)",
    },
    action: "check_storage",
    runbook: "storage",
    source: "node_exporter: the mount did not answer statfs",
  },
  {
    ...ASKED,
    id: "fs-full",
    family: "host",
    scope: "node",
    condition: promql(
      '100 * node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|ramfs|squashfs"} / node_filesystem_size_bytes{fstype!~"tmpfs|overlay|ramfs|squashfs"} < 5',
    ),
    forMs: 5 * MINUTE,
    severity: "P1",
    summary: { zh: "{instance} 的 {mountpoint} 只剩 {value}%", en: "{mountpoint} of {instance} has {value} % left" },
    action: "check_storage",
    runbook: "storage",
    source: "ours",
  },
  {
    ...ASKED,
    id: "nfs-retrans",
    family: "host",
    scope: "node",
    condition: promql("100 * rate(node_nfs_rpc_retransmissions_total[5m]) / (rate(node_nfs_rpcs_total[5m]) > 1) > 1"),
    forMs: 5 * MINUTE,
    severity: "P2",
    summary: { zh: "{instance} 的 NFS 重传 {value}%", en: "{value} % of the NFS calls of {instance} are sent again" },
    action: "check_storage",
    runbook: "storage",
    source: "ours: more than 1 % over five minutes",
  },
];

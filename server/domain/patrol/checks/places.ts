import type { Check } from "../check.ts";
import { ofRules } from "./of-rules.ts";

/** Nodes, the network between cards and nodes, and the storage that feeds them: all of it is said by rules. */
export const PLACE_CHECKS: readonly Check[] = [
  ofRules({
    id: "nodes.down",
    group: "nodes",
    title: { zh: "节点宕机", en: "Nodes down" },
    rules: ["node-down", "node-removed", "mass-loss"],
    advice: { zh: "查带外管理与电源；反复宕机的节点下线检修", en: "Look at power and out-of-band; take repeaters out" },
  }),
  ofRules({
    id: "nodes.exporters",
    group: "nodes",
    title: { zh: "采集端失联", en: "Exporters gone" },
    rules: ["exporter-down"],
    advice: { zh: "重启 exporter，检查端口与网络策略", en: "Restart the exporter; look at ports and network policies" },
  }),
  ofRules({
    id: "nodes.short",
    group: "nodes",
    title: { zh: "节点缺卡", en: "Nodes short of cards" },
    rules: ["card-drop", "all-cards-lost"],
    advice: {
      zh: "重启或检修节点，通知云厂商按合同补卡",
      en: "Reboot or repair; have the vendor replace what is missing",
    },
  }),
  ofRules({
    id: "network.links",
    group: "network",
    title: { zh: "卡间互联", en: "Links between cards" },
    rules: [
      "nvl-crc",
      "nvl-crc-high",
      "nvl-replay",
      "nvl-recovery",
      "nvswitch-fatal",
      "fm-down",
      "p2p",
      "npu-link",
      "npu-network",
      "npu-link-flap",
    ],
    advice: {
      zh: "排空后检查链路与 Fabric Manager，必要时返修基板",
      en: "Drain; look at links and Fabric Manager; return the board",
    },
  }),
  ofRules({
    id: "network.pcie",
    group: "network",
    title: { zh: "PCIe", en: "PCIe" },
    rules: ["pcie-replay", "pcie-width"],
    advice: { zh: "重新插拔或更换转接板、线缆", en: "Reseat, or replace riser and cable" },
  }),
  ofRules({
    id: "network.fabric",
    group: "network",
    title: { zh: "集群网络", en: "Network between nodes" },
    rules: ["family:network"],
    advice: {
      zh: "检查光模块、线缆与交换机端口；没有数据时接入网络指标",
      en: "Look at optics, cables and ports; where nothing is said, connect network metrics",
    },
  }),
  ofRules({
    id: "storage.files",
    group: "storage",
    title: { zh: "文件系统", en: "File systems" },
    rules: ["fs-readonly", "fs-device-error", "nfs-retrans"],
    advice: {
      zh: "检查磁盘与存储服务；没有数据时接入 node_exporter",
      en: "Look at disks and the storage service; where nothing is said, connect node_exporter",
    },
  }),
  ofRules({
    id: "storage.space",
    group: "storage",
    title: { zh: "磁盘空间", en: "Disk space" },
    rules: ["fs-full", "fs-low"],
    advice: { zh: "清理检查点与日志，或扩容", en: "Clear checkpoints and logs, or add space" },
  }),
  ofRules({
    id: "storage.stalls",
    group: "storage",
    title: { zh: "训练等数据", en: "Training waiting for data" },
    rules: ["data-stall"],
    advice: { zh: "查存储带宽与数据预取", en: "Look at storage bandwidth and prefetching" },
  }),
];

import type { Language } from "../../../db/model/channel.ts";
import type { Action, Severity, TwoTongues } from "../../../db/model/rule.ts";

type Words = {
  readonly resolved: string;
  readonly comma: string;
  readonly flapping: string;
  readonly andMore: (others: number, cards: number) => string;
  readonly cards: (count: number) => string;
  readonly holders: (names: readonly string[]) => string;
  readonly acked: (who: string) => string;
};

const SHOWN_HOLDERS = 3;

export const WORDS: Readonly<Record<Language, Words>> = {
  "zh-CN": {
    resolved: "已恢复",
    comma: "，",
    flapping: "反复出现",
    andMore: (others, cards) => (cards > 0 ? `等 ${others + 1} 起，共 ${cards} 张卡` : `等 ${others + 1} 起`),
    cards: (count) => `${count} 张卡`,
    holders: (names) =>
      `影响 ${names.slice(0, SHOWN_HOLDERS).join("、")}${names.length > SHOWN_HOLDERS ? ` 等 ${names.length} 个` : ""}`,
    acked: (who) => `${who} 已确认`,
  },
  en: {
    resolved: "Resolved",
    comma: ", ",
    flapping: "comes and goes",
    andMore: (others, cards) => (cards > 0 ? `and ${others} more, ${cards} cards in all` : `and ${others} more`),
    cards: (count) => (count === 1 ? "1 card" : `${count} cards`),
    holders: (names) =>
      `hits ${names.slice(0, SHOWN_HOLDERS).join(", ")}${names.length > SHOWN_HOLDERS ? ` and ${names.length - SHOWN_HOLDERS} more` : ""}`,
    acked: (who) => `acknowledged by ${who}`,
  },
};

export const SEVERITY_WORDS: Readonly<Record<Language, Readonly<Record<Severity, string>>>> = {
  "zh-CN": { P1: "紧急", P2: "警告", P3: "提示" },
  en: { P1: "Critical", P2: "Warning", P3: "Notice" },
};

/** What to do first, in a sentence. */
export const ACTION_WORDS: Readonly<Record<Action, TwoTongues>> = {
  none: { zh: "无需处理", en: "Nothing to do" },
  monitor: { zh: "继续观察", en: "Keep an eye on it" },
  restart_app: { zh: "重启作业；反复出现再查卡", en: "Restart the job; look at the card if it comes back" },
  reset_gpu_when_idle: { zh: "卡空闲后重置 GPU", en: "Reset the GPU when it is idle" },
  reset_gpu: { zh: "停掉作业并重置 GPU", en: "Stop the job and reset the GPU" },
  drain_reset_gpu: { zh: "排空节点，重置 GPU，再重启作业", en: "Drain the node, reset the GPU, restart the job" },
  drain_reboot: {
    zh: "排空节点并重启；仍不恢复就送修",
    en: "Drain and reboot the node; if it stays, send it to repair",
  },
  drain_and_diagnose: { zh: "排空节点并做诊断", en: "Drain the node and run diagnostics" },
  rma_diagnose: {
    zh: "停用这张卡，做诊断并准备换卡（RMA）",
    en: "Take the card out, run diagnostics, prepare its replacement (RMA)",
  },
  check_cooling: { zh: "检查散热和机柜风道", en: "Check cooling and air flow" },
  check_power: { zh: "检查供电和电源模块", en: "Check the power feed and supplies" },
  check_cable: { zh: "检查线缆和光模块", en: "Check cable and transceiver" },
  check_exporter: { zh: "检查采集器；卡本身可能正常", en: "Check the exporter; the cards themselves may be well" },
  check_node: { zh: "检查节点：电源、网络、内核日志", en: "Check the node: power, network, kernel log" },
  check_network: { zh: "检查到该集群的网络和监控链路", en: "Check the network and the monitoring path to the cluster" },
  restart_fabric_manager: { zh: "重启 Fabric Manager", en: "Restart Fabric Manager" },
  kill_process: { zh: "清理残留进程，必要时重置 GPU", en: "Kill the left-over process; reset the GPU if need be" },
  check_job: { zh: "查看训练日志，重启或释放资源", en: "Look at the job's log; restart it or free its cards" },
  check_storage: { zh: "检查存储和挂载", en: "Check storage and mounts" },
  reclaim: { zh: "收回或缩减这些卡", en: "Take the cards back, or ask for fewer" },
  check_prices: { zh: "查看成本页，核对价格和用量", en: "Look at the cost page: prices and use" },
  fix_rule: { zh: "修改这条规则", en: "Mend the rule" },
  investigate: { zh: "打开事件查看证据", en: "Open the incident and look at the evidence" },
};

/** What a link in a message does. */
export const LINK_WORDS: Readonly<
  Record<Language, { readonly open: string; readonly ack: string; readonly mute: string }>
> = {
  "zh-CN": { open: "打开", ack: "确认", mute: "静默 2 小时" },
  en: { open: "Open", ack: "Acknowledge", mute: "Mute 2 h" },
};

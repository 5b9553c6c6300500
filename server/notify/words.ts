/** The few words a message has of its own; what it tells of comes in words already. */
import type { Language, Notice } from "../../db/model/channel.ts";
import type { Severity } from "../../db/model/rule.ts";

/** What another channel is told about one that does not work. */
export type TroubleKind = "auth" | "gone" | "five_days" | "failing";

type Words = {
  readonly severity: Readonly<Record<Severity, string>>;
  readonly status: Readonly<Record<Notice["status"], string>>;
  readonly resolved: string;
  readonly since: string;
  readonly cost: string;
  readonly todo: string;
  readonly message: string; // number of the message in its group
  readonly repeat: string;
  readonly more: (count: number) => string;
  readonly firedAndResolved: (fired: string, resolved: string) => string;
  readonly digestTitle: (count: number) => string;
  readonly open: string;
  readonly testTitle: string;
  readonly testBody: string;
  readonly trouble: (channel: string, why: string) => string;
  readonly troubleWhy: Readonly<Record<TroubleKind, string>>;
  readonly troubleTodo: Readonly<Record<TroubleKind, string>>;
  readonly heartbeat: string;
};

export const WORDS: Readonly<Record<Language, Words>> = {
  "zh-CN": {
    severity: { P1: "紧急", P2: "警告", P3: "提示" },
    status: { firing: "告警", resolved: "已恢复", mixed: "告警更新" },
    resolved: "已恢复",
    since: "起于",
    cost: "每小时损失",
    todo: "处理",
    message: "消息",
    repeat: "可能重复",
    more: (count) => `…另有 ${count} 条`,
    firedAndResolved: (fired, resolved) => `${fired} 触发，${resolved} 恢复`,
    digestTitle: (count) => `${count} 组告警合并通知`,
    open: "打开",
    testTitle: "[测试] 大盘测试消息",
    testBody: "收到这条消息，说明该渠道可用。",
    trouble: (channel, why) => `[${why}] 通知渠道 ${channel}`,
    troubleWhy: {
      auth: "已停用：配置被拒绝",
      gone: "已停用：机器人或群已不存在",
      five_days: "已停用：连续失败五天",
      failing: "发送失败",
    },
    troubleTodo: {
      auth: "核对渠道的地址、密钥、关键词与 IP 白名单，改好后重新启用；停用期间的消息保留 7 天，可补发。",
      gone: "换一个机器人地址，改好后重新启用；停用期间的消息保留 7 天，可补发。",
      five_days: "修好接收端后重新启用；停用期间的消息保留 7 天，可补发。",
      failing: "正在按间隔重试；检查接收端与网络。",
    },
    heartbeat: "[正常] 大盘在值守",
  },
  en: {
    severity: { P1: "CRITICAL", P2: "WARNING", P3: "INFO" },
    status: { firing: "FIRING", resolved: "RESOLVED", mixed: "UPDATE" },
    resolved: "RESOLVED",
    since: "since",
    cost: "Cost per hour",
    todo: "To do",
    message: "message",
    repeat: "possible repeat",
    more: (count) => `…+${count} more`,
    firedAndResolved: (fired, resolved) => `fired ${fired}, resolved ${resolved}`,
    digestTitle: (count) => `${count} groups of alerts in one message`,
    open: "Open",
    testTitle: "[TEST] Test message of Dapan",
    testBody: "You read this, so the channel works.",
    trouble: (channel, why) => `[${why}] notification channel ${channel}`,
    troubleWhy: {
      auth: "OFF: refused as set up",
      gone: "OFF: robot or group is gone",
      five_days: "OFF: five days of failure",
      failing: "FAILING",
    },
    troubleTodo: {
      auth: "Check the channel's address, secret, keyword and address list, then switch it on again; what it did not say is kept 7 days and can be sent.",
      gone: "Give it another robot, then switch it on again; what it did not say is kept 7 days and can be sent.",
      five_days:
        "Mend the receiver, then switch the channel on again; what it did not say is kept 7 days and can be sent.",
      failing: "It is tried again on a schedule; look at the receiver and the network.",
    },
    heartbeat: "[OK] Dapan is on watch",
  },
};

import type { ChannelKind, ChannelSecrets, ChannelSettings, Notice, NoticeLine } from "../../../db/model/channel.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { ChannelRecord } from "../../../db/store/channels.ts";
import { FakeBots, type FakeBotSetup } from "../../../collectors/simulator/fake-bots.ts";
import { systemClock } from "../../../server/clock.ts";
import { type PostAnswer, type PostRequest, type Sender, SendError } from "../../../server/egress/sender.ts";
import type { ToSay } from "../../../server/notify/platform.ts";
import { type Notifier, type NotifierParts, startNotifier } from "../../../server/notify/notifier.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { type ManualClock, manualClock } from "../../tools/manual-clock.ts";
import { MemoryOutbox } from "./memory-outbox.ts";

export const T = unixMs(Date.UTC(2026, 10, 22, 2, 2)); // 10:02 in Shanghai
export const WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export const SETTINGS: ChannelSettings = { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" };

export const aLine = (part: Partial<NoticeLine> = {}): NoticeLine => ({
  status: "firing",
  no: 41,
  severity: "P1",
  what: "双比特 ECC 错误",
  where: "sh-1 / hall-1 / gpu-07 · GPU-3",
  since: "11-22 10:02",
  detail: "累计 2 次 · 任务 train/llm-0",
  ...part,
});

export const aNotice = (part: Partial<Notice> = {}): Notice => ({
  kind: "incidents",
  status: "firing",
  severity: "P1",
  language: "zh-CN",
  seq: 1,
  isRepeat: false,
  groupKey: "pool/3/node/gpu-07/rule/ecc-dbe-vol",
  title: "[紧急] 双比特 ECC 错误 · gpu-07",
  lines: [aLine()],
  more: 0,
  costPerHour: "¥12.34",
  todo: "排空节点并重置该卡",
  links: [
    { label: "打开", url: "https://dapan.example.com/alerts/41" },
    { label: "确认", url: "https://dapan.example.com/a?t=ack.41.1.1795312920000.abc" },
  ],
  alerts: [
    {
      fingerprint: "00000000000000a1",
      status: "firing",
      labels: { alertname: "ecc-dbe-vol", card: "GPU-3", severity: "P1" },
      annotations: { summary: "双比特 ECC 错误" },
      startsAt: T,
      endsAt: null,
      url: "https://dapan.example.com/alerts/41",
    },
  ],
  ...part,
});

/** Secrets that each kind takes, with the bot's own name in the address. */
export const secretsFor = (kind: ChannelKind, name = "duty"): ChannelSecrets => ({
  url:
    kind === "email"
      ? "smtps://dapan@mail.example.com:465"
      : kind === "telegram" || kind === "pagerduty"
        ? ""
        : `https://bots.example.com/${kind}/${name}`,
  secret:
    { telegram: "123456:AAbbccddeeffgghhiijjkk", webhook: WHSEC, pagerduty: "0123456789abcdef0123456789abcdef" }[
      kind as string
    ] ?? "",
  previousSecret: "",
});

export const toSay = (kind: ChannelKind, part: Partial<ToSay> = {}): ToSay => ({
  id: "msg_01JTEST0000000000000000000",
  at: T,
  now: T,
  notice: aNotice(),
  settings: { ...SETTINGS, to: kind === "email" ? ["duty@example.com"] : ["-100123"], from: "dapan@example.com" },
  secrets: secretsFor(kind),
  ...part,
});

export const aChannel = (id: number, kind: ChannelKind, part: Partial<ChannelRecord> = {}): ChannelRecord => ({
  id,
  name: `${kind}-${id}`,
  kind,
  language: "zh-CN",
  enabled: true,
  disabledWhy: "",
  sendsResolved: true,
  settings: SETTINGS,
  shownAddress: "bots.example.com",
  sealed: new Uint8Array(),
  failingSince: null,
  pausedUntil: null,
  failures: 0,
  ...part,
});

/** What the network does to a request before any robot sees it; null = nothing. */
export type NetFault = "timeout" | "reset" | "tls" | "dns" | "refused" | null;

/** An alert of an incident, for machines. */
export const anAlert = (no: number, status: "firing" | "resolved"): Notice["alerts"][number] => ({
  ...aNotice().alerts[0]!,
  fingerprint: no.toString(16).padStart(16, "0"),
  status,
});

export type Stage = {
  readonly clock: ManualClock;
  readonly bots: FakeBots;
  readonly store: MemoryOutbox;
  readonly notifier: Notifier;
  /** What another process would be started with. */
  readonly parts: NotifierParts;
  /** Every request that left, whatever became of it. */
  readonly posts: readonly { readonly at: UnixMs; readonly path: string; readonly request: PostRequest }[];
  /** Lays a fault of the network on a robot, "feishu/duty". */
  net(path: string, fault: NetFault): void;
  /** The robot takes the message and the connection breaks before it can say so. */
  takenAndReset(path: string, isSo: boolean): void;
  /** Leaves messages and wakes the notifier, as a commit does. */
  say(...messages: readonly Parameters<MemoryOutbox["put"]>[0][number][]): Promise<void>;
};

/** A notifier in virtual time between an outbox in memory and robots in memory. Answers take no time, time-outs take 15 s. */
export function openStage(
  channels: readonly ChannelRecord[],
  setups: Readonly<Record<string, FakeBotSetup>> = {},
  more: Partial<NotifierParts> & { readonly secretOf?: (channel: ChannelRecord) => string } = {},
): Stage {
  const clock = manualClock(T);
  const bots = new FakeBots(setups);
  const store = new MemoryOutbox();
  for (const one of channels) store.setChannel(one);
  const faults = new Map<string, NetFault>();
  const resets = new Set<string>();
  const posts: { at: UnixMs; path: string; request: PostRequest }[] = [];
  const sender: Sender = {
    ca: null,
    connect: () => Promise.reject(new SendError("unreachable", "no mail here")),
    async post(request): Promise<PostAnswer> {
      const path = request.url.pathname.slice(1);
      posts.push({ at: clock.now(), path, request });
      const fault = faults.get(path) ?? null;
      if (fault === "timeout") await clock.sleep(request.deadlineMs);
      if (fault === "timeout" || fault === "reset") throw new SendError("maybe_posted", "bots.example.com: no answer");
      if (fault === "refused") throw new SendError("refused", "not connecting: listed nowhere");
      if (fault !== null) throw new SendError("unreachable", `bots.example.com: ${fault}`);
      const answer = bots.answer({
        path: request.url.pathname,
        query: new Map(request.url.searchParams),
        headers: request.headers,
        body: String(request.body),
        at: clock.now(),
      });
      if (resets.has(path)) throw new SendError("maybe_posted", "bots.example.com: no answer");
      return answer;
    },
  };
  const parts: NotifierParts = {
    store,
    sender,
    clock,
    log: createLog("silent", systemClock),
    secretsOf: async (channel) => ({
      ...secretsFor(channel.kind, channel.name),
      ...(more.secretOf ? { secret: more.secretOf(channel) } : {}),
    }),
    zone: () => "Asia/Shanghai",
    publicUrl: () => "https://dapan.example.com",
    random: () => 0.5,
    ...more,
  };
  const notifier = startNotifier(parts);
  return {
    clock,
    bots,
    store,
    notifier,
    parts,
    posts,
    net: (path, fault) => void faults.set(path, fault),
    takenAndReset: (path, isSo) => void (isSo ? resets.add(path) : resets.delete(path)),
    async say(...messages) {
      await store.put(messages);
      notifier.wake();
    },
  };
}

/** A message of a group, about one incident. */
export const message = (
  channelId: number,
  groupId: number,
  part: {
    readonly at: UnixMs;
    readonly status?: "firing" | "resolved";
    readonly seq?: number;
    readonly no?: number;
    readonly notice?: Partial<Notice>;
  },
) => {
  const { at, status = "firing", seq = 1, no = groupId } = part;
  return {
    channelId,
    groupId,
    seq,
    incidentIds: [no],
    at,
    notice: aNotice({
      status,
      seq,
      groupKey: `g${groupId}`,
      lines: [aLine({ no, status, detail: "" })],
      alerts: [anAlert(no, status)],
      ...part.notice,
    }),
  };
};

/**
 * Chat robots and a webhook receiver as they really answer: signatures, keywords, rate limits, errors inside of 200. For the
 * demo and for tests. One path per robot: /feishu/<name>, /dingtalk/<name>, /wecom/<name>, /slack/<name>, /webhook/<name>.
 * Sources: shared facts on chat and paging sinks; npm `standardwebhooks` for the receiver.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export const FAKE_BOT_KINDS = ["feishu", "dingtalk", "wecom", "slack", "webhook"] as const;
export type FakeBotKind = (typeof FAKE_BOT_KINDS)[number];

/** How a robot was set up by its group. */
export type FakeBotSetup = {
  readonly secret?: string; // asked for when set
  readonly keyword?: string;
  readonly unlimited?: boolean;
};

export type FakeBotRequest = {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>; // lower-case names
  readonly body: string;
  readonly at: number; // unix ms
};
export type FakeBotAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** One line of the record: what came, and what was answered. */
export type FakeBotRecord = {
  readonly at: number;
  readonly kind: FakeBotKind;
  readonly name: string;
  readonly accepted: boolean;
  readonly answer: string;
  readonly id: string; // webhook-id; "" = the platform has none
  readonly title: string;
  readonly text: string; // everything a person would read
  readonly body: string;
};

/** A fault laid on a robot: it answers so until it is lifted. */
export type FakeBotFault = (request: FakeBotRequest) => FakeBotAnswer | null;

type Bot = {
  readonly kind: FakeBotKind;
  readonly name: string;
  readonly setup: FakeBotSetup;
  times: number[];
  blockedUntil: number;
  fault: FakeBotFault | null;
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const TOLERANCE_MS = 300_000; // the reference library of Standard Webhooks

const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): FakeBotAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
const text = (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): FakeBotAnswer => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body,
});

/** Robots in memory: the answers of a server without its sockets. */
export class FakeBots {
  readonly #bots = new Map<string, Bot>();
  readonly #setups: ReadonlyMap<string, FakeBotSetup>;
  readonly #onRecord: (record: FakeBotRecord) => void;
  readonly records: FakeBotRecord[] = [];
  readonly #mostRecords: number;

  /** @param setups by "kind/name"; a robot nobody set up takes everything */
  constructor(
    setups: Readonly<Record<string, FakeBotSetup>> = {},
    onRecord: (record: FakeBotRecord) => void = () => undefined,
    mostRecords = 100_000,
  ) {
    this.#setups = new Map(Object.entries(setups));
    this.#onRecord = onRecord;
    this.#mostRecords = mostRecords;
  }

  /** Lays a fault on a robot; null lifts it. */
  fail(path: string, fault: FakeBotFault | null): void {
    const bot = this.#botAt(`/${path}`);
    if (bot === null) throw new RangeError(`no robot ${path}: write kind/name`);
    bot.fault = fault;
  }

  /** The bodies of an accepted robot's messages, in order. */
  accepted(path: string): readonly FakeBotRecord[] {
    return this.records.filter(({ accepted, kind, name }) => accepted && `${kind}/${name}` === path);
  }

  answer(request: FakeBotRequest): FakeBotAnswer {
    const bot = this.#botAt(request.path);
    if (bot === null) return text("no such robot", 404);
    const answer = bot.fault?.(request) ?? ANSWERS[bot.kind](bot, request);
    this.#record(bot, request, answer);
    return answer;
  }

  #botAt(path: string): Bot | null {
    const [, kind = "", name = ""] = path.split("/");
    if (!isKind(kind) || name === "") return null;
    const key = `${kind}/${name}`;
    const known = this.#bots.get(key);
    if (known !== undefined) return known;
    const bot: Bot = { kind, name, setup: this.#setups.get(key) ?? {}, times: [], blockedUntil: 0, fault: null };
    this.#bots.set(key, bot);
    return bot;
  }

  #record(bot: Bot, request: FakeBotRequest, answer: FakeBotAnswer): void {
    const said = saidBy(bot.kind, request.body);
    const record: FakeBotRecord = {
      at: request.at,
      kind: bot.kind,
      name: bot.name,
      accepted: isAccepted(bot.kind, answer),
      answer: answer.body.slice(0, 200),
      id: request.headers["webhook-id"] ?? "",
      ...said,
      body: request.body,
    };
    this.records.push(record);
    if (this.records.length > this.#mostRecords) this.records.shift();
    this.#onRecord(record);
  }
}

const isKind = (kind: string): kind is FakeBotKind => (FAKE_BOT_KINDS as readonly string[]).includes(kind);

function isAccepted(kind: FakeBotKind, { status, body }: FakeBotAnswer): boolean {
  if (status < 200 || status >= 300) return false;
  if (kind === "slack") return body === "ok";
  if (kind === "webhook") return true;
  const answer = parsed(body);
  return (answer?.["code"] ?? answer?.["errcode"]) === 0;
}

/** Whether one more is allowed now; counts it. */
function isWithin(bot: Bot, at: number, count: number, perMs: number): boolean {
  if (bot.setup.unlimited === true) return true;
  return bot.times.filter((time) => time > at - perMs).length < count;
}
function count(bot: Bot, at: number): void {
  bot.times = [...bot.times.filter((time) => time > at - HOUR_MS), at];
}

const ANSWERS: Readonly<Record<FakeBotKind, (bot: Bot, request: FakeBotRequest) => FakeBotAnswer>> = {
  feishu(bot, { body, at }) {
    const refuse = (code: number, msg: string) => json({ code, msg, data: {} });
    if (!isWithin(bot, at, 5, 1_000) || !isWithin(bot, at, 100, MINUTE_MS))
      return refuse(11_232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]");
    count(bot, at);
    const said = parsed(body);
    if (said === null || Buffer.byteLength(body) > 20 * 1_024) return refuse(9_499, "Bad Request");
    const { secret, keyword } = bot.setup;
    if (secret !== undefined) {
      const timestamp = String(said["timestamp"]);
      const isLate = Math.abs(at - Number(timestamp) * 1_000) > HOUR_MS;
      if (isLate || !isSame(said["sign"], hmac(`${timestamp}\n${secret}`, "")))
        return refuse(19_021, "sign match fail or timestamp is not within one hour from current time");
    }
    if (typeof said["msg_type"] !== "string") return refuse(19_002, "params error, msg_type need");
    if (keyword !== undefined && !body.includes(keyword)) return refuse(19_024, "Key Words Not Found");
    return json({ StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" });
  },
  dingtalk(bot, { body, query, headers, at }) {
    const refuse = (errcode: number, errmsg: string) => json({ errcode, errmsg });
    if (at < bot.blockedUntil || !isWithin(bot, at, 20, MINUTE_MS)) {
      if (at >= bot.blockedUntil) bot.blockedUntil = at + 10 * MINUTE_MS;
      return refuse(130_101, "send too fast, exceed 20 times per minute");
    }
    count(bot, at);
    if (!(headers["content-type"] ?? "").startsWith("application/json")) return refuse(43_004, "content-type error");
    if (Buffer.byteLength(body) > 20_000)
      return refuse(460_101, "description: body 大小不合法;solution:请保持大小在 20000bytes 以内;");
    const { secret, keyword } = bot.setup;
    if (secret !== undefined) {
      const timestamp = query.get("timestamp") ?? "";
      const isLate = Math.abs(at - Number(timestamp)) > HOUR_MS;
      if (isLate || !isSame(query.get("sign"), hmac(secret, `${timestamp}\n${secret}`)))
        return refuse(310_000, "sign not match, more: [https://ding-doc.dingtalk.com]");
    }
    const said = parsed(body);
    if (said === null || typeof said["msgtype"] !== "string") return refuse(40_035, "invalid json");
    if (keyword !== undefined && !body.includes(keyword)) return refuse(310_000, "keywords not in content");
    return refuse(0, "ok");
  },
  wecom(bot, { path, query, headers, body, at }) {
    const refuse = (errcode: number, errmsg: string) => json({ errcode, errmsg });
    if (path.endsWith("/upload_media")) {
      const isFile = query.get("type") === "file" && (headers["content-type"] ?? "").startsWith("multipart/form-data");
      return isFile
        ? json({ errcode: 0, errmsg: "ok", type: "file", media_id: `media-${bot.name}` })
        : refuse(41_005, "media data missing");
    }
    if (!isWithin(bot, at, 20, MINUTE_MS)) return refuse(45_009, "api freq out of limit");
    count(bot, at);
    const said = parsed(body);
    if (said?.["msgtype"] === "file") {
      const media = (said["file"] as { media_id?: unknown } | undefined)?.media_id;
      return media === `media-${bot.name}` ? refuse(0, "ok") : refuse(40_007, "invalid media_id");
    }
    const content = (said?.["markdown"] as { content?: unknown } | undefined)?.content;
    if (typeof content !== "string") return refuse(40_008, "invalid message type");
    if (Buffer.byteLength(content) > 4_096)
      return refuse(40_058, "markdown.content exceed max length 4096. invalid Request Parameter");
    return refuse(0, "ok");
  },
  slack(bot, { body, at }) {
    if (!isWithin(bot, at, 1, 1_000)) return text("rate_limited", 429, { "retry-after": "1" });
    count(bot, at);
    const said = parsed(body);
    const blocks = said?.["blocks"];
    if (said === null || (typeof said["text"] !== "string" && !Array.isArray(blocks)))
      return text("invalid_payload", 400);
    if (Array.isArray(blocks) && blocks.length > 50) return text("invalid_blocks", 400);
    if (body.length > 13_200) return text("msg_blocks_too_long", 400);
    return text("ok");
  },
  webhook(bot, { body, headers, at }) {
    count(bot, at);
    const { secret } = bot.setup;
    if (secret === undefined) return text("", 204);
    const timestamp = headers["webhook-timestamp"] ?? "";
    const signed = `${headers["webhook-id"] ?? ""}.${timestamp}.${body}`;
    const right = `v1,${hmac(Buffer.from(secret.replace(/^whsec_/, ""), "base64"), signed)}`;
    const isLate = Math.abs(at - Number(timestamp) * 1_000) > TOLERANCE_MS;
    const isSigned = (headers["webhook-signature"] ?? "").split(" ").some((one) => isSame(one, right));
    return !isLate && isSigned ? text("", 204) : text("signature", 401);
  },
};

const hmac = (key: string | Uint8Array, message: string): string =>
  createHmac("sha256", key).update(message).digest("base64");

function isSame(given: unknown, right: string): boolean {
  const [a, b] = [Buffer.from(typeof given === "string" ? given : ""), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parsed(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** What a person in the group would read: every text in the body, titles first. */
function saidBy(kind: FakeBotKind, body: string): { readonly title: string; readonly text: string } {
  const texts: string[] = [];
  const gather = (value: unknown, key: string): void => {
    if (typeof value === "string") {
      if (READABLE.has(key)) texts.push(value);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) gather(part, Array.isArray(value) ? key : name);
    }
  };
  gather(parsed(body), "");
  const own = kind === "dingtalk" ? texts.slice(1) : texts;
  return { title: texts[0] ?? "", text: own.join("\n") };
}
const READABLE = new Set(["content", "text", "title", "what", "where", "since", "detail", "costPerHour", "todo"]);

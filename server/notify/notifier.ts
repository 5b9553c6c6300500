import { createHash } from "node:crypto";
import type { Logger } from "pino";
import type { ChannelSecrets } from "../../db/model/channel.ts";
import type { Clock, Timer } from "../../db/model/clock.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { ChannelRecord } from "../../db/store/channels.ts";
import type { ClaimedMessage, NewMessage } from "../../db/store/outbox.ts";
import type { Sender } from "../egress/sender.ts";
import { attempt, type Tried } from "./attempt.ts";
import { aftermath, HEALTHY } from "./backoff.ts";
import { planNext } from "./coalesce.ts";
import { RateWindow } from "./limits.ts";
import type { OutboxStore } from "./outbox-port.ts";
import { heartbeatNotice, takesHeartbeats, tellInstead, testNotice, troubleNotice } from "./own-notices.ts";
import { PLATFORMS } from "./platforms.ts";
import { type TroubleKind, WORDS } from "./words.ts";

/** What is said next, what a failure means, how much is allowed. A test may put a wrong one in, to see the laws notice. */
export type Decisions = {
  readonly plan: typeof planNext;
  readonly aftermath: typeof aftermath;
  readonly window: (...args: ConstructorParameters<typeof RateWindow>) => RateWindow;
};
export const DECISIONS: Decisions = {
  plan: planNext,
  aftermath,
  window: (...args) => new RateWindow(...args),
};

export type NotifierParts = {
  readonly store: OutboxStore;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly log: Logger;
  /** @throws Error when they cannot be opened: the channel is then switched off, saying why */
  readonly secretsOf: (channel: ChannelRecord) => Promise<ChannelSecrets>;
  readonly zone: () => string;
  readonly publicUrl: () => string; // without a slash at the end
  /** Hour of the day at which each channel is told that Dapan is on watch; null = never. */
  readonly heartbeatHour?: () => number | null;
  readonly decisions?: Decisions;
  readonly random?: () => number; // in [0, 1); default Math.random
  /** How often the tables are asked, besides being woken. Default 1 s. */
  readonly pollMs?: number;
  readonly deadlineMs?: number; // of one try; default 15 s
  readonly leaseMs?: number; // default 60 s, longer than a try can take
};

export type Notifier = {
  /** Messages were committed: looks now. */
  wake(): void;
  /** Sends a test now, whatever state the channel is in, and says what was answered. */
  test(channelId: number): Promise<{ readonly ok: boolean; readonly said: string }>;
  /** Starts nothing new and waits for what is under way, at most 8 s: the rest is sent after the next start. */
  stop(): Promise<void>;
};

const POLL_MS = SECOND_MS;
const DEADLINE_MS = 15 * SECOND_MS;
const LEASE_MS = MINUTE_MS;
/** A process that was told to stop has 10 s. */
const STOP_MS = 8 * SECOND_MS;
/** How often messages for channels that were switched off by hand are put away, and a heartbeat may be due. */
const TIDY_MS = MINUTE_MS;
/** About three minutes of failure by the schedule: then another channel tells of it, once. */
const TOLD_AT_FAILURES = 4;

/** Sends what is committed: one message at a time on each channel, channels independent of each other. */
export function startNotifier(parts: NotifierParts): Notifier {
  const worker = new Worker(parts);
  worker.start();
  return worker;
}

class Worker implements Notifier {
  readonly #parts: NotifierParts;
  readonly #lanes = new Map<number, Promise<void>>();
  readonly #windows = new Map<string, RateWindow>(); // by endpoint: two channels of one robot share its allowance
  readonly #sleeping = new Map<number, Timer>(); // channels that wait for their allowance
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wakeUp: (() => void) | null = null;
  #isWoken = false;
  #tidiedAt = -Infinity;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#isWoken = true;
    this.#wakeUp?.();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("stopping"));
    this.#wakeUp?.();
    for (const timer of this.#sleeping.values()) timer.cancel();
    await this.#running;
    const lanes = Promise.all(this.#lanes.values());
    const patience = new AbortController();
    await Promise.race([lanes, this.#parts.clock.sleep(STOP_MS, patience.signal).catch(() => undefined)]);
    patience.abort(new Error("done"));
  }

  async test(channelId: number): Promise<{ ok: boolean; said: string }> {
    const { store, clock, leaseMs = LEASE_MS } = this.#parts;
    const channel = (await store.channels()).find(({ id }) => id === channelId);
    if (channel === undefined) return { ok: false, said: "the channel was removed" };
    const secrets = await this.#secrets(channel);
    if (typeof secrets === "string") return { ok: false, said: secrets };
    const window = await this.#windowOf(channel, secrets);
    const waitMs = window.waitMs(clock.monotonicMs());
    if (waitMs > 0)
      return { ok: false, said: `its allowance is used up; try again in ${Math.ceil(waitMs / SECOND_MS)} s` };
    const notice = testNotice(channel.language, this.#openUrl(), clock.now());
    const message = { channelId, groupId: 0, seq: 1, notice, incidentIds: [], at: clock.now() };
    const claimed = await store.putClaimed(message, leaseMs);
    if (claimed === null) return { ok: false, said: "the channel was removed" };
    const sentAt = clock.now();
    window.take(clock.monotonicMs());
    const tried = await attempt(this.#attemptParts(), claimed, secrets);
    const isOk = tried.class === "ok";
    await store.settle(claimed, {
      delivery: deliveryOf(tried, sentAt, null),
      message: isOk ? "delivered" : "dead",
      health: isOk ? HEALTHY : null,
      disable: "",
      news: [],
    });
    if (isOk) this.wake();
    return { ok: isOk, said: tried.text };
  }

  async #run(): Promise<void> {
    const { clock, log, store, pollMs = POLL_MS } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      this.#isWoken = false;
      try {
        if (clock.monotonicMs() - this.#tidiedAt >= TIDY_MS) await this.#tidy();
        for (const channelId of await store.due(clock.now())) this.#serve(channelId);
      } catch (error) {
        log.error({ err: error }, "the outbox cannot be read; messages wait");
      }
      if (!this.#isWoken) await this.#sleep(pollMs);
    }
  }

  async #tidy(): Promise<void> {
    const { store, clock, zone, heartbeatHour = () => null } = this.#parts;
    await store.shelve();
    this.#tidiedAt = clock.monotonicMs();
    const hour = heartbeatHour();
    if (hour === null || hourIn(zone(), clock.now()) !== hour) return;
    const told = new Set(await store.heartbeatsSince(clock.now() - 2 * HOUR_MS));
    const channels = (await store.channels()).filter((one) => takesHeartbeats(one) && !told.has(one.id));
    const at = clock.now();
    await store.put(
      channels.map(({ id, language }) => {
        const notice = heartbeatNotice(language, this.#openUrl(), at);
        return { channelId: id, groupId: 0, seq: 1, notice, incidentIds: [], at };
      }),
    );
  }

  async #sleep(ms: number): Promise<void> {
    const awake = new AbortController();
    this.#wakeUp = () => awake.abort(new Error("woken"));
    if (this.#stopping.signal.aborted) return;
    await this.#parts.clock.sleep(ms, awake.signal).catch(() => undefined);
    this.#wakeUp = null;
  }

  /** Lets a channel say what it has to say, unless it is at it or waits for its allowance. */
  #serve(channelId: number): void {
    if (this.#lanes.has(channelId) || this.#sleeping.has(channelId) || this.#stopping.signal.aborted) return;
    const lane = this.#drain(channelId)
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error, channel: channelId }, "a message could not be settled; it is sent again"),
      )
      .finally(() => this.#lanes.delete(channelId));
    this.#lanes.set(channelId, lane);
  }

  async #drain(channelId: number): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (!(await this.#sendNext(channelId))) return;
    }
  }

  /** @returns whether there may be more to send at once */
  async #sendNext(channelId: number): Promise<boolean> {
    const { store, clock, zone, leaseMs = LEASE_MS } = this.#parts;
    const { plan, window: newWindow } = this.#decisions();
    const channel = (await store.channels()).find(({ id, enabled }) => id === channelId && enabled);
    if (channel === undefined) return false;
    const secrets = await this.#secrets(channel);
    const platform = PLATFORMS[channel.kind];
    const window = typeof secrets === "string" ? newWindow([]) : await this.#windowOf(channel, secrets);
    const waitMs = window.waitMs(clock.monotonicMs());
    if (waitMs > 0) {
      this.#wait(channelId, waitMs);
      return false;
    }
    const claimedAt = clock.monotonicMs();
    const room = {
      left: window.left(clock.monotonicMs(), MINUTE_MS),
      digestLines: platform.digestLines,
      zone: zone(),
      openUrl: this.#openUrl(),
    };
    const claimed = await store.claim(channelId, { now: clock.now(), leaseMs }, (waiting) => plan(waiting, room));
    if (claimed === null) return false;
    // The lease is the right to send: whoever slept past it has lost it, whatever his own clock says.
    const isLate = clock.monotonicMs() - claimedAt > leaseMs / 2;
    if (this.#stopping.signal.aborted || isLate) await store.giveBack(claimed);
    if (this.#stopping.signal.aborted || isLate || !(await store.isOurs(claimed, clock.now()))) return false;
    const now = clock.now();
    window.take(clock.monotonicMs());
    const tried =
      typeof secrets === "string" ? cannotOpen(secrets) : await attempt(this.#attemptParts(), claimed, secrets);
    return await this.#settle(claimed, tried, now);
  }

  async #settle(claimed: ClaimedMessage, tried: Tried, at: UnixMs): Promise<boolean> {
    const { store, clock, log, random = Math.random } = this.#parts;
    const { channel } = claimed;
    const badBodies = claimed.badBodies + (tried.class === "bad_body" ? 1 : 0);
    const isDigest = claimed.notice.kind === "digest";
    const next = this.#decisions().aftermath(channel, tried, {
      now: clock.now(),
      badBodies,
      isDigest,
      random: random(),
    });
    const trouble = next.disable !== "" ? next.disable : next.health.failures === TOLD_AT_FAILURES ? "failing" : null;
    const isOurs = await store.settle(claimed, {
      delivery: deliveryOf(tried, at, next.message === "waits" ? next.health.pausedUntil : null),
      message: next.message,
      health: next.health,
      disable: next.disable === "" ? "" : `${WORDS[channel.language].troubleWhy[next.disable]}: ${tried.text}`,
      news:
        trouble === null || claimed.notice.kind === "channel_trouble" ? [] : await this.#tellOthers(channel, trouble),
    });
    if (tried.class !== "ok") {
      log.warn(
        {
          channel: channel.name,
          message: claimed.id,
          attempt: claimed.attempt,
          class: tried.class,
          status: tried.status,
          said: tried.text,
        },
        next.disable === "" ? "a message was not delivered" : "a channel was switched off; what waits there is kept",
      );
    }
    if (trouble !== null) this.wake();
    return isOurs && next.disable === "" && (next.health.pausedUntil ?? 0) <= clock.now();
  }

  /** A notice for a channel that works. [] when there is none: the pages say it all the same. */
  async #tellOthers(channel: ChannelRecord, kind: TroubleKind): Promise<NewMessage[]> {
    const { store, clock, log } = this.#parts;
    const other = tellInstead(await store.channels(), channel.id);
    if (other === null) {
      log.error({ channel: channel.name }, "a channel does not work and there is no other to tell of it");
      return [];
    }
    const notice = troubleNotice(other.language, channel.name, kind, this.#openUrl(), clock.now());
    return [{ channelId: other.id, groupId: 0, seq: 1, notice, incidentIds: [], at: clock.now() }];
  }

  #wait(channelId: number, ms: number): void {
    if (this.#sleeping.has(channelId)) return;
    const timer = this.#parts.clock.after(ms, () => {
      this.#sleeping.delete(channelId);
      this.wake();
    });
    this.#sleeping.set(channelId, timer);
  }

  /** Why they cannot be opened, as a text; no secret is in it. */
  async #secrets(channel: ChannelRecord): Promise<ChannelSecrets | string> {
    try {
      return await this.#parts.secretsOf(channel);
    } catch (error) {
      return error instanceof Error ? error.message : "its secrets cannot be opened";
    }
  }

  async #windowOf(channel: ChannelRecord, secrets: ChannelSecrets): Promise<RateWindow> {
    const endpoint = createHash("sha256").update(`${channel.kind}\n${secrets.url}\n${secrets.secret}`).digest("hex");
    const known = this.#windows.get(endpoint);
    if (known !== undefined) return known;
    const limits = PLATFORMS[channel.kind].rate;
    const longest = Math.max(0, ...limits.map(({ perMs }) => perMs));
    const { clock, store } = this.#parts;
    const earlier = await store.attempts(channel.id, clock.now() - longest);
    const toMonotonic = clock.monotonicMs() - clock.now();
    const window =
      this.#windows.get(endpoint) ??
      this.#decisions().window(
        limits,
        earlier.map((at) => at + toMonotonic),
      );
    this.#windows.set(endpoint, window);
    return window;
  }

  #attemptParts() {
    const { sender, clock, deadlineMs = DEADLINE_MS } = this.#parts;
    return { sender, clock, deadlineMs };
  }

  #decisions(): Decisions {
    return this.#parts.decisions ?? DECISIONS;
  }

  #openUrl(): string {
    return `${this.#parts.publicUrl()}/alerts`;
  }
}

const hourIn = (zone: string, at: UnixMs): number =>
  Number(new Intl.DateTimeFormat("en", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(at));

const cannotOpen = (text: string): Tried => ({ class: "auth", retryAfterMs: null, text, status: 0, tookMs: 0 });

const deliveryOf = (tried: Tried, at: UnixMs, retryAt: number | null) => ({
  at,
  class: tried.class,
  status: tried.status,
  said: tried.text,
  tookMs: tried.tookMs,
  retryAt: retryAt === null ? null : unixMs(Math.round(retryAt)),
});

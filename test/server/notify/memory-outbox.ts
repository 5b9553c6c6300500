import type { Delivery, OutboxState } from "../../../db/model/channel.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { ChannelRecord } from "../../../db/store/channels.ts";
import { newMessageId } from "../../../db/store/message-id.ts";
import type { ClaimedMessage, NewMessage, NextMessage, PlanNext, Settled } from "../../../db/store/outbox.ts";
import type { OutboxStore } from "../../../server/notify/outbox-port.ts";

type Row = NewMessage & {
  readonly id: string;
  state: OutboxState;
  coalescedInto: string;
  attempts: number;
  fence: number;
  leaseUntil: number | null;
  sentAt: number | null;
};

/** The outbox of one process in memory: for properties and days of virtual time. Agrees with the tables by outbox-suite.ts. */
export class MemoryOutbox implements OutboxStore {
  readonly rows = new Map<string, Row>();
  readonly deliveries: Delivery[] = [];
  readonly byId = new Map<number, ChannelRecord>();
  readonly #queues = new Map<number, Row[]>(); // of each channel, in order; those that ended are dropped when met

  setChannel(channel: ChannelRecord): void {
    this.byId.set(channel.id, channel);
  }

  async put(messages: readonly NewMessage[]): Promise<void> {
    for (const one of messages) this.#insert(one);
  }

  #insert(one: NewMessage): Row {
    const id = newMessageId(one.at);
    const row: Row = {
      ...one,
      id,
      state: "waiting",
      coalescedInto: "",
      attempts: 0,
      fence: 0,
      leaseUntil: null,
      sentAt: null,
    };
    this.rows.set(id, row);
    const queue = this.#queues.get(one.channelId);
    if (queue === undefined) this.#queues.set(one.channelId, [row]);
    else queue.push(row);
    return row;
  }

  #waiting(channelId: number): Row[] {
    const queue = (this.#queues.get(channelId) ?? []).filter(({ state }) => state === "waiting");
    this.#queues.set(channelId, queue);
    return queue;
  }

  /** As `reviveMessages` and `replayMessage` do. */
  revive(row: Row): void {
    row.state = "waiting";
    const queue = [...this.#waiting(row.channelId).filter(({ id }) => id !== row.id), row];
    this.#queues.set(
      row.channelId,
      queue.sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  }

  async due(now: UnixMs): Promise<number[]> {
    const open = [...this.byId.values()].filter(({ enabled, pausedUntil }) => enabled && (pausedUntil ?? 0) <= now);
    return open.map(({ id }) => id).filter((id) => this.#waiting(id).length > 0);
  }

  async channels(): Promise<ChannelRecord[]> {
    return [...this.byId.values()];
  }

  async claim(
    channelId: number,
    { now, leaseMs }: { readonly now: UnixMs; readonly leaseMs: number },
    plan: PlanNext,
  ): Promise<ClaimedMessage | null> {
    const channel = this.byId.get(channelId);
    if (channel === undefined || !channel.enabled || (channel.pausedUntil ?? 0) > now) return null;
    const waiting = this.#waiting(channelId);
    if (waiting.some(({ leaseUntil }) => leaseUntil !== null && leaseUntil > now)) return null;
    const seen = waiting.slice(0, 300);
    const next = plan(
      seen.map((row) => (row.leaseUntil === null ? row : { ...row, notice: { ...row.notice, isRepeat: true } })),
    );
    return next === null ? null : this.#take(channel, next, now, leaseMs);
  }

  #take(channel: ChannelRecord, next: NextMessage, now: UnixMs, leaseMs: number): ClaimedMessage {
    const { notice, incidentIds } = next;
    const row = this.rows.get(next.id)!;
    for (const id of next.folds) {
      Object.assign(this.rows.get(id)!, { state: "coalesced", coalescedInto: row.id, leaseUntil: null });
    }
    Object.assign(row, { notice, incidentIds, leaseUntil: now + leaseMs });
    row.fence++;
    row.attempts++;
    const badBodies = this.deliveries.filter((one) => one.outboxId === row.id && one.class === "bad_body").length;
    return { id: row.id, channel, notice, at: row.at, attempt: row.attempts, badBodies, fence: row.fence };
  }

  async putClaimed(message: NewMessage, leaseMs: number): Promise<ClaimedMessage | null> {
    const channel = this.byId.get(message.channelId);
    if (channel === undefined) return null;
    const { id } = this.#insert(message);
    return this.#take(channel, { ...message, id, folds: [] }, message.at, leaseMs);
  }

  async isOurs({ id, fence }: ClaimedMessage, now: UnixMs): Promise<boolean> {
    const row = this.rows.get(id);
    return row?.state === "waiting" && row.fence === fence && (row.leaseUntil ?? 0) > now;
  }

  async giveBack({ id, fence }: ClaimedMessage): Promise<void> {
    const row = this.rows.get(id);
    if (row?.state !== "waiting" || row.fence !== fence) return;
    row.leaseUntil = null;
    row.attempts--;
  }

  async settle(claimed: ClaimedMessage, settled: Settled): Promise<boolean> {
    const { channel, attempt, id, fence } = claimed;
    this.deliveries.push({ ...settled.delivery, outboxId: id, channelId: channel.id, attempt });
    const row = this.rows.get(id);
    if (row?.state !== "waiting" || row.fence !== fence) return false;
    row.leaseUntil = null;
    row.state = settled.message === "waits" ? "waiting" : settled.message;
    if (settled.message === "delivered") row.sentAt = settled.delivery.at;
    const isRepeat = claimed.notice.isRepeat || settled.delivery.class === "maybe_posted";
    Object.assign(row, { notice: { ...claimed.notice, isRepeat } });
    const now = this.byId.get(channel.id)!;
    if (settled.health !== null) this.byId.set(channel.id, { ...now, ...settled.health });
    if (settled.disable !== "") {
      this.byId.set(channel.id, { ...this.byId.get(channel.id)!, enabled: false, disabledWhy: settled.disable });
      for (const other of this.#waiting(channel.id)) Object.assign(other, { state: "disabled", leaseUntil: null });
    }
    await this.put(settled.news);
    return true;
  }

  async attempts(channelId: number, since: number): Promise<number[]> {
    return this.deliveries.filter((one) => one.channelId === channelId && one.at > since).map(({ at }) => unixMs(at));
  }

  async heartbeatsSince(since: number): Promise<number[]> {
    return [...this.rows.values()]
      .filter((row) => row.at > since && row.notice.kind === "heartbeat")
      .map((row) => row.channelId);
  }

  async shelve(): Promise<void> {
    for (const row of this.rows.values()) {
      if (row.state === "waiting" && this.byId.get(row.channelId)?.enabled !== true) row.state = "disabled";
    }
  }
}

import type { ChannelRecord } from "../../db/store/channels.ts";
import type { ClaimedMessage, NewMessage, PlanNext, Settled } from "../../db/store/outbox.ts";
import type { UnixMs } from "../../db/model/units.ts";

/** What the notifier needs of the tables; server/notify/store-outbox.ts is the real one. */
export type OutboxStore = {
  /** Channels that may send and have something to say now. */
  due(now: UnixMs): Promise<readonly number[]>;
  channels(): Promise<readonly ChannelRecord[]>;
  claim(
    channelId: number,
    at: { readonly now: UnixMs; readonly leaseMs: number },
    plan: PlanNext,
  ): Promise<ClaimedMessage | null>;
  /** A message that is under way from the start; null = there is no such channel. */
  putClaimed(message: NewMessage, leaseMs: number): Promise<ClaimedMessage | null>;
  isOurs(claimed: ClaimedMessage, now: UnixMs): Promise<boolean>;
  giveBack(claimed: ClaimedMessage): Promise<void>;
  settle(claimed: ClaimedMessage, settled: Settled): Promise<boolean>;
  put(messages: readonly NewMessage[]): Promise<void>;
  /** Instants of the tries on a channel since an instant. */
  attempts(channelId: number, since: number): Promise<readonly number[]>;
  /** Channels that were left a heartbeat since an instant. */
  heartbeatsSince(since: number): Promise<readonly number[]>;
  /** Ends what waits for channels that are off or gone. */
  shelve(): Promise<void>;
};

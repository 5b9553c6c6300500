import type { Database } from "../../db/database.ts";
import { readChannels } from "../../db/store/channels.ts";
import {
  claimMessage,
  giveBack,
  isStillOurs,
  putClaimed,
  putMessages,
  readAttempts,
  readDueChannels,
  readToldSince,
  settleMessage,
  shelveOrphans,
} from "../../db/store/outbox.ts";
import type { OutboxStore } from "./outbox-port.ts";

/** The outbox in the database. */
export const storeOutbox = (db: Database): OutboxStore => ({
  due: (now) => readDueChannels(db, now),
  channels: () => readChannels(db),
  claim: (channelId, at, plan) => claimMessage(db, channelId, at, plan),
  putClaimed: (message, leaseMs) => putClaimed(db, message, leaseMs),
  isOurs: (claimed, now) => isStillOurs(db, claimed, now),
  giveBack: (claimed) => giveBack(db, claimed),
  settle: (claimed, settled) => settleMessage(db, claimed, settled),
  put: async (messages) => void (await putMessages(db, messages)),
  attempts: (channelId, since) => readAttempts(db, channelId, since),
  heartbeatsSince: (since) => readToldSince(db, "heartbeat", since),
  shelve: () => shelveOrphans(db),
});

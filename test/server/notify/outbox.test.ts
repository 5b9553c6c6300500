import { describe } from "vitest";
import { onPglite } from "../../db/databases.ts";
import { MemoryOutbox } from "./memory-outbox.ts";
import { outboxSuite, type OutboxUnderTest } from "./outbox-suite.ts";
import { outboxTables } from "./outbox-tables.ts";
import { aChannel } from "./stage.ts";

function inMemory(): OutboxUnderTest {
  const store = new MemoryOutbox();
  let count = 0;
  const of = (channelId: number) => [...store.rows.values()].filter((row) => row.channelId === channelId);
  return {
    store,
    addChannel: async (kind) => {
      store.setChannel(aChannel(++count, kind));
      return count;
    },
    states: async (channelId) =>
      of(channelId).map(({ state, coalescedInto }) => [
        state,
        coalescedInto === "" ? null : of(channelId).findIndex(({ id }) => id === coalescedInto),
      ]),
    revive: async (channelId, now) => {
      store.setChannel({ ...store.byId.get(channelId)!, enabled: true, pausedUntil: null });
      for (const row of of(channelId)) if (row.state === "disabled" && row.at > now - 7 * 86_400_000) store.revive(row);
    },
  };
}

describe("the outbox in memory", () => outboxSuite(inMemory));
onPglite("the outbox", outboxTables);

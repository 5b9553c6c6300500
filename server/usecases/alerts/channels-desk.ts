import type { Database } from "../../../db/database.ts";
import type { ChannelRow, DeliveryView } from "../../../db/model/alert-views.ts";
import type { ChannelSecrets } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import {
  addChannel,
  changeChannel,
  type ChannelRecord,
  nextChannelId,
  readChannels,
  removeChannel,
  setChannelEnabled,
} from "../../../db/store/channels.ts";
import {
  readChannelPost,
  readDeadMessages,
  readDeliveries,
  readMessagesOfIncident,
  replayMessage,
  reviveMessages,
} from "../../../db/store/outbox.ts";
import { readRoutes, replaceRoutes } from "../../../db/store/routes.ts";
import { WHOLE_SIGHT } from "../../domain/access/sight.ts";
import { ServiceError } from "../../errors.ts";
import { shownAddress } from "../../notify/webhook-url.ts";
import type { Notifier } from "../../notify/notifier.ts";
import { testNotice } from "../../notify/own-notices.ts";
import { ChannelFault } from "../../notify/platform.ts";
import { PLATFORMS } from "../../notify/platforms.ts";
import type { Box } from "../../secrets/box.ts";
import { openChannel, sealChannel } from "../../secrets/channel-secrets.ts";
import { SealError } from "../../secrets/envelope.ts";
import { NO_KEY } from "../../secrets/key.ts";
import type { AlertsPort, ChannelWish } from "./alerts-port.ts";
import type { Engine } from "./engine-port.ts";

export type ChannelsDesk = Pick<
  AlertsPort,
  | "channels"
  | "saveChannel"
  | "removeChannel"
  | "testChannel"
  | "enableChannel"
  | "saveRoutes"
  | "deadLetters"
  | "replay"
>;

export type ChannelsDeskParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly box: Box | null;
  readonly notifier: Pick<Notifier, "test" | "wake">;
  readonly engine: Pick<Engine, "changed">;
};

const REACH_MS = 30 * DAY_MS;
const MOST_DEAD = 200;
const NO_SECRETS: ChannelSecrets = { url: "", secret: "", previousSecret: "" };

/** Where messages go, who is told what, and what could not be delivered. */
export function openChannelsDesk(parts: ChannelsDeskParts): ChannelsDesk {
  const { db, clock, box, notifier, engine } = parts;
  const known = async (id: number): Promise<ChannelRecord> => {
    const found = (await readChannels(db)).find((one) => one.id === id);
    if (found === undefined) throw new ServiceError("not_found", `there is no channel ${id}; reload the page`);
    return found;
  };
  return {
    async channels() {
      const [records, post, routes] = await Promise.all([
        readChannels(db),
        readChannelPost(db, clock.now() - REACH_MS),
        readRoutes(db),
      ]);
      const byId = new Map(post.map((one) => [one.channelId, one]));
      const rows = records.map(({ sealed: _sealed, failures: _failures, ...one }): ChannelRow => {
        const said = byId.get(one.id);
        return {
          ...one,
          waiting: said?.waiting ?? 0,
          dead: said?.dead ?? 0,
          lastSentAt: said?.lastSentAt ?? null,
          lastError: said?.lastError ?? "",
        };
      });
      return { asOf: clock.now(), canSeal: box !== null, rows, routes };
    },
    async saveChannel(wish, who, { money } = WHOLE_SIGHT) {
      if (wish.showsMoney === true && !money)
        throw new ServiceError("invalid", 'showsMoney: this needs the right "money.see"; save it without amounts');
      if (box === null) throw new ServiceError("unavailable", NO_KEY);
      const before = wish.id === null ? null : await known(wish.id);
      const secrets = { ...(before === null ? NO_SECRETS : await kept(box, before, wish)), ...wish.secrets };
      checkChannel({ ...wish, kind: before?.kind ?? wish.kind }, secrets, clock);
      const id = await db.transaction(async (tx) => {
        const id = wish.id ?? (await nextChannelId(tx));
        const put = {
          ...wish,
          ...(!money && { showsMoney: false }),
          id,
          sealed: await sealChannel(box, tx, id, secrets),
          shownAddress: shownAddress(secrets.url),
          by: who,
          at: clock.now(),
        };
        if (wish.id === null) return await addChannel(tx, put);
        return (await changeChannel(tx, id, put)) ? id : null;
      });
      if (id === null)
        throw new ServiceError("invalid", `a channel called "${wish.name}" exists already; choose another name`);
      engine.changed();
      notifier.wake();
      return id;
    },
    async removeChannel(id, who) {
      if (!(await removeChannel(db, id, who, clock.now())))
        throw new ServiceError("not_found", `channel ${id} was removed already`);
      engine.changed();
    },
    async testChannel(id) {
      await known(id);
      return await notifier.test(id);
    },
    async enableChannel(id, enabled, who) {
      await known(id);
      await db.transaction(async (tx) => {
        await setChannelEnabled(tx, id, { enabled, why: "", by: who, at: clock.now() });
        if (enabled) await reviveMessages(tx, id, clock.now());
      });
      engine.changed();
      notifier.wake();
    },
    async saveRoutes(routes, _who) {
      const ids = new Set((await readChannels(db)).map(({ id }) => id));
      const named = routes.flatMap(({ channelIds, escalations }) => [
        ...channelIds,
        ...escalations.flatMap((step) => step.channelIds),
      ]);
      const unknown = named.find((id) => !ids.has(id));
      if (unknown !== undefined)
        throw new ServiceError("invalid", `channel ${unknown} is gone; take it out of the routes and save again`);
      const at = clock.now();
      await db.transaction((tx) => replaceRoutes(tx, routes, at));
      engine.changed();
    },
    async deadLetters(channelId) {
      const rows = await readDeadMessages(db, channelId, MOST_DEAD);
      return rows.map(({ id, ...row }) => ({ outboxId: id, ...row }));
    },
    async replay(outboxId, _who) {
      if (!(await replayMessage(db, outboxId, clock.now())))
        throw new ServiceError("not_found", "this message is not among those that were given up; reload the page");
      notifier.wake();
    },
  };
}

/** What a channel keeps of its secrets: nothing where its address leads elsewhere from now on, or they do not open. */
async function kept(box: Box, before: ChannelRecord, { secrets: { url } }: ChannelWish): Promise<ChannelSecrets> {
  try {
    const known = await openChannel(box, before);
    return url === undefined || leadsTo(url) === leadsTo(known.url) ? known : NO_SECRETS;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    if (url !== undefined) return NO_SECRETS;
    throw new ServiceError("invalid", "its secrets cannot be opened any more: enter its address and its secrets anew");
  }
}

/** Who hears what is sent to an address, and whether others can listen. */
const leadsTo = (text: string): string =>
  URL.canParse(text) ? `${new URL(text).protocol}//${new URL(text).host}` : text;

/** Makes a message for it and sends none: what cannot be made now could not be sent at night. */
function checkChannel(
  wish: Pick<ChannelWish, "kind" | "settings" | "language">,
  secrets: ChannelSecrets,
  clock: Clock,
): void {
  const now = clock.now();
  const notice = testNotice(wish.language, "https://example.com", now);
  try {
    PLATFORMS[wish.kind].render({ id: "msg_check", at: now, now, notice, settings: wish.settings, secrets });
  } catch (error) {
    if (error instanceof ChannelFault || error instanceof RangeError) throw new ServiceError("invalid", error.message);
    throw error;
  }
}

const MOST_MESSAGES = 100;

/** The messages that told of an incident, with every try to deliver them. */
export async function deliveriesOf(db: Database, incidentId: number): Promise<readonly DeliveryView[]> {
  const [messages, channels] = await Promise.all([
    readMessagesOfIncident(db, incidentId, MOST_MESSAGES),
    readChannels(db),
  ]);
  const tries = await readDeliveries(
    db,
    messages.map(({ id }) => id),
  );
  const byId = new Map(channels.map((one) => [one.id, one]));
  return messages.map((message) => ({
    outboxId: message.id,
    channel: byId.get(message.channelId)?.name ?? `#${message.channelId}`,
    channelKind: byId.get(message.channelId)?.kind ?? "webhook",
    state: message.state,
    at: message.at,
    sentAt: message.sentAt,
    title: message.title,
    attempts: tries.filter(({ outboxId }) => outboxId === message.id),
  }));
}

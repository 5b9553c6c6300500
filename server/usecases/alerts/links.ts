import type { Channel } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { HOUR_MS, shift } from "../../../db/model/time.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";
import { ServiceError } from "../../errors.ts";
import type { Box } from "../../secrets/box.ts";
import { readLinkToken } from "../../secrets/link-token.ts";
import type { AlertsPort } from "./alerts-port.ts";

export type LinksParts = {
  readonly clock: Clock;
  readonly box: Box | null;
  readonly channels: () => Promise<readonly Pick<Channel, "id" | "name">[]>;
  readonly desk: Pick<AlertsPort, "acknowledge">;
  readonly silences: Pick<AlertsPort, "addSilence">;
  readonly open: () => readonly StoredIncident[];
};

const MUTE_MS = 2 * HOUR_MS;

/** What the buttons of a message do. Chat knows no names: the act is written down under the channel's. */
export function openLinks(parts: LinksParts): Pick<AlertsPort, "readLink" | "actByLink"> {
  const { clock, box, desk, silences } = parts;
  const read = (token: string) => (box === null ? null : readLinkToken(box, token, clock.now()));
  return {
    readLink: read,
    async actByLink(token) {
      const claim = read(token);
      if (claim === null) return null;
      const { act, incidentId, channelId } = claim;
      const channel = (await parts.channels()).find(({ id }) => id === channelId);
      const who = channel?.name ?? `channel ${channelId}`;
      try {
        if (act === "ack") await desk.acknowledge(incidentId, who, "");
        else await mute(incidentId, who);
        return { ok: true, said: "", incidentId };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return { ok: false, said: error.message, incidentId };
      }
    },
  };

  async function mute(incidentId: number, who: string): Promise<void> {
    const one = parts.open().find(({ id }) => id === incidentId);
    if (one === undefined) throw new ServiceError("not_found", `incident ${incidentId} is over already`);
    const from = clock.now();
    const about = { where: {}, ruleIds: [], nodes: [], cards: [], fingerprint: one.fingerprint, recurs: null } as const;
    await silences.addSilence({
      ...about,
      kind: "silence",
      from,
      to: shift(from, MUTE_MS),
      who,
      why: "muted from chat",
    });
  }
}

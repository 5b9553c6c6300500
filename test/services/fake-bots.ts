import { type BotServer, serveBots } from "../../collectors/simulator/serve-bots.ts";
import type { FakeBotSetup } from "../../collectors/simulator/fake-bots.ts";
import { systemClock } from "../../server/clock.ts";

/** Feishu, DingTalk, WeCom, Slack and a Standard Webhooks receiver on a free port of loopback. */
export const startFakeBots = async (
  setups: Readonly<Record<string, FakeBotSetup>> = {},
  recordFile?: string,
): Promise<BotServer> =>
  await serveBots({ clock: systemClock, setups, ...(recordFile === undefined ? {} : { recordFile }) });

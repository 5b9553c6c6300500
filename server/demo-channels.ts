import { type BotServer, serveBots } from "../collectors/simulator/serve-bots.ts";
import { ROUTE_TIMES } from "../db/model/channel.ts";
import type { Clock } from "../db/model/clock.ts";
import type { AlertsPort, ChannelWish } from "./usecases/alerts/alerts-port.ts";

const WHO = "demo";
const SETTINGS = { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" } as const;
const SECRET = "demo-secret";

/** Chats the demo's messages arrive in: robots of our own that answer as the real ones do. */
const CHATS = [
  { name: "值班群（演示飞书）", kind: "feishu", language: "zh-CN", path: "feishu/duty", secret: SECRET },
  { name: "On-call (demo Slack)", kind: "slack", language: "en", path: "slack/duty", secret: "" },
] as const;

/** Serves the robots and points the demo's channels at them; routes are made once and left as somebody changed them. */
export async function openDemoChannels(
  clock: Clock,
  alerts: Pick<AlertsPort, "channels" | "saveChannel" | "saveRoutes">,
): Promise<BotServer> {
  const bots = await serveBots({ clock, setups: { "feishu/duty": { secret: SECRET } } });
  const page = await alerts.channels();
  const ids: number[] = [];
  for (const { name, kind, language, path, secret } of CHATS) {
    const id = page.rows.find((row) => row.name === name)?.id ?? null;
    const secrets = { url: bots.url(path), secret };
    const wish: ChannelWish = { id, name, kind, language, sendsResolved: true, settings: SETTINGS, secrets };
    ids.push(await alerts.saveChannel(wish, WHO));
  }
  if (page.routes.length === 0) {
    const [duty, other] = ids;
    const common = { id: null, where: {}, ruleIds: [], ...ROUTE_TIMES } as const;
    await alerts.saveRoutes(
      [
        {
          ...common,
          name: "P1",
          severities: ["P1"],
          channelIds: [duty!, other!],
          goesOn: false,
          escalations: [],
        },
        { ...common, name: "P2", severities: ["P2"], channelIds: [duty!], goesOn: false, escalations: [] },
      ],
      WHO,
    );
  }
  return bots;
}

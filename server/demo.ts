import { fleetHistory } from "../collectors/simulator/history.ts";
import type { BotServer } from "../collectors/simulator/serve-bots.ts";
import { serveFleet, type FleetServer } from "../collectors/simulator/serve.ts";
import type { Database } from "../db/database.ts";
import { DAY_MS, dayOf, shift, SLOT_MS } from "../db/model/time.ts";
import type { UnixMs } from "../db/model/units.ts";
import { commitDay } from "../db/store/bulk.ts";
import { readLastCommittedSlot } from "../db/store/ledger.ts";
import { keepsRows } from "../db/store/retention.ts";
import { type Running, startServer, type StartOptions } from "./compose.ts";
import { readConfig } from "./config/read.ts";
import { seedDemoFeatures, sellOn } from "./demo-features.ts";
import { seedDemoInventory } from "./demo-inventory.ts";
import { openDemoChannels } from "./demo-channels.ts";
import { seedDemoReports } from "./demo-reports.ts";
import { removeNote, writeNote } from "./demo-note.ts";
import { seedDemoPrices } from "./demo-prices.ts";
import type { Booker } from "./ingest/booker.ts";
import { writeHistory } from "./ingest/history.ts";
import { type Pipeline, SCRAPE_SOURCE } from "./pipeline.ts";

const HISTORY_DAYS = 14;

export type DemoOptions = Omit<StartOptions, "config" | "reload" | "demo" | "beforeStart"> & {
  readonly cards: number;
  readonly seed: number;
  readonly port: number;
  readonly dataDir: string;
  readonly history: boolean; // two weeks before now
  readonly stopping: AbortSignal; // leaves the history where it is
};

/** A simulated fleet, collected from over HTTP, in a console of its own. */
export async function startDemo(options: DemoOptions): Promise<Running> {
  const { clock, cards, seed, onProgress = () => undefined } = options;
  const fleet = await serveFleet({ clock, seed, cards, pastDays: HISTORY_DAYS + 1, staged: true });
  const shop = new AbortController();
  try {
    onProgress(`simulating ${cards} cards on ${fleet.fleet.nodes.length} nodes at ${fleet.url}`);
    const config = demoConfig(options, fleet.url);
    let selling = Promise.resolve();
    let bots = null as BotServer | null;
    const running = await startServer({
      ...options,
      config,
      reload: null,
      demo: true,
      beforeStart: async (parts) => {
        await seedDemoPrices({ db: parts.db, clock, config: { current: () => config } });
        await seedDemoFeatures({ ...parts, clock, config: { current: () => config } }, HISTORY_DAYS);
        if (options.history) await writePast(fleet, parts, options);
        await seedDemoInventory({ db: parts.db, clock });
        bots = await openDemoChannels(clock, parts.alerts);
        if (options.history) await seedDemoReports(parts.reports, { zone: config.timeZone, now: clock.now() });
        onProgress(`messages to the demo's chats arrive at ${bots.url("")}`);
        const since = shift(dayOf(clock.now()), options.history ? -HISTORY_DAYS * DAY_MS : 0);
        selling = sellOn(fleet.fleet, parts.usage, clock, since, shop.signal);
        selling.catch((error: unknown) => options.log.error({ err: error }, "the simulated shop closed"));
      },
    });
    await writeNote(options.dataDir, fleet.url);
    const stop = async () => {
      await removeNote(options.dataDir);
      shop.abort();
      await selling.catch(() => undefined); // said already
      await running.stop();
      await bots?.stop();
      await fleet.stop();
    };
    return { ...running, stop };
  } catch (error) {
    shop.abort();
    await fleet.stop();
    throw error;
  }
}

function demoConfig({ port, dataDir, cards }: DemoOptions, fleetUrl: string) {
  const text = JSON.stringify({
    listen: { host: "127.0.0.1", port },
    dataDir,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    egress: { allow: ["127.0.0.0/8"] },
    sources: cards === 0 ? [] : [{ name: "simulated-fleet", type: "http_sd", url: `${fleetUrl}/sd` }],
  });
  const reading = readConfig(text, "demo.yaml", {});
  if (!reading.ok) throw new Error(`the demo's own configuration is wrong: ${JSON.stringify(reading.faults)}`);
  return reading.config;
}

/** The two weeks before now, or what is missing of them, through the same slots, rollups and events as live data. */
async function writePast(
  { fleet, targets }: FleetServer,
  { db, pipeline, ledger }: { readonly db: Database; readonly pipeline: Pipeline; readonly ledger: Booker },
  { clock, stopping, onProgress = () => undefined }: DemoOptions,
): Promise<void> {
  const now = clock.now();
  const oldest = shift(dayOf(now), -HISTORY_DAYS * DAY_MS);
  const last = await readLastCommittedSlot(db, SCRAPE_SOURCE);
  const from = last === null || last < oldest ? oldest : shift(last, SLOT_MS); // the fleet lived on while we were away
  if (from + SLOT_MS > now) return;
  const urls = new Map(targets.filter((t) => t.job === "card-exporter").map((t) => [t.labels["node"], t.url]));
  const past = fleetHistory({ fleet, from, to: now, originOf: (node) => urls.get(node.name) ?? node.name });
  const written = await writeHistory(past, {
    from,
    to: now,
    source: SCRAPE_SOURCE,
    registry: pipeline.registry,
    rules: pipeline.rules,
    progress: (done) => onProgress(percentDone(from, now, done)),
    stopping,
    store: {
      commitDay: async ({ source, batches, events, day }) => {
        const as = keepsRows(day, now) ? "rows" : "points";
        const commit = { source, batches, events, committedAt: clock.now(), as } as const;
        await ledger.booked(source, batches, (bookDay) => commitDay(db, { ...commit, bookDay }));
      },
    },
  });
  for (const card of pipeline.registry.all()) pipeline.live.know(card, "no_reading");
  for (const report of written.last) pipeline.take(report); // what still speaks into the slot that is open
  onProgress(`history: ${written.slots} slots of ${fleet.cards} cards`);
}

function percentDone(from: UnixMs, to: UnixMs, done: UnixMs): string {
  return `writing two weeks of history: ${Math.floor((100 * (done - from)) / (to - from))} %`;
}

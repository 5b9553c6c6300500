/**
 * Reads one slot of a Prometheus in a process of its own and prints what that cost in memory: the test runner's own use
 * would hide it. Argument: the server's base URL.
 */
import { cardExporters } from "../../../collectors/card-exporters.ts";
import { CollectError } from "../../../collectors/collector.ts";
import { PrometheusPuller } from "../../../collectors/prometheus/pull.ts";
import { SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { peakMiB } from "../../tools/peak-memory.ts";
import { tinySource } from "./tiny-exporters.ts";

const [, , url = ""] = process.argv;
const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
const maxBodyBytes = 24 * 2 ** 20; // the default of the configuration
const pullFrom = async (base: string) => {
  const source = tinySource({ url: base, exporters: cardExporters, maxBodyBytes, intervalMs: 30_000 });
  const puller = new PrometheusPuller(source, { fetcher, clock: systemClock });
  const window = { from: unixMs(SLOT_MS), to: unixMs(2 * SLOT_MS) };
  return await puller
    .pullWindow(window, new AbortController().signal)
    .then(({ samples }) => `read ${samples}`)
    .catch((error: unknown) => (error instanceof CollectError ? `${error.fault}: ${error.message}` : String(error)));
};

await pullFrom(`${url}/small`); // warm: code and the first buffers are not the answer's
const before = peakMiB();
const began = performance.now();
const outcome = await pullFrom(url);
process.stdout.write(
  JSON.stringify({
    outcome,
    grownMiB: peakMiB() - before,
    lastedMs: performance.now() - began,
  }),
);
await fetcher.close();

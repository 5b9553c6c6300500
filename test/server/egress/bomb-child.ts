/**
 * Reads one URL in a process of its own and prints what that cost: the limits of memory and CPU cannot be told apart
 * from the test runner's inside it. Arguments: URL, deadline in ms.
 */
import { CollectError } from "../../../collectors/collector.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { peakMiB } from "../../tools/peak-memory.ts";

const [, , url = "", deadline = "10000"] = process.argv;
const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
const read = (path: URL, times = 1): Promise<string> =>
  fetcher
    .get("k", { url: path, headers: {}, deadlineMs: Number(deadline) * times, maxBytes: 16 * 1024 * 1024 })
    .then((a) => `read ${a.body.length}`)
    .catch((e: unknown) => (e instanceof CollectError ? e.fault : String(e)));

await read(new URL("/ok", url)); // warm: code and the first buffers are not the bomb's
const cpu = process.cpuUsage();
const before = peakMiB();
const started = performance.now();
const outcome = await read(new URL(url));
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  JSON.stringify({
    outcome,
    grownMiB: peakMiB() - before,
    cpuMs: (user + system) / 1000,
    lastedMs: performance.now() - started,
  }),
);
await fetcher.close();

import { afterEach, describe, expect, test } from "vitest";
import type { CollectError } from "../../../collectors/collector.ts";
import { httpSdReader } from "../../../collectors/discovery/http-sd.ts";
import { type Listing, TargetWatch } from "../../../collectors/discovery/target-watch.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { systemClock } from "../../../server/clock.ts";
import { type FakeExporter, reply, type Script, startFakeExporter } from "../../services/fake-exporter.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const JSON_TYPE = { "content-type": "application/json" };
const LIST = '[{"targets":["a:1","b:1"],"labels":{"zone":"z"}}]';
const good = (body: string): Script => reply(body, { headers: JSON_TYPE });

let current: Script = good(LIST);
let server: FakeExporter;
const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });

async function open(): Promise<ReturnType<typeof httpSdReader>> {
  server = await startFakeExporter({ "/sd": (socket, visit) => current(socket, visit) });
  const url = server.url("/sd");
  const spec = { name: "lab", url, refreshMs: 60_000, labels: new Map([["vendor", "own"]]), headers: () => ({ authorization: "Bearer x" }), caFile: null }; // prettier-ignore
  return httpSdReader(spec, fetcher);
}
afterEach(() => server.stop());

describe("http_sd", () => {
  test("asks with the refresh interval and credentials, and gives the whole list", async () => {
    current = good(LIST);
    const read = await open();
    const { targets } = await read();
    expect(targets.map((t) => t.url.host)).toEqual(["a:1", "b:1"]);
    expect(targets[0]?.labels).toEqual(new Map([["zone", "z"], ["vendor", "own"]])); // prettier-ignore
    const { head } = server.visits[0] ?? { head: "" };
    expect(head).toContain("\r\nx-prometheus-refresh-interval-seconds: 60");
    expect(head).toContain("\r\naccept: application/json");
    expect(head).toContain("\r\nauthorization: Bearer x");
  });

  test.each<[string, Script, string]>([
    ["another type", reply(LIST), "content_type"],
    ["an error", reply("", { status: 500 }), "http_status"],
    ["a success that is not 200", reply(LIST, { status: 206, headers: JSON_TYPE }), "http_status"],
    ["a redirect", reply("", { status: 301, headers: { location: "/other" } }), "redirect"],
    ["HTML", reply("<html>", { headers: JSON_TYPE }), "malformed"],
    ["bytes that are no UTF-8", reply(Buffer.from([0x5b, 0xff, 0x5d]), { headers: JSON_TYPE }), "malformed"],
    ["half a list", good('[{"targets":["a:1"]},{"targets":7}]'), "malformed"],
  ])("%s is refused", async (_claim, script, fault) => {
    current = script;
    const read = await open();
    const outcome: unknown = await read().catch((e: unknown) => e);
    expect((outcome as CollectError).fault).toBe(fault);
  });
});

describe("a watched list", () => {
  test("keeps the last good targets through faults, tells of changes only, and recovers", async () => {
    current = good(LIST);
    const clock = manualClock();
    const told: [targets: number, fault: string | null, changed: boolean][] = [];
    const watch = new TargetWatch({
      clock,
      everyMs: 60_000,
      read: await open(),
      onChange: (l: Listing, changed) => told.push([l.targets.length, l.fault?.fault ?? null, changed]),
    });
    const round = async (script: Script): Promise<void> => {
      current = script;
      const seen = server.visits.length;
      await clock.advance(60_000);
      await expect.poll(() => server.visits.length).toBeGreaterThan(seen);
      await systemClock.sleep(30); // the real socket brings its answer
    };
    await watch.start();
    expect(told).toEqual([[2, null, true]]);
    await round(good(LIST));
    expect(told).toHaveLength(1);
    await round(reply("", { status: 503 }));
    await round(reply("", { status: 503 }));
    expect(told.slice(1)).toEqual([[2, "overloaded", false]]);
    expect(watch.listing().succeededAt).toBe(clock.now() - 120_000);
    await round(good("[]"));
    expect(told.slice(2)).toEqual([[0, null, true]]);
    watch.stop();
    expect(clock.pending()).toBe(0);
  });
});

import { Socket } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { systemConnect } from "../../../server/egress/dial.ts";
import { reply, startFakeExporter } from "../../services/fake-exporter.ts";

const GOOD = ["10.0.0.1", "8.8.8.8", "192.168.3.4", "fd00::7", "2600:1::2"];
const BAD = ["127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "0.0.0.0", "fe80::1"];

test("a name that ever answers a denied address is never dialled there, in 10,000 changing answers", async () => {
  let answer: readonly string[] = [];
  const dialled: string[] = [];
  const fetcher = openFetcher({
    policy: openPolicy({ allow: [] }),
    clock: systemClock,
    resolve: async () => answer,
    connect: (address) => {
      dialled.push(address);
      const socket = new Socket();
      queueMicrotask(() => socket.destroy(Object.assign(new Error("no"), { code: "ECONNREFUSED" })));
      return socket;
    },
  });
  const address = fc.oneof(fc.constantFrom(...GOOD), fc.constantFrom(...BAD));
  const answers = fc.array(address, { minLength: 1, maxLength: 3 });
  const url = new URL("http://exporter.test:9400/metrics");
  await fc.assert(
    fc.asyncProperty(answers, async (next) => {
      answer = next;
      dialled.length = 0;
      const failure = await fetcher
        .get("k", { url, headers: {}, deadlineMs: 1000, maxBytes: 10 })
        .catch((e: unknown) => e);
      const bad = next.some((a) => BAD.includes(a));
      expect(failure).toMatchObject({ fault: bad ? "refused_by_policy" : "connect" });
      expect(dialled).toEqual(bad ? [] : next);
    }),
    { numRuns: 10_000 },
  );
  await fetcher.close();
});

test("the socket is asked whom it reached: a connector that lands elsewhere is cut off before a byte is sent", async () => {
  const exporter = await startFakeExporter({ "/metrics": reply("up 1\n") });
  const fetcher = openFetcher({
    policy: openPolicy({ allow: [] }),
    clock: systemClock,
    resolve: async () => ["10.0.0.1"],
    connect: (_address, _port, onread) => systemConnect("127.0.0.1", exporter.port, onread), // as a NAT or a rebind would
  });
  const url = new URL(`http://exporter.test:${exporter.port}/metrics`);
  await expect(fetcher.get("k", { url, headers: {}, deadlineMs: 1000, maxBytes: 99 })).rejects.toMatchObject({
    fault: "refused_by_policy",
  });
  expect(exporter.visits).toEqual([]);
  await fetcher.close();
  await exporter.stop();
});

test("the second address is dialled when the first does not answer", async () => {
  const exporter = await startFakeExporter({ "/metrics": reply("up 1\n") });
  const fetcher = openFetcher({
    policy: openPolicy({ allow: ["127.0.0.0/8"] }),
    clock: systemClock,
    resolve: async () => ["127.9.9.9", "127.0.0.1"], // nothing listens on the first
  });
  const url = new URL(`http://exporter.test:${exporter.port}/metrics`);
  const answer = await fetcher.get("k", { url, headers: {}, deadlineMs: 1000, maxBytes: 99 });
  expect(Buffer.from(answer.body).toString()).toBe("up 1\n");
  await fetcher.close();
  await exporter.stop();
});

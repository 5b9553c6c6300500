import http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { FleetDelta } from "../../../db/model/views.ts";
import { aPool, aRow, stageApi, stageFleet } from "./stage.ts";

type Message = { id: string; delta: FleetDelta };
type Stream = {
  messages: Message[];
  status: number;
  headers: http.IncomingHttpHeaders;
  ended: Promise<void>;
  leave(): void;
};

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function stageLive(rows = [aRow(), aRow({ id: 2, uuid: "GPU-2", state: "free" })]) {
  const fleet = stageFleet(rows, [aPool()]);
  const stage = await stageApi({ live: fleet.live });
  open.push(stage.app);
  const url = await stage.app.listen({ port: 0, host: "127.0.0.1" });
  return { ...fleet, ...stage, url };
}

async function follow(url: string, lastEventId?: string): Promise<Stream> {
  const input = lastEventId === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ lastEventId }))}`;
  return await new Promise((resolve, reject) => {
    const request = http.get(
      `${url}/api/trpc/fleet.live${input}`,
      { headers: { accept: "text/event-stream" } },
      (answer) => {
        const messages: Message[] = [];
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (piece: string) => {
          text += piece;
          const blocks = text.split("\n\n");
          text = blocks.pop() ?? "";
          for (const block of blocks) {
            const id = /^id: (.*)$/m.exec(block)?.[1];
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (id !== undefined && data !== undefined) messages.push({ id, delta: JSON.parse(data) as FleetDelta });
          }
        });
        const ended = new Promise<void>((done) => answer.on("close", () => done()));
        resolve({
          messages,
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          ended,
          leave: () => request.destroy(),
        });
      },
    );
    request.on("error", reject);
  });
}

const until = async (isSo: () => boolean) => expect.poll(isSo, { timeout: 5_000, interval: 5 }).toBe(true);

describe("fleet.live", () => {
  test("tells what changed, with the counts, and nothing else", async () => {
    const { url, change, readers } = await stageLive();
    const stream = await follow(url);
    expect(stream.headers["content-type"]).toBe("text/event-stream");
    expect(stream.headers["content-encoding"]).toBeUndefined();
    await until(() => readers() === 1);
    change(aRow({ id: 2, uuid: "GPU-2", state: "fault" }));
    await until(() => stream.messages.length === 1);
    const [message] = stream.messages;
    expect(message?.delta.rows.map((r) => [r.uuid, r.state])).toEqual([["GPU-2", "fault"]]);
    expect(message?.delta.counts).toMatchObject({ busy: 1, fault: 1, free: 0 });
    expect(message?.delta.reload).toBe(false);
    stream.leave();
  });

  test("a change between reading the table and following it is not lost", async () => {
    const { app, url, change } = await stageLive();
    const { cursor } = (await app.inject("/api/trpc/fleet.cards")).json().result.data as { cursor: string };
    change(aRow({ state: "idle_held" }));
    const stream = await follow(url, cursor);
    await until(() => stream.messages.length === 1);
    expect(stream.messages[0]?.delta.rows).toMatchObject([{ uuid: "GPU-1", state: "idle_held" }]);
    stream.leave();
  });

  test.each(["1.1", "x", "1790000000000.99", "1790000000000.-1", "1790000000000.NaN", ""])(
    "a cursor of another life (%j) is told to reload",
    async (cursor) => {
      const { url } = await stageLive();
      const stream = await follow(url, cursor);
      await until(() => stream.messages.length === 1);
      expect(stream.messages[0]?.delta).toMatchObject({ reload: true, rows: [] });
      stream.leave();
    },
  );

  test("many changes at once are one message a second", async () => {
    const { url, change, readers } = await stageLive();
    const stream = await follow(url);
    await until(() => readers() === 1);
    for (let i = 0; i < 100; i++) change(aRow({ powerWatts: i }));
    await until(() => stream.messages.length >= 1);
    expect(stream.messages).toHaveLength(1);
    change(aRow({ powerWatts: 1_000 }));
    await until(() => stream.messages.length === 2);
    stream.leave();
  });

  test("a reader who leaves is forgotten", async () => {
    const { url, readers } = await stageLive();
    const streams = await Promise.all([1, 2, 3].map(() => follow(url)));
    await until(() => readers() === 3);
    for (const stream of streams) stream.leave();
    await until(() => readers() === 0);
  });

  test("stopping ends open streams at once", async () => {
    const { app, url, readers } = await stageLive();
    const stream = await follow(url);
    await until(() => readers() === 1);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(1_000);
    await stream.ended;
    await until(() => readers() === 0);
  });

  test("the 257th reader is refused, and room comes back", async () => {
    const { url, readers } = await stageLive();
    const streams = await Promise.all(Array.from({ length: 256 }, () => follow(url)));
    await until(() => readers() === 256);
    expect((await follow(url)).status).toBe(503);
    streams[0]?.leave();
    await until(() => readers() === 255);
    await expect.poll(async () => (await follow(url)).status).toBe(200);
    for (const stream of streams) stream.leave();
  });
});

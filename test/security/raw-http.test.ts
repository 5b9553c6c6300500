import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, stageApi } from "../server/api/stage.ts";

let stage: Stage;
let port = 0;
beforeAll(async () => {
  stage = await stageApi();
  port = Number(new URL(await stage.app.listen({ port: 0, host: "127.0.0.1" })).port);
});
afterAll(() => stage.app.close());

/** What comes back for exactly these bytes, until the other side ends or says nothing for a while. */
async function say(bytes: string, mostMs = 5_000): Promise<string> {
  return await new Promise((resolve) => {
    let text = "";
    const socket = net.connect(port, "127.0.0.1", () => socket.write(Buffer.from(bytes, "latin1")));
    socket.setTimeout(mostMs, () => socket.destroy());
    socket.on("data", (part: Buffer) => (text += part.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

/** A request inside a request: were it understood, its answer would have this in it. */
const HIDDEN = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const SEEN = /dapan_|process_cpu/;
const post = (headers: string, body: string) =>
  `POST /api/trpc/cost.recompute HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${body}`;

describe("API-11: bytes that two readers could read in two ways", () => {
  test.each<[string, string]>([
    ["a length and chunks", post(`content-length: 5\r\ntransfer-encoding: chunked`, `0\r\n\r\n${HIDDEN}`)],
    ["two lengths", post(`content-length: 2\r\ncontent-length: 70`, `{}${HIDDEN}`)],
    ["a length with a sign", post("content-length: +2", `{}${HIDDEN}`)],
    ["a length in hex", post("content-length: 0x2", `{}${HIDDEN}`)],
    ["a length below zero", post("content-length: -1", HIDDEN)],
    ["a list of lengths", post("content-length: 2, 2", `{}${HIDDEN}`)],
    ["a space before the colon", post("transfer-encoding : chunked", `0\r\n\r\n${HIDDEN}`)],
    ["a coding nobody knows", post("transfer-encoding: xchunked", `0\r\n\r\n${HIDDEN}`)],
    ["chunks that are not the last coding", post("transfer-encoding: chunked, identity", `0\r\n\r\n${HIDDEN}`)],
    ["a size of a chunk that is no number", post("transfer-encoding: chunked", `zz\r\n{}\r\n0\r\n\r\n${HIDDEN}`)],
    ["a size of a chunk past all numbers", post("transfer-encoding: chunked", `fffffffffffffffff\r\n{}\r\n0\r\n\r\n${HIDDEN}`)],
    ["a header that goes on in the next line", post("content-length: 2\r\n\tx: y", `{}${HIDDEN}`)],
    ["a header with a NUL", post("x: a\0b\r\ncontent-length: 2", `{}${HIDDEN}`)],
    ["lines that end with CR alone", `GET /metrics HTTP/1.1\rhost: localhost\r\r${HIDDEN}`],
    ["two hosts", `GET /metrics HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n`],
    ["no host", `GET /metrics HTTP/1.1\r\n\r\n`],
    ["a whole address of another host", `GET http://evil.example/metrics HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`],
    ["a method nobody knows", `METRICS /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n`],
    ["a version nobody knows", `GET /metrics HTTP/9.9\r\nhost: localhost\r\n\r\n`],
    ["a line before the request", `x\r\nGET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n`],
    ["CONNECT", `CONNECT 127.0.0.1:5432 HTTP/1.1\r\nhost: localhost\r\n\r\n${HIDDEN}`],
    ["TRACE", `TRACE / HTTP/1.1\r\nhost: localhost\r\nx: canary\r\nconnection: close\r\n\r\n`],
    ["an upgrade nobody offers", `GET /api/trpc/fleet.live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\nupgrade: h2c\r\nsec-fetch-site: cross-site\r\n\r\n`],
  ])("%s are refused, and nothing hidden in them is asked", async (_what, bytes) => {
    const answer = await say(bytes);
    expect(answer).not.toMatch(SEEN);
    expect(answer).not.toContain("canary");
    expect(answer === "" || /^HTTP\/1\.1 [45]\d\d /.test(answer)).toBe(true);
  });

  test("what is hidden would be seen: two requests in one go are two answers", async () => {
    expect(await say(`GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n${HIDDEN}`)).toMatch(SEEN);
  });

  test("an input said twice is refused or taken once, never put together", async () => {
    const one = encodeURIComponent('{"hours":1}');
    const two = encodeURIComponent('{"hours":2}');
    const answer = await say(`GET /api/trpc/fleet.history?input=${one}&input=${two} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400) /);
    expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
  });
}); // prettier-ignore

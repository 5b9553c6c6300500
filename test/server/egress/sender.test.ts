import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, Socket } from "node:net";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../server/clock.ts";
import { openSender, type PostRequest, type SendError, type SenderParts } from "../../../server/egress/sender.ts";
import { makeTlsFixtures, opensslMissing, type TlsFixtures } from "../../services/tls-fixtures.ts";

const LOOPBACK = { allow: ["127.0.0.0/8"] };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const sender = (part: Partial<SenderParts> = {}) => openSender({ clock: systemClock, egress: { allow: [] }, ...part });
const request = (url: string, part: Partial<PostRequest> = {}): PostRequest => ({
  url: new URL(url),
  headers: { "content-type": "application/json" },
  body: '{"a":"字"}',
  deadlineMs: 2_000,
  ...part,
});
const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return portOf(server);
}
const faultOf = async (sent: Promise<unknown>): Promise<SendError> =>
  await sent.then(
    () => Promise.reject(new Error("it was sent")),
    (error: unknown) => error as SendError,
  );

/** Addresses that lead inside, in the spellings people have used (WHK-11). */
const INSIDE = [
  "127.0.0.1", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.01", "127.000.000.001",
  "127.127.127.127", "localhost", "LOCALHOST", "localhost.", "0.0.0.0", "0", "00", "0x0", "10.0.0.1", "10.255.255.255", "0xa.0.0.1",
  "167772161", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1.1", "0xc0a80001", "3232235521", "100.64.0.1",
  "100.127.255.255", "169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.170.2", "169.254.0.23", "100.100.100.200", "192.0.0.192",
  "168.63.129.16", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]",
  "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
  "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
  "[fd20:ce::254]", "①②⑦.⓪.⓪.①", "127。0。0。1",
]; // prettier-ignore

describe("an address that leads inside is never dialled", () => {
  const dialled: string[] = [];
  const watched = sender({
    connect: (address) => {
      dialled.push(address);
      const socket = new Socket();
      queueMicrotask(() => socket.destroy(Object.assign(new Error("no"), { code: "ECONNREFUSED" })));
      return socket;
    },
    resolve: async (host) => (host.toLowerCase().startsWith("localhost") ? ["127.0.0.1", "::1"] : ["93.184.216.34"]),
  });
  test.each(INSIDE.flatMap((host) => [`https://${host}/hook`, `http://${host}:8080/hook`]))("%s", async (url) => {
    dialled.length = 0;
    expect(await faultOf(watched.post(request(url)))).toMatchObject({ fault: "refused" });
    expect(dialled).toEqual([]);
  });

  test("a name that points both outside and inside neither", async () => {
    for (const inside of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:192.168.0.1"]) {
      const rebound = sender({
        resolve: async () => ["93.184.216.34", inside],
        connect: () => {
          throw new Error("dialled");
        },
      });
      expect(await faultOf(rebound.post(request("https://bot.example/hook")))).toMatchObject({ fault: "refused" });
    }
  });

  test("what a public name without TLS leads to neither, unless its address is listed", async () => {
    dialled.length = 0;
    expect(await faultOf(watched.post(request("http://bot.example/hook")))).toMatchObject({ fault: "refused" });
    expect(dialled).toEqual([]);
    expect(await faultOf(watched.post(request("https://bot.example/hook")))).toMatchObject({ fault: "unreachable" });
    expect(dialled).toEqual(["93.184.216.34"]);
  });

  test("nor does a mail server lead inside", async () => {
    const to = { host: "127.0.0.1", port: 25, tls: "starttls" } as const;
    expect(await faultOf(watched.connect(to, 1_000))).toMatchObject({ fault: "refused" });
    expect(await faultOf(watched.connect({ ...to, host: "mail.example", tls: "none" }, 1_000))).toMatchObject({
      fault: "refused",
    });
  });

  test("other schemes are not spoken", async () => {
    expect(await faultOf(watched.post(request("ftp://bot.example/hook")))).toMatchObject({ fault: "refused" });
  });
});

describe("what was answered", () => {
  const open = sender({ egress: LOOPBACK });

  test("is told whatever its status; redirects are not followed; bodies are cut at 4 KiB", async () => {
    const seen: string[] = [];
    const port = await listen(
      createHttpServer((asked, answer) => {
        let body = "";
        asked.on("data", (chunk: Buffer) => (body += chunk.toString()));
        asked.on("end", () => {
          seen.push(
            `${asked.method} ${asked.url} ${asked.headers["content-length"]} ${asked.headers["connection"]} ${body}`,
          );
          if (asked.url === "/moved") answer.writeHead(307, { location: "/elsewhere" }).end();
          else if (asked.url === "/long") answer.writeHead(500).end("x".repeat(100_000));
          else answer.writeHead(429, { "Retry-After": "7" }).end("slow");
        });
      }),
    );
    const at = (path: string) => open.post(request(`http://127.0.0.1:${port}${path}`));
    expect(await at("/x?token=1")).toMatchObject({ status: 429, body: "slow", headers: { "retry-after": "7" } });
    expect(await at("/moved")).toMatchObject({ status: 307 });
    expect((await at("/long")).body).toBe("x".repeat(4_096));
    expect(seen).toEqual([
      'POST /x?token=1 11 close {"a":"字"}',
      'POST /moved 11 close {"a":"字"}',
      'POST /long 11 close {"a":"字"}',
    ]);
  });

  test.each<[string, (socket: Socket) => void, string]>([
    [
      "a connection reset after the request",
      (socket) => socket.once("data", () => socket.resetAndDestroy()),
      "maybe_posted",
    ],
    ["a server that falls silent", () => undefined, "maybe_posted"],
    [
      "half of an answer",
      (socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")),
      "maybe_posted",
    ],
    ["garbage", (socket) => socket.once("data", () => socket.end("hello\r\n\r\n")), "maybe_posted"],
  ])("%s: it may have been posted", async (_, script, fault) => {
    const server = createTcpServer(script);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => server.close());
    const url = `http://127.0.0.1:${portOf(server)}/hook/s3cr3t-token?key=s3cr3t-key`;
    const error = await faultOf(open.post(request(url, { deadlineMs: 300 })));
    expect(error).toMatchObject({ name: "SendError", fault });
    expect(error.message).not.toMatch(/s3cr3t/);
  });

  test("nobody listens: it did not leave, and the address is not repeated", async () => {
    const error = await faultOf(open.post(request("http://127.0.0.1:1/hook/s3cr3t-token")));
    expect(error).toMatchObject({ fault: "unreachable" });
    expect(error.message).not.toMatch(/s3cr3t/);
  });
});

describe.skipIf(opensslMissing() !== null)("over TLS", () => {
  let tls: TlsFixtures;
  beforeAll(() => {
    tls = makeTlsFixtures();
  });
  afterAll(() => tls?.remove());
  const post = async (certificate: "good" | "expired" | "wrongName" | "selfSigned", host: string) => {
    const port = await listen(createTlsServer(tls[certificate], (_, answer) => answer.end("ok")));
    const trusting = sender({
      egress: LOOPBACK,
      ca: readFileSync(tls.caFile, "utf8"),
      resolve: async () => ["127.0.0.1"],
    });
    return trusting.post(request(`https://${host}:${port}/hook`));
  };

  test("a certificate that fits is trusted, by name and by address", async () => {
    expect(await post("good", "exporter.test")).toMatchObject({ status: 200, body: "ok" });
    expect(await post("good", "127.0.0.1")).toMatchObject({ status: 200 });
  });
  test.each(["expired", "wrongName", "selfSigned"] as const)("%s: nothing leaves", async (certificate) => {
    expect(await faultOf(post(certificate, "exporter.test"))).toMatchObject({ fault: "unreachable" });
  });
});

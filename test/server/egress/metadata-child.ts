/**
 * Runs in a network namespace of its own in which the metadata addresses of clouds answer (metadata.lane.test.ts). Scrapes
 * an exporter that redirects to them, and the addresses themselves, and prints what came of it and who was connected to;
 * then follows one redirect with another client, to show that the canary counts.
 */
import http from "node:http";
import net from "node:net";
import { CollectError } from "../../../collectors/collector.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";

const EXPORTER = "10.77.0.1";
const CANARIES = ["169.254.169.254", "100.100.100.200", "10.77.0.2"];

let connections = 0;
const credentials: string[] = [];
for (const host of CANARIES) {
  const canary = http.createServer((request, response) => {
    credentials.push(request.headers.authorization ?? "");
    response.end("secret 1\n");
  });
  canary.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => canary.listen(80, host, resolve));
}

const PLACES = [
  ...CANARIES.map((host) => `http://${host}/latest/meta-data/`),
  "http://user:password@169.254.169.254/",
  "//169.254.169.254/",
  "file:///etc/passwd",
  "gopher://169.254.169.254:80/",
];
const exporter = http.createServer((request, response) => {
  const [, status, place] = (request.url ?? "").split("/").map(decodeURIComponent);
  response.writeHead(Number(status), { location: place ?? "" }).end("metric 1\n");
});
await new Promise<void>((resolve) => exporter.listen(9400, EXPORTER, resolve));

const fetcher = openFetcher({ policy: openPolicy({ allow: ["10.77.0.0/24"] }), clock: systemClock });
let asked = 0;
const outcomeOf = (url: string): Promise<string> =>
  fetcher
    .get(`k${(asked += 1)}`, {
      url: new URL(url),
      headers: { authorization: "Bearer secret" },
      deadlineMs: 2_000,
      maxBytes: 1_000_000,
    })
    .then(({ status }) => `read ${status}`)
    .catch((error: unknown) => (error instanceof CollectError ? error.fault : String(error)));

const outcomes: Record<string, string> = {};
for (const status of [301, 302, 303, 307, 308])
  for (const place of PLACES)
    outcomes[`${status} to ${place}`] = await outcomeOf(
      `http://${EXPORTER}:9400/${status}/${encodeURIComponent(place)}`,
    );
const direct: Record<string, string> = {};
for (const host of ["169.254.169.254", "100.100.100.200", "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]"])
  direct[host] = await outcomeOf(`http://${host}/`);
const fromUs = connections;

await new Promise<void>((resolve) => {
  const socket = net.connect(80, "169.254.169.254", () => socket.end());
  socket.on("close", () => resolve());
});
process.stdout.write(JSON.stringify({ outcomes, direct, fromUs, credentials, control: connections - fromUs }));
await fetcher.close();
process.exit(0);

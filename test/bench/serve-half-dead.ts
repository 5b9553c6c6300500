/**
 * A child process for the scrape loop's benchmark: sixteen exporters with 625 targets each, of which three in ten accept
 * and never answer. Prints one JSON line when it listens, and stops when its parent goes away.
 */
import { type AddressInfo, createServer } from "node:net";

const EXPORTERS = 16;
const TARGETS_EACH = 625;
const body = 'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-0",Hostname="n"} 97\n'.repeat(130);
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
);
const live: string[] = [];
const dead: string[] = [];

for (let e = 0; e < EXPORTERS; e++) {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (head) => {
      if (!head.toString("latin1", 0, 40).startsWith("GET /dead/")) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 8_192, resolve));
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < TARGETS_EACH; i++) {
    const isDead = (e * TARGETS_EACH + i) % 10 < 3;
    (isDead ? dead : live).push(`http://127.0.0.1:${port}/${isDead ? "dead" : "live"}/${i}`);
  }
}
process.stdout.write(`${JSON.stringify({ live, dead })}\n`);
process.stdin.on("end", () => process.exit(0)).resume();

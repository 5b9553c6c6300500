import { existsSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { demo } from "../../../server/cli/demo.ts";
import { systemClock } from "../../../server/clock.ts";

test("a taken port is said before anything is written, with another one to take", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as net.AddressInfo;
  const dataDir = path.join(tmpdir(), `dapan-demo-${process.pid}-${port}`);
  const said: string[] = [];
  const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
  const parts = { env: {}, clock: systemClock, host, say: (l: string) => void said.push(l), print: () => undefined };
  try {
    const asked = demo({ cards: 8, seed: 1, port, dataDir, history: true }, parts);
    await expect(asked).rejects.toThrow(`127.0.0.1:${port} is taken: another demo may be running there`);
    await expect(asked).rejects.toThrow(`dapan demo --port ${port + 1}`);
    expect([said, existsSync(dataDir)]).toEqual([[], false]);
  } finally {
    await new Promise((done) => server.close(done));
  }
});

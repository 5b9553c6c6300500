import { writeFileSync } from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { Clock } from "../../db/model/clock.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { AppRouter } from "../../server/api/router.ts";
import type { CliParts } from "../../server/cli/parts.ts";
import { buildProgram } from "../../server/cli/program.ts";
import { systemClock } from "../../server/clock.ts";
import type { Running } from "../../server/compose.ts";
import { startDemo } from "../../server/demo.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { freshDataDir } from "../db/databases.ts";
import { readRows, type Row } from "../tools/focus-check.ts";

type StageClock = Clock & { hold(): void; letGo(ms: number): void };

/** The real clock at another date, so that it is the same demo whenever the test runs. `hold`: it reads the same until let go. */
function clockFrom(start: UnixMs): StageClock {
  let offset = start - systemClock.now();
  let held: UnixMs | null = null;
  return {
    ...systemClock,
    now: () => held ?? unixMs(systemClock.now() + offset),
    hold() {
      held = unixMs(systemClock.now() + offset);
    },
    letGo(ms) {
      offset = (held ?? start) + ms - systemClock.now();
      held = null;
    },
  };
}

export type Stage = {
  readonly clock: StageClock;
  readonly running: Running;
  readonly dataDir: string;
  readonly api: ReturnType<typeof createTRPCClient<AppRouter>>;
  readonly logged: readonly string[];
  /** A file of the console. */
  rows(path: string, query: Record<string, string>): Promise<Row[]>;
  text(path: string, query: Record<string, string>): Promise<string>;
  /** `dapan …` over the demo's data directory, as somebody with its dapan.yaml would. */
  cli(...args: string[]): Promise<{ readonly code: number | null; readonly said: string; readonly printed: string }>;
};

/** The demo with its two weeks, as `dapan demo` starts it, and what one can ask it from outside. */
export async function stageDemo(start: UnixMs, cards: number, seed: number): Promise<Stage> {
  const dataDir = await freshDataDir();
  const clock = clockFrom(start);
  const logged: string[] = [];
  const sink = new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) });
  const running = await startDemo({
    cards,
    seed,
    port: 0,
    dataDir,
    history: true,
    env: {},
    clock,
    log: createLog("warn", clock, sink),
    onFatal: (error) => logged.push(`fatal: ${error.message}`),
    stopping: new AbortController().signal,
  });
  clock.hold(); // no slot closes under the questions
  const text = async (file: string, query: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${running.url}${file}?${new URLSearchParams(query).toString()}`);
    if (answer.status !== 200) throw new Error(`${file}: ${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer()).toString("utf8"); // text() would leave out the mark at its begin
  };
  const config = path.join(dataDir, "dapan.yaml");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { hostname: host, port } = new URL(running.url);
  writeFileSync(config, JSON.stringify({ dataDir, timeZone: zone, listen: { host, port: Number(port) }, sources: [] }));
  return {
    clock,
    running,
    dataDir,
    logged,
    api: createTRPCClient<AppRouter>({ links: [httpLink({ url: `${running.url}/api/trpc` })] }),
    text,
    rows: async (file, query) => readRows(await text(file, query)),
    async cli(...args) {
      const said: string[] = [];
      const printed: string[] = [];
      const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
      const parts: CliParts = {
        env: {},
        clock,
        host,
        say: (line) => void said.push(line),
        print: (line) => void printed.push(line),
      };
      let code: number | null = null;
      await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args, "-c", config]);
      return { code, said: said.join("\n"), printed: printed.join("\n") };
    },
  };
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian's place of PostgreSQL 15; another may be named in DAPAN_POSTGRES_BIN. */
const BIN = process.env["DAPAN_POSTGRES_BIN"] ?? "/usr/lib/postgresql/15/bin";

export type PostgresService = {
  readonly url: string; // of database "dapan", empty
  readonly dataDir: string;
  readonly pid: () => number; // of the postmaster
  /** A fresh empty database in the same server. */
  createDatabase(name: string): Promise<string>;
  kill9(): Promise<void>; // the postmaster and all its children, as a crash
  /** After kill9, on the same data. @param under a command to start it under: strace, to have system calls fail */
  start(under?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
};

/** Why the PostgreSQL lane cannot run here; null when it can. With DAPAN_REQUIRE_LANES=1 a reason is an error. */
export function whyNoPostgres(): string | null {
  if (existsSync(join(BIN, "initdb"))) return null;
  const why = `no ${BIN}/initdb: apt-get install postgresql-15, or set DAPAN_POSTGRES_BIN`;
  if (process.env["DAPAN_REQUIRE_LANES"] === "1") throw new Error(why);
  return why;
}

export type PostgresOptions = {
  readonly parent?: string;
  readonly initdb?: readonly string[];
  readonly settings?: readonly string[];
};

/** Starts a throw-away PostgreSQL on a free loopback port. As root it runs as user postgres: it refuses to run as root. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  const home = mkdtempSync(join(options.parent ?? tmpdir(), "dapan-postgres-"));
  const dataDir = join(home, "data");
  const as = await identity();
  if (as.uid !== undefined && as.gid !== undefined) chownSync(home, as.uid, as.gid);
  await run(
    join(BIN, "initdb"),
    [
      "-D",
      dataDir,
      "-U",
      "dapan",
      "-A",
      "trust",
      "--no-sync",
      "--locale=C.UTF-8",
      "-E",
      "UTF8",
      ...(options.initdb ?? []),
    ],
    { ...as, cwd: home },
  );
  const port = await freePort();
  const address = (name: string) => `postgres://dapan@127.0.0.1:${port}/${name}`;
  let server: ChildProcess | null = null;
  let isWrapped = false;
  const endWithUs = () => void server?.kill("SIGQUIT"); // a test that fails before stop() leaves no server behind
  process.once("exit", endWithUs);
  const service: PostgresService = {
    url: address("dapan"),
    dataDir,
    pid: () => server?.pid ?? 0,
    async createDatabase(name) {
      await run(join(BIN, "createdb"), ["-h", "127.0.0.1", "-p", String(port), "-U", "dapan", name]);
      return address(name);
    },
    async start(under = []) {
      const settings = [
        `port=${port}`,
        "listen_addresses=127.0.0.1",
        `unix_socket_directories=${home}`,
        "shared_buffers=256MB",
        ...(options.settings ?? []),
      ];
      isWrapped = under.length > 0;
      const line = [...under, join(BIN, "postgres"), "-D", dataDir];
      const words = [...line.slice(1), ...settings.flatMap((s) => ["-c", s])];
      // A backend forked in the moment of a kill lives until it notices, and the server refuses to start beside it.
      for (let tries = 20; ; tries--) {
        server = spawn(line[0]!, words, { ...as, cwd: home, stdio: "ignore" });
        const fault = await isUp(port, server).then(
          () => null,
          (error: unknown) => error,
        );
        if (fault === null) return;
        if (tries === 0 || server.exitCode === null) throw fault;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    async kill9() {
      const postmaster = server;
      if (!postmaster?.pid) return;
      // Under strace it is a child itself, and strace ends with it, its log written.
      const top = isWrapped ? childrenOf(postmaster.pid) : [postmaster.pid];
      const family = [...top, ...top.flatMap(childrenOf)];
      const gone = new Promise((resolve) => postmaster.once("exit", resolve));
      for (const pid of family) signal(pid, "SIGKILL");
      await gone;
      server = null;
    },
    async stop() {
      const postmaster = server;
      process.off("exit", endWithUs);
      if (postmaster && postmaster.exitCode === null) {
        const gone = new Promise((resolve) => postmaster.once("exit", resolve));
        postmaster.kill("SIGINT"); // fast shutdown
        await gone;
      }
      server = null;
      rmSync(home, { recursive: true, force: true });
    },
  };
  await service.start();
  await service.createDatabase("dapan");
  return service;
}

async function identity(): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {};
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postgres"])).stdout)),
  );
  return { uid: uid as number, gid: gid as number };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  return await new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

async function isUp(port: number, server: ChildProcess): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode} at start`);
    const ready = await run(join(BIN, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).then(
      () => true,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("postgres did not come up in 30 s");
}

/** Children of a process, from /proc: killing only the postmaster would leave backends that still write. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended by itself
  }
}

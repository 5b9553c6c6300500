import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SETUP = [
  "ip link set lo up",
  ...["169.254.169.254", "100.100.100.200", "10.77.0.1", "10.77.0.2"].map((ip) => `ip addr add ${ip}/32 dev lo`),
].join(" && ");

/** Why no namespace with addresses of our own can be had here; null when one can. */
function whyNoNamespace(): string | null {
  const tried = spawnSync("unshare", ["-n", "sh", "-c", SETUP], { encoding: "utf8" });
  if (tried.status === 0) return null;
  const words = tried.error?.message ?? tried.stderr.trim();
  return `no network namespace (${words.split("\n")[0]}): run as root with unshare and ip (apt-get install util-linux iproute2)`;
}

const why = whyNoNamespace();
const mustRun = process.env["DAPAN_REQUIRE_LANES"] === "1" && process.getuid?.() === 0; // nobody but root can be asked to
if (why !== null) console.warn(`skipped: SCR-11 in a network namespace: ${why}`);

type Said = {
  readonly outcomes: Record<string, string>;
  readonly direct: Record<string, string>;
  readonly fromUs: number;
  readonly credentials: readonly string[];
  readonly control: number;
};

test.skipIf(why !== null && !mustRun)(
  "SCR-11: no redirect and no spelling leads to a metadata address: 0 connections to a canary that listens there",
  { timeout: 60_000 },
  () => {
    const child = fileURLToPath(new URL("./metadata-child.ts", import.meta.url));
    const run = spawnSync(
      "unshare",
      ["-n", "sh", "-c", `${SETUP} && exec "$0" --import tsx "$1"`, process.execPath, child],
      { encoding: "utf8", timeout: 50_000 },
    );
    expect(run.stderr).toBe("");
    const said = JSON.parse(run.stdout) as Said;
    expect(Object.keys(said.outcomes)).toHaveLength(35);
    expect(new Set(Object.values(said.outcomes))).toEqual(new Set(["redirect"]));
    expect(Object.keys(said.direct)).toHaveLength(5);
    expect(new Set(Object.values(said.direct))).toEqual(new Set(["refused_by_policy"]));
    expect(said.fromUs).toBe(0);
    expect(said.credentials).toEqual([]);
    expect(said.control).toBe(1); // the canary does count
  },
);

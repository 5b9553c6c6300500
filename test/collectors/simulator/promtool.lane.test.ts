import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { renderDcgm } from "../../../collectors/simulator/dcgm-text.ts";
import { Fleet } from "../../../collectors/simulator/fleet.ts";
import { renderGateway } from "../../../collectors/simulator/gateway-text.ts";
import { renderKsm } from "../../../collectors/simulator/ksm-text.ts";
import { renderNodeExporter } from "../../../collectors/simulator/node-exporter-text.ts";
import { renderNpu } from "../../../collectors/simulator/npu-text.ts";

const PROMTOOL = "promtool"; // of Debian's prometheus
const absent = spawnSync(PROMTOOL, ["--version"]).error !== undefined;
if (absent) console.log("skipped: promtool is not installed (apt-get install prometheus)");
const required = process.env["DAPAN_REQUIRE_LANES"] === "1";

const START = Date.UTC(2026, 10, 20, 12);

test.skipIf(absent && !required)("Prometheus's own parser reads every kind of simulated body", () => {
  const fleet = new Fleet({ seed: 1, cards: 1_000, startMs: START });
  const one = (style: string, role?: string) =>
    fleet.nodes.find((n) => n.style === style && (role === undefined || n.role === role));
  const nodes = [
    one("old"),
    one("stock"),
    one("site", "gang"),
    one("site", "mig"),
    one("site", "sliced"),
    one("lower"),
    one("renamed"),
  ].filter((n) => n !== undefined);
  const bodies = new Map<string, string>(nodes.map((n) => [`dcgm ${n.style} ${n.role}`, renderDcgm(fleet, n, START)]));
  const npu = one("npu");
  if (npu !== undefined) bodies.set("npu", renderNpu(fleet, npu, START));
  const [node] = fleet.nodes;
  if (node !== undefined) bodies.set("node", renderNodeExporter(fleet, node, START));
  for (const cluster of fleet.clusters.keys()) {
    bodies.set(`ksm ${cluster}`, renderKsm(fleet, cluster, START));
    bodies.set(`gateway ${cluster}`, renderGateway(fleet, cluster, START));
  }
  expect(bodies.size).toBeGreaterThan(15);
  for (const [what, body] of bodies) {
    const done = spawnSync(PROMTOOL, ["check", "metrics"], { input: body, encoding: "utf8" });
    // Status 3 is lint: exporters' names break its rules (no unit, upper case). Anything it cannot read is status 1.
    expect([0, 3], `${what}: ${done.stderr.slice(0, 300)}`).toContain(done.status);
    expect(done.stderr, what).not.toContain("error while linting");
  }
});

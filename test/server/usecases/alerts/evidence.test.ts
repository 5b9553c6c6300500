import { createHash } from "node:crypto";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { IncidentPage } from "../../../../db/model/alert-views.ts";
import { evidenceBundle } from "../../../../server/usecases/alerts/evidence/evidence.ts";
import type { EvidenceFacts } from "../../../../server/usecases/alerts/evidence/evidence-html.ts";

const T = Date.UTC(2026, 10, 22, 8);
const HOSTILE = '<script>alert(1)</script>&"\u202eevil';

function aPage(): IncidentPage {
  return {
    asOf: T + 600_000,
    zone: "Asia/Shanghai",
    currency: "CNY",
    row: {
      id: 7,
      ruleId: "card-drop",
      family: "presence",
      severity: "P1",
      phase: "firing",
      scope: "node",
      labels: { node: HOSTILE },
      summary: { zh: "掉卡", en: `1 card gone on ${HOSTILE}` },
      action: "drain_reboot",
      since: T,
      firedAt: T + 60_000,
      resolvedAt: null,
      because: "held_for",
      suppressedBy: null,
      isFlapping: false,
      isHistoric: false,
      ackedBy: "",
      assignee: "",
      region: "r",
      cluster: "c",
      node: HOSTILE,
      poolId: 1,
      cards: 1,
      costPerHourMicro: "12000000",
      unpricedCards: 0,
      features: [],
      holders: [HOSTILE],
    },
    rule: null,
    verdict: null,
    evidence: [{ signal: "xid", value: 79, threshold: null, at: T as never, text: HOSTILE }],
    timeline: [{ at: T, kind: "fired", because: "held_for", who: "", detail: HOSTILE, body: null }],
    events: [{ at: T, kind: "xid", code: 79, count: 1, detail: '=HYPERLINK("http://evil")' }],
    cardIds: [1],
    cards: [],
    chart: null,
    costSoFarMicro: "2000000",
    past: [],
    inhibits: 0,
    suppressor: null,
    deliveries: [],
    runbook: "",
  };
}

const facts = (): EvidenceFacts => ({
  page: aPage(),
  codes: [{ code: "79", name: "GPU has fallen off the bus", level: "critical", action: "drain_reboot" }],
  cards: [
    {
      uuid: "GPU-1",
      model: "H100-80G-SXM",
      modelName: "NVIDIA H100",
      driver: "550",
      vendor: "v",
      region: "r",
      zone: "z",
      cluster: "c",
      node: HOSTILE,
      position: "00000000:1A:00.0",
      billing: "monthly",
      firstSeen: T,
    },
  ],
  lostCardMs: 600_000,
});
const point = {
  at: T,
  observedMs: 0,
  gap: "card_gone",
  busyMs: 0,
  idleHeldMs: 0,
  freeMs: 0,
  startingMs: 0,
  faultMs: 0,
  unknownMs: 300_000,
  utilRatio: null,
  tensorRatio: null,
  memoryRatio: null,
  memoryBytes: null,
  powerWatts: null,
  temperatureCelsius: null,
  holder: "",
} as const;
const make = () => evidenceBundle(facts(), [{ uuid: "GPU-1", points: [point] }]);
const files = (bytes: Uint8Array) =>
  new Map(Object.entries(unzipSync(bytes)).map(([name, text]) => [name, strFromU8(text)]));

describe("an evidence bundle", () => {
  test("the same incident gives the same bytes, in any time zone", () => {
    const before = process.env["TZ"];
    const zones = ["UTC", "Asia/Kathmandu", "America/St_Johns"].map((zone) => {
      process.env["TZ"] = zone;
      return Buffer.from(make()).toString("base64");
    });
    process.env["TZ"] = before;
    expect(new Set(zones).size).toBe(1);
  });

  test("the manifest names every file with its SHA-256", () => {
    const all = files(make());
    const manifest = all.get("SHA256SUMS")!;
    const said = new Map(
      manifest
        .trimEnd()
        .split("\n")
        .map((line) => [line.slice(66), line.slice(0, 64)]),
    );
    expect([...said.keys()].sort()).toEqual([...all.keys()].filter((name) => name !== "SHA256SUMS").sort());
    for (const [name, sum] of said) expect(createHash("sha256").update(all.get(name)!).digest("hex")).toBe(sum);
  });

  test("what labels say is shown and never run", () => {
    const all = files(make());
    const html = all.get("incident.html")!;
    expect(html).not.toContain("<script>");
    expect(html).not.toContain("\u202e");
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;");
    expect(all.get("events.csv")).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });

  test("what was not read is empty in the file, not zero; lost time and money are said", () => {
    const all = files(make());
    expect(all.get("readings.csv")!.split("\r\n")[1]).toBe(
      "GPU-1,2026-11-22T08:00:00.000Z,0,card_gone,0,0,0,0,300000,,,,,,",
    );
    expect(all.get("incident.html")).toContain("0.17 card-hours");
    expect(all.get("incident.html")).toContain("2.00 CNY");
  });
});

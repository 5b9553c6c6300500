import { describe, expect, test } from "vitest";
import { CollectError, type GetAnswer } from "../../../collectors/collector.ts";
import { staticTargets } from "../../../collectors/discovery/static-targets.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { ScrapeJob } from "../../../server/ingest/scrape-job.ts";
import { clockSkew, isSkewed, type SourceEntry, TargetHealth } from "../../../server/ingest/target-health.ts";

const T0 = unixMs(Date.UTC(2026, 0, 5, 12));
const job = (name: string, source = "lab"): ScrapeJob => ({
  source,
  target: staticTargets([name], new Map())[0]!,
  intervalMs: 15_000,
  timeoutMs: 10_000,
  maxBodyBytes: 1,
  headers: () => ({}),
  caFile: null,
});
const answer = (date = ""): GetAnswer => ({
  status: 200,
  contentType: "",
  dateHeader: date,
  body: new Uint8Array(78_000),
});
const found = { samples: 240, cards: 8, duplicateSeries: 2, refusedValues: 1 };
const lab: SourceEntry = { name: "lab", kind: "static", address: "dapan.yaml" };
const at = (ms: number) => unixMs(T0 + ms);

describe("the clock skew of a target", () => {
  const httpDate = (ms: number): string => new Date(ms).toUTCString();

  test.each([-3_600_000, -300_000, -31_000, -1_000, 0, 999, 31_000, 300_000])(
    "of %i ms is reported within a second",
    (off) => {
      for (let sub = 0; sub < 1000; sub += 37) {
        const now = unixMs(T0 + sub);
        expect(Math.abs((clockSkew(httpDate(now + off), now) ?? NaN) - off)).toBeLessThanOrEqual(1_000);
      }
    },
  );

  test("is not known without a date, or with one that is no HTTP date", () => {
    for (const date of ["", "yesterday", "2026-01-05T12:00:00Z", "Mon, 99 Jan 2026 12:00:00 GMT"]) {
      expect(clockSkew(date, T0)).toBeNull();
    }
  });

  test("is flagged above 30 s, either way", () => {
    expect([null, 0, 30_000, -30_000, 30_001, -30_001].map(isSkewed)).toEqual([false, false, false, false, true, true]);
  });
});

describe("the health of targets", () => {
  test("is unknown until the first scrape", () => {
    const health = new TargetHealth();
    health.track(job("http://a/metrics?token=s3cret"));
    const [view] = health.targets();
    expect(view).toMatchObject({ up: null, lastAttemptAt: null, samples: null, cards: 0, fault: null, error: "" });
    expect(JSON.stringify(view)).not.toContain("s3cret");
    expect(health.sources([lab])[0]).toMatchObject({
      targetsUp: 0,
      targetsTotal: 1,
      lastSuccessAt: null,
      samplesPerSecond: null,
    });
  });

  test("says what the last body held, and after a failure that nothing is known, but keeps when it last was well", () => {
    const health = new TargetHealth();
    const a = job("a:9400");
    health.track(a);
    health.succeeded(a, T0, at(20), 12.5, answer("Mon, 05 Jan 2026 12:01:00 GMT"), found);
    expect(health.targets()[0]).toMatchObject({ up: true, lastSuccessAt: T0, durationMs: 12.5, bytes: 78_000, ...found, clockSkewMs: 60_480 });
    health.failed(a, at(15_000), 10_000, new CollectError("timeout", "x".repeat(2_000)));
    const [view] = health.targets();
    expect(view).toMatchObject({ up: false, lastAttemptAt: at(15_000), lastSuccessAt: T0, samples: null, bytes: null, cards: 0, fault: "timeout", errorAt: at(15_000) });
    expect(view?.error).toHaveLength(512);
  }); // prettier-ignore

  test("keeps the last error when the target is well again", () => {
    const health = new TargetHealth();
    const a = job("a:9400");
    health.track(a);
    health.failed(a, T0, 1, new CollectError("dns", "no such name"));
    health.succeeded(a, at(15_000), at(15_000), 5, answer(), found);
    expect(health.targets()[0]).toMatchObject({ up: true, fault: "dns", error: "no such name", errorAt: T0 });
  });

  test("of one that was dropped meanwhile is not brought back", () => {
    const health = new TargetHealth();
    const a = job("a:9400");
    health.track(a);
    health.drop(a.target.origin);
    health.succeeded(a, T0, T0, 5, answer(), found);
    health.failed(a, T0, 5, new CollectError("dns", "x"));
    expect(health.targets()).toEqual([]);
  });
});

describe("the health of a source", () => {
  test("adds up its targets and no others", () => {
    const health = new TargetHealth();
    const [a, b, other] = [job("a:1"), job("b:1"), job("c:1", "other")];
    for (const j of [a, b, other]) {
      health.track(j);
      health.succeeded(j, T0, T0, 5, answer(), found);
    }
    health.failed(b, at(1_000), 5, new CollectError("tls", "expired"));
    expect(health.sources([lab, { ...lab, name: "empty" }])).toEqual([
      { ...lab, targetsUp: 1, targetsTotal: 2, cards: 8, lastSuccessAt: T0, samplesPerSecond: 16, clockSkewMs: null, lastFault: "tls", lastError: "expired", lastErrorAt: at(1_000), backlogSlots: null },
      { ...lab, name: "empty", targetsUp: 0, targetsTotal: 0, cards: 0, lastSuccessAt: null, samplesPerSecond: null, clockSkewMs: null, lastFault: null, lastError: "", lastErrorAt: null, backlogSlots: null },
    ]);
  }); // prettier-ignore

  test("shows what is wrong now before what was wrong once, and a broken list before all", () => {
    const health = new TargetHealth();
    const [a, b] = [job("a:1"), job("b:1")];
    health.track(a);
    health.track(b);
    health.failed(a, T0, 5, new CollectError("tls", "still down"));
    health.failed(b, at(5_000), 5, new CollectError("dns", "over"));
    health.succeeded(b, at(6_000), at(6_000), 5, answer(), found);
    expect(health.sources([lab])[0]?.lastError).toBe("still down");
    health.discovered("lab", new CollectError("malformed", "t.yaml:3: no"), at(7_000));
    expect(health.sources([lab])[0]).toMatchObject({ lastFault: "malformed", lastErrorAt: at(7_000) });
    health.discovered("lab", null, at(8_000));
    expect(health.sources([lab])[0]?.lastError).toBe("still down");
  });

  test("shows the clock furthest off, ahead or behind", () => {
    const health = new TargetHealth();
    const [a, b] = [job("a:1"), job("b:1")];
    health.track(a);
    health.track(b);
    health.succeeded(a, T0, T0, 5, answer("Mon, 05 Jan 2026 12:00:10 GMT"), found);
    health.succeeded(b, T0, T0, 5, answer("Mon, 05 Jan 2026 11:55:00 GMT"), found);
    expect(health.sources([lab])[0]?.clockSkewMs).toBe(-299_500);
  });
});

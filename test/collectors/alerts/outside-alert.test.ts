import { describe, expect, test } from "vitest";
import { readPostedAlerts, readWebhookV4 } from "../../../collectors/alerts/outside-alert.ts";
import { unixMs } from "../../../db/model/units.ts";

const NOW = unixMs(Date.UTC(2026, 10, 22, 8));
const webhook = (...alerts: unknown[]) => ({ version: "4", status: "firing", receiver: "dapan", alerts });
const one = (part: Record<string, unknown> = {}) => ({
  status: "firing",
  labels: { alertname: "Hot", empty: "" },
  annotations: { summary: "s" },
  startsAt: "2026-11-22T07:00:00.5Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://p/graph",
  ...part,
});

describe("Alertmanager's webhook", () => {
  test("a firing alert lasts until the sender says it ended; Go's year 1 is no instant", () => {
    const { alerts, faults } = readWebhookV4(webhook(one()), NOW);
    expect(faults).toEqual([]);
    expect(alerts).toEqual([
      {
        labels: new Map([["alertname", "Hot"]]),
        annotations: new Map([["summary", "s"]]),
        status: "firing",
        startsAt: Date.UTC(2026, 10, 22, 7, 0, 0, 500),
        endsAt: null,
        generatorUrl: "http://p/graph",
      },
    ]);
  });

  test("a resolved one ends when it says", () => {
    const { alerts } = readWebhookV4(webhook(one({ status: "resolved", endsAt: "2026-11-22T07:30:00Z" })), NOW);
    expect(alerts[0]).toMatchObject({ status: "resolved", endsAt: Date.UTC(2026, 10, 22, 7, 30) });
  });

  test("one bad alert refuses the whole body, and its place is named", () => {
    const read = readWebhookV4(webhook(one(), one({ labels: { a: 1 } })), NOW);
    expect(read).toEqual({ alerts: [], faults: [{ place: "alert 2", text: '"labels.a" is not a text' }] });
  });

  test.each([
    [null, "version"],
    ["text", "version"],
    [{ version: "3", alerts: [] }, "version"],
    [{ version: "4", alerts: {} }, "alerts"],
  ])("%j is refused", (body, place) => {
    expect(readWebhookV4(body, NOW)).toMatchObject({ alerts: [], faults: [{ place }] });
  });

  test("NUL and halves of characters become what a database can keep", () => {
    const { alerts } = readWebhookV4(webhook(one({ labels: { a: "x\0y", b: "\ud83d", "c\udc00": "😀" } })), NOW);
    expect([...alerts[0]!.labels]).toEqual([
      ["a", "x\ufffdy"],
      ["b", "\ufffd"],
      ["c\ufffd", "😀"],
    ]);
  });

  test("labels called __proto__ stay labels", () => {
    const body = JSON.parse(
      '{"version":"4","alerts":[{"status":"firing","labels":{"__proto__":"x","constructor":"y"}}]}',
    );
    expect([...readWebhookV4(body, NOW).alerts[0]!.labels]).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });
});

describe("what a Prometheus posts", () => {
  test("without an end it lasts five minutes, without a start it begins now", () => {
    expect(readPostedAlerts([{ labels: { a: "b" } }], NOW).alerts[0]).toMatchObject({
      status: "firing",
      startsAt: NOW,
      endsAt: NOW + 300_000,
    });
  });

  test("an end that has passed resolves", () => {
    const ended = { labels: { a: "b" }, endsAt: "2026-11-22T07:59:00Z" };
    expect(readPostedAlerts([ended], NOW).alerts[0]).toMatchObject({ status: "resolved", startsAt: NOW - 60_000 });
  });

  test.each([
    [{ labels: {} }, "expected at least one label with a value"],
    [{ labels: { a: "" } }, "expected at least one label with a value"],
    [{}, 'expected "labels" to be an object of texts'],
    [
      { labels: { a: "b" }, startsAt: "2026-11-22T07:00:00Z", endsAt: "2026-11-22T06:00:00Z" },
      '"endsAt" lies before "startsAt"',
    ],
    [{ labels: { a: "b" }, startsAt: "yesterday" }, '"startsAt" is not an instant such as 2026-11-22T08:00:00Z'],
    [7, "expected an object"],
  ])("%j is refused by name, and the good one beside it is taken", (bad, text) => {
    const { alerts, faults } = readPostedAlerts([bad, { labels: { a: "b" } }], NOW);
    expect(faults).toEqual([{ place: "alert 1", text }]);
    expect(alerts).toHaveLength(1);
  });

  test("more than ten thousand are refused at once", () => {
    expect(
      readPostedAlerts(
        Array.from({ length: 10_001 }, () => ({ labels: { a: "b" } })),
        NOW,
      ).faults[0]!.text,
    ).toContain("at most");
  });
});

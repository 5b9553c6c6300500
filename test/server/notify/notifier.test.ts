import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { shift } from "../../../db/model/time.ts";
import { aChannel, aLine, message, openStage, type NetFault, type Stage, T } from "./stage.ts";

const feishu = aChannel(1, "feishu", { name: "duty" });
const slack = aChannel(2, "slack", { name: "ops" });
const states = (stage: Stage) => [...stage.store.rows.values()].map(({ state }) => state);
const bodyText = (stage: Stage, path: string) => stage.bots.accepted(path).map(({ text }) => text);

const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe("what is committed", () => {
  test("is sent within two seconds, to the channel it was left for, in order", async () => {
    const stage = openStage(
      [feishu, slack],
      { "feishu/duty": { secret: "s3cret", keyword: "大盘" } },
      {
        secretOf: ({ kind }) => (kind === "feishu" ? "s3cret" : ""),
      },
    );
    stage.store.setChannel({ ...feishu, settings: { ...feishu.settings, keyword: "大盘" } });
    await stage.clock.advance(10);
    await stage.say(message(1, 7, { at: stage.clock.now() }), message(2, 7, { at: stage.clock.now() }));
    await stage.clock.advance(100);
    expect(stage.posts.map(({ path, at }) => [path, at - T < 2 * SECOND_MS])).toEqual([
      ["feishu/duty", true],
      ["slack/ops", true],
    ]);
    await stage.say(message(1, 7, { at: stage.clock.now(), status: "resolved", seq: 2 }));
    await stage.clock.advance(2 * SECOND_MS);
    expect(bodyText(stage, "feishu/duty")).toHaveLength(2);
    expect(states(stage)).toEqual(["delivered", "delivered", "delivered"]);
    await stage.notifier.stop();
  });

  test("is found by looking, when nobody wakes the notifier", async () => {
    const stage = openStage([feishu]);
    await stage.store.put([message(1, 7, { at: T })]);
    await stage.clock.advance(1_500);
    expect(stage.bots.accepted("feishu/duty")).toHaveLength(1);
    await stage.notifier.stop();
  });
});

describe("an endpoint that fails for an hour (WHK-02)", () => {
  const http = (status: number) => () => ({ status, headers: {}, body: "no" });
  const faults: readonly [string, NetFault, number | null][] = [
    ["429", null, 429],
    ["500", null, 500],
    ["503", null, 503],
    ["a time-out", "timeout", null],
    ["a reset", "reset", null],
    ["a TLS error", "tls", null],
    ["no name", "dns", null],
  ];
  test.each(faults)(
    "%s: at most 15 tries, others unharmed, then every last state within ten minutes",
    async (_, net, status) => {
      const wecom = aChannel(3, "wecom", { name: "room" });
      const stage = openStage([wecom, slack], {}, { pollMs: 5 * SECOND_MS });
      stage.net("wecom/room", net);
      if (status !== null) stage.bots.fail("wecom/room", http(status));
      const firedAt = stage.clock.now();
      for (let i = 0; i < 500; i++) {
        await stage.store.put([message(3, i + 1, { at: shift(firedAt, i), no: i + 1 })]);
      }
      stage.notifier.wake();
      await stage.clock.advance(30 * MINUTE_MS);
      for (let i = 0; i < 500; i++) {
        await stage.store.put([message(3, i + 1, { at: stage.clock.now(), no: i + 1, status: "resolved", seq: 2 })]);
      }
      await stage.say(message(2, 9, { at: stage.clock.now() }));
      await stage.clock.advance(2 * SECOND_MS);
      expect(stage.bots.accepted("slack/ops")).toHaveLength(1 + (stage.store.deliveries.length > 3 ? 1 : 0)); // and one about the trouble
      await stage.clock.advance(30 * MINUTE_MS - 2 * SECOND_MS);
      const tries = stage.posts.filter(({ path }) => path === "wecom/room");
      expect(tries.length).toBeLessThanOrEqual(15);
      expect(tries.length).toBeGreaterThan(6);
      const waits = tries.slice(1).map(({ at }, i) => at - tries[i]!.at);
      const schedule = [5, 30, 120, 300, 600].map((s) => s * SECOND_MS);
      waits.forEach((wait, i) => expect(wait).toBeGreaterThanOrEqual(schedule[i] ?? 600 * SECOND_MS));

      stage.net("wecom/room", null);
      stage.bots.fail("wecom/room", null);
      const back = stage.clock.now();
      await stage.clock.advance(12 * MINUTE_MS); // the breaker's own pause
      const first = stage.posts.find(({ path, at }) => path === "wecom/room" && at > back)!.at;
      await stage.clock.advance(10 * MINUTE_MS);
      const sent = stage.posts.filter(({ path, at }) => path === "wecom/room" && at >= first);
      expect(sent.at(-1)!.at - first).toBeLessThanOrEqual(10 * MINUTE_MS);
      for (const { at } of sent) {
        expect(sent.filter((other) => other.at >= at && other.at < at + MINUTE_MS).length).toBeLessThanOrEqual(20);
      }
      const read = bodyText(stage, "wecom/room").join("\n");
      expect(each(500, (i) => i + 1).filter((no) => !read.includes(`［已恢复］ #${no} `))).toEqual([]);
      expect(new Set(states(stage).filter((state) => state !== "delivered"))).toEqual(new Set(["coalesced"]));
      await stage.notifier.stop();
    },
  );

  test("asked to wait it waits: Retry-After, a date, and Feishu's own header", async () => {
    for (const header of [
      { "retry-after": "90" },
      { "retry-after": new Date(T + 90_000).toUTCString() },
      { "x-ogw-ratelimit-reset": "90" },
    ]) {
      const stage = openStage([feishu]);
      stage.bots.fail("feishu/duty", () => ({ status: 429, headers: header, body: "" }));
      await stage.say(message(1, 7, { at: T }));
      await stage.clock.advance(88 * SECOND_MS);
      expect(stage.posts).toHaveLength(1);
      await stage.clock.advance(4 * SECOND_MS);
      expect(stage.posts).toHaveLength(2);
      await stage.notifier.stop();
    }
  });

  test('DingTalk\'s "too fast" stops it for ten minutes', async () => {
    const stage = openStage([aChannel(4, "dingtalk", { name: "d" })]);
    stage.bots.fail("dingtalk/d", () => ({
      status: 200,
      headers: {},
      body: '{"errcode":130101,"errmsg":"send too fast"}',
    }));
    await stage.say(message(4, 7, { at: T }));
    await stage.clock.advance(10 * MINUTE_MS - SECOND_MS);
    expect(stage.posts).toHaveLength(1);
    await stage.clock.advance(3 * SECOND_MS);
    expect(stage.posts).toHaveLength(2);
    await stage.notifier.stop();
  });
});

test("a poison message is given up after three tries within a minute, and the queue moves on (WHK-04)", async () => {
  const stage = openStage([feishu]);
  stage.bots.fail("feishu/duty", ({ body }) =>
    body.includes("poison") ? { status: 413, headers: {}, body: "too long" } : null,
  );
  const bad = message(1, 7, { at: T, notice: { lines: [aLine({ what: "poison" })] } });
  await stage.say(bad, message(1, 8, { at: T }));
  await stage.clock.advance(MINUTE_MS);
  expect(states(stage)).toEqual(["dead", "delivered"]);
  expect(stage.store.deliveries.map((one) => one.class)).toEqual(["bad_body", "bad_body", "bad_body", "ok"]);
  expect(stage.store.byId.get(1)).toMatchObject({ failures: 0, enabled: true });
  await stage.notifier.stop();
});

test("an endpoint that takes no message at all is not asked for ever: a run of dead letters follows the schedule", async () => {
  const stage = openStage([feishu]);
  stage.bots.fail("feishu/duty", () => ({ status: 400, headers: {}, body: "" }));
  for (let i = 0; i < 40; i++) await stage.store.put([message(1, i + 1, { at: shift(T, i) })]);
  await stage.clock.advance(HOUR_MS);
  expect(stage.posts.length).toBeLessThanOrEqual(15);
  await stage.notifier.stop();
});

describe("a channel that will not work again is switched off, its messages kept, another channel told (WHK-05)", () => {
  test.each([
    ["410", { status: 410, headers: {}, body: "" }, "机器人或群已不存在"],
    ["a wrong signature", { status: 200, headers: {}, body: '{"code":19021,"msg":"sign match fail"}' }, "配置被拒绝"],
    [
      "a missing keyword",
      { status: 200, headers: {}, body: '{"code":19024,"msg":"Key Words Not Found"}' },
      "配置被拒绝",
    ],
  ])("%s: at once", async (_, answer, why) => {
    const stage = openStage([feishu, slack]);
    stage.bots.fail("feishu/duty", () => answer);
    await stage.say(message(1, 7, { at: T }), message(1, 8, { at: T }));
    await stage.clock.advance(MINUTE_MS);
    expect(stage.posts.filter(({ path }) => path === "feishu/duty")).toHaveLength(1);
    expect(stage.store.byId.get(1)).toMatchObject({ enabled: false, disabledWhy: expect.stringContaining(why) });
    expect(states(stage)).toEqual(["disabled", "disabled", "delivered"]);
    expect(bodyText(stage, "slack/ops").join()).toContain("通知渠道 duty");
    await stage.notifier.stop();
  });

  test("five days of failure: not an hour earlier", async () => {
    const stage = openStage([feishu, slack], {}, { pollMs: MINUTE_MS });
    stage.bots.fail("feishu/duty", () => ({ status: 500, headers: {}, body: "" }));
    await stage.say(message(1, 7, { at: T }));
    await stage.clock.advance(5 * DAY_MS - 15 * MINUTE_MS);
    expect(stage.store.byId.get(1)?.enabled).toBe(true);
    await stage.clock.advance(30 * MINUTE_MS);
    expect(stage.store.byId.get(1)).toMatchObject({ enabled: false, disabledWhy: expect.stringContaining("五天") });
    expect(states(stage)[0]).toBe("disabled");
    expect(bodyText(stage, "slack/ops")).toHaveLength(2); // when it began to fail, and now
    await stage.notifier.stop();
  }, 60_000);
});

test("what may have been posted is sent again under the same id, and says so where people read it (WHK-06)", async () => {
  const hook = aChannel(5, "webhook", { name: "w" });
  const stage = openStage([feishu, hook]);
  stage.net("feishu/duty", "reset");
  stage.net("webhook/w", "reset");
  await stage.say(message(1, 7, { at: T }), message(5, 7, { at: T }));
  await stage.clock.advance(SECOND_MS);
  stage.net("feishu/duty", null);
  stage.net("webhook/w", null);
  await stage.clock.advance(10 * SECOND_MS);
  expect(bodyText(stage, "feishu/duty")[0]).toContain("可能重复");
  const [first, second] = stage.posts.filter(({ path }) => path === "webhook/w").map(({ request }) => request);
  expect(second!.headers["webhook-id"]).toBe(first!.headers["webhook-id"]);
  expect(second!.body).toBe(first!.body);
  await stage.notifier.stop();
});

test("each try has a signature of its own instant: after an hour of failure it still holds (WHK-07)", async () => {
  const stage = openStage([feishu], { "feishu/duty": { secret: "k" } }, { secretOf: () => "k" });
  stage.net("feishu/duty", "dns");
  await stage.say(message(1, 7, { at: T }));
  await stage.clock.advance(61 * MINUTE_MS);
  stage.net("feishu/duty", null);
  await stage.clock.advance(13 * MINUTE_MS);
  expect(stage.bots.accepted("feishu/duty")).toHaveLength(1);
  await stage.notifier.stop();
});

test("what fired and ended meanwhile is one message that says both (WHK-08)", async () => {
  const stage = openStage([feishu]);
  stage.net("feishu/duty", "dns");
  await stage.say(message(1, 7, { at: T }));
  await stage.clock.advance(29 * MINUTE_MS);
  await stage.say(message(1, 7, { at: stage.clock.now(), status: "resolved", seq: 2 }));
  stage.net("feishu/duty", null);
  await stage.clock.advance(13 * MINUTE_MS);
  expect(bodyText(stage, "feishu/duty")).toHaveLength(1);
  expect(bodyText(stage, "feishu/duty")[0]).toContain("10:02 触发，10:31 恢复");
  expect(states(stage)).toEqual(["coalesced", "delivered"]);
  await stage.notifier.stop();
});

test("a stop waits for what is under way, and no longer than the process may", async () => {
  const stage = openStage([feishu]);
  stage.net("feishu/duty", "timeout");
  await stage.say(message(1, 7, { at: T }));
  await stage.clock.advance(100);
  let stopped = false;
  const stopping = stage.notifier.stop().then(() => (stopped = true));
  await stage.clock.advance(7 * SECOND_MS);
  expect(stopped).toBe(false);
  await stage.clock.advance(2 * SECOND_MS);
  await stopping;
  expect(states(stage)).toEqual(["waiting"]);
});

describe("a test message", () => {
  test("is sent at once, to a channel that is off or paused too, and clears what it failed at", async () => {
    const off = { ...feishu, enabled: false, failures: 9, pausedUntil: shift(T, HOUR_MS), failingSince: T };
    const stage = openStage([off]);
    await expect(stage.notifier.test(1)).resolves.toEqual({ ok: true, said: "0 success" });
    expect(stage.store.byId.get(1)).toMatchObject({ enabled: false, failures: 0, pausedUntil: null });
    expect(bodyText(stage, "feishu/duty")[0]).toContain("[测试]");
    await stage.notifier.stop();
  });

  test("that fails says what was answered and changes nothing", async () => {
    const stage = openStage([feishu], { "feishu/duty": { keyword: "值班" } });
    await expect(stage.notifier.test(1)).resolves.toEqual({ ok: false, said: "19024 Key Words Not Found" });
    expect(stage.store.byId.get(1)).toMatchObject({ enabled: true, failures: 0 });
    expect(states(stage)).toEqual(["dead"]);
    await expect(stage.notifier.test(99)).resolves.toMatchObject({ ok: false });
    await stage.notifier.stop();
  });
});

test("two channels of one robot share its allowance", async () => {
  const twins = [aChannel(3, "wecom", { name: "room" }), aChannel(6, "wecom", { name: "room", language: "en" })];
  const stage = openStage(twins);
  for (let i = 0; i < 30; i++) {
    await stage.say(message(3, 1, { at: stage.clock.now(), seq: i }), message(6, 1, { at: stage.clock.now(), seq: i }));
    await stage.clock.advance(SECOND_MS);
  }
  expect(stage.store.deliveries.filter((one) => one.class === "rate_limited")).toEqual([]);
  await stage.notifier.stop();
});

test("every morning each channel that people or programs read is told that Dapan is on watch, once", async () => {
  const channels = [
    feishu,
    slack,
    aChannel(5, "pagerduty", { name: "p" }),
    aChannel(6, "feishu", { name: "off", enabled: false }),
  ];
  const stage = openStage(channels, {}, { heartbeatHour: () => 11, pollMs: MINUTE_MS }); // it is 10:02 in Shanghai
  await stage.clock.advance(57 * MINUTE_MS);
  expect(stage.posts).toEqual([]);
  await stage.clock.advance(23 * HOUR_MS);
  expect(stage.posts.map(({ path }) => path).sort()).toEqual(["feishu/duty", "slack/ops"]);
  await stage.clock.advance(2 * HOUR_MS);
  expect(stage.posts).toHaveLength(4);
  expect(bodyText(stage, "feishu/duty")[1]).toContain("大盘在值守");
  await stage.notifier.stop();
});

test("tests, heartbeats and troubles end by themselves on boards of machines", async () => {
  const stage = openStage([aChannel(9, "webhook", { name: "w" })]);
  await stage.notifier.test(9);
  const { data } = JSON.parse(stage.bots.accepted("webhook/w")[0]!.body) as { data: { alerts: { endsAt: number }[] } };
  expect(data.alerts[0]!.endsAt).toBe(T + 5 * MINUTE_MS);
  await stage.notifier.stop();
});

test("an incident told before it had a number is the same one when it is over", async () => {
  const stage = openStage([feishu]);
  stage.net("feishu/duty", "dns");
  const born = message(1, 7, { at: T, no: 7 });
  await stage.say({ ...born, notice: { ...born.notice, lines: [aLine({ no: 0, what: "as it began" })] } });
  await stage.clock.advance(MINUTE_MS);
  await stage.say(message(1, 7, { at: stage.clock.now(), no: 7, status: "resolved", seq: 2 }));
  stage.net("feishu/duty", null);
  await stage.clock.advance(10 * MINUTE_MS);
  expect(bodyText(stage, "feishu/duty")).toHaveLength(1);
  expect(bodyText(stage, "feishu/duty")[0]).not.toContain("as it began");
  expect(bodyText(stage, "feishu/duty")[0]).toContain("10:02 触发，10:03 恢复");
  await stage.notifier.stop();
});

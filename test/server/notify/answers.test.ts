import { describe, expect, test } from "vitest";
import type { ChannelKind, DeliveryClass } from "../../../db/model/channel.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { Answer } from "../../../server/notify/platform.ts";
import { classify } from "../../../server/notify/platforms.ts";
import { T } from "./stage.ts";

const answer = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  at: unixMs(T),
  status,
  body,
  headers,
});
const MINUTE = 60_000;
type Row = readonly [claim: string, kind: ChannelKind, status: number, body: string, is: DeliveryClass, waits?: number];

/** HTTP 200 with an error inside is a failure (WHK-03); bodies as facts/integrations.md 1.1 to 1.9 has them. */
const INSIDE_OF_200: readonly Row[] = [
  ["Feishu: bad request", "feishu", 200, '{"code":9499,"msg":"Bad Request","data":{}}', "bad_body"],
  [
    "Feishu: too many, under the code of a bad request",
    "feishu",
    200,
    '{"code":9499,"msg":"too many request"}',
    "rate_limited",
    MINUTE,
  ],
  ["Feishu: frequency", "feishu", 200, '{"code":11232,"msg":"frequency limited"}', "rate_limited", MINUTE],
  [
    "Feishu: signature or clock",
    "feishu",
    200,
    '{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}',
    "auth",
  ],
  ["Feishu: address list", "feishu", 200, '{"code":19022,"msg":"Ip Not Allowed"}', "auth"],
  ["Feishu: keyword", "feishu", 200, '{"code":19024,"msg":"Key Words Not Found"}', "auth"],
  ["Feishu: the old field alone", "feishu", 200, '{"StatusCode":19024,"StatusMessage":"Key Words Not Found"}', "auth"],
  ["Feishu: parameters", "feishu", 200, '{"code":19002,"msg":"params error, msg_type need"}', "bad_body"],
  ["Feishu: a page of HTML", "feishu", 200, "<html>busy</html>", "unavailable"],
  ["Feishu: an unknown code", "feishu", 200, '{"code":12345,"msg":"?"}', "unavailable"],
  [
    "DingTalk: too fast",
    "dingtalk",
    200,
    '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}',
    "rate_limited",
    10 * MINUTE,
  ],
  ["DingTalk: keywords", "dingtalk", 200, '{"errcode":310000,"errmsg":"keywords not in content"}', "auth"],
  ["DingTalk: signature", "dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', "auth"],
  ["DingTalk: address list", "dingtalk", 200, '{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}', "auth"],
  ["DingTalk: token", "dingtalk", 200, '{"errcode":300001,"errmsg":"token is not exist"}', "auth"],
  ["DingTalk: body too long", "dingtalk", 200, '{"errcode":460101,"errmsg":"body 大小不合法"}', "bad_body"],
  ["DingTalk: group dissolved", "dingtalk", 200, '{"errcode":400013,"errmsg":"chat disbanded"}', "gone"],
  ["DingTalk: busy", "dingtalk", 200, '{"errcode":-1,"errmsg":"系统繁忙"}', "unavailable"],
  [
    "DingTalk: its gate punishes",
    "dingtalk",
    200,
    '{"status":1111,"wait":5,"source":"x5","punish":"deny"}',
    "rate_limited",
    10 * MINUTE,
  ],
  ["DingTalk: a page of HTML", "dingtalk", 200, "<!DOCTYPE html>", "unavailable"],
  ["DingTalk: a redirect", "dingtalk", 302, "", "unavailable"],
  ["WeCom: frequency", "wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', "rate_limited", MINUTE],
  ["WeCom: bad webhook", "wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', "auth"],
  ["WeCom: too long", "wecom", 200, '{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}', "bad_body"],
  ["WeCom: busy", "wecom", 200, '{"errcode":-1,"errmsg":"busy"}', "unavailable"],
  ["Slack: no service", "slack", 200, "no_service", "auth"],
  ["Slack: not ok in JSON", "slack", 200, '{"ok":false,"error":"invalid_blocks"}', "bad_body"],
  ["Slack: a page of HTML", "slack", 200, "<html>", "unavailable"],
  ["Teams: throttled inside", "teams", 200, '{"error":{"code":"TooManyRequests","message":"429"}}', "rate_limited"],
  [
    "Telegram: not ok",
    "telegram",
    200,
    '{"ok":false,"error_code":429,"parameters":{"retry_after":7}}',
    "rate_limited",
    7_000,
  ],
];

const OTHERS: readonly Row[] = [
  ["Feishu takes it", "feishu", 200, '{"code":0,"msg":"success","data":{}}', "ok"],
  ["Feishu: the gateway", "feishu", 502, "bad gateway", "unavailable"],
  ["DingTalk takes it", "dingtalk", 200, '{"errcode":0,"errmsg":"ok"}', "ok"],
  ["WeCom takes it", "wecom", 200, '{"errcode":0,"errmsg":"ok"}', "ok"],
  ["Slack takes it", "slack", 200, "ok", "ok"],
  ["Slack: JSON ok", "slack", 200, '{"ok":true}', "ok"],
  ["Slack: rate", "slack", 429, "rate_limited", "rate_limited"],
  ["Slack: archived", "slack", 410, "channel_is_archived", "gone"],
  ["Slack: no channel", "slack", 404, "channel_not_found", "auth"],
  ["Slack: prohibited", "slack", 403, "action_prohibited", "auth"],
  ["Slack: payload", "slack", 400, "invalid_payload", "bad_body"],
  ["Slack: theirs", "slack", 500, "rollup_error", "unavailable"],
  ["Teams takes it", "teams", 202, "", "ok"],
  ["Teams: too large", "teams", 413, '{"error":{"code":"RequestEntityTooLarge"}}', "bad_body"],
  ["Teams: no such workflow", "teams", 404, "", "auth"],
  ["Telegram takes it", "telegram", 200, '{"ok":true,"result":{}}', "ok"],
  ["Telegram: token", "telegram", 401, '{"ok":false,"error_code":401,"description":"Unauthorized"}', "auth"],
  [
    "Telegram: kicked",
    "telegram",
    403,
    '{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"}',
    "auth",
  ],
  [
    "Telegram: no chat",
    "telegram",
    400,
    '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}',
    "auth",
  ],
  [
    "Telegram: entities",
    "telegram",
    400,
    '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities"}',
    "bad_body",
  ],
  ["PagerDuty takes it", "pagerduty", 202, '{"status":"success"}', "ok"],
  [
    "PagerDuty: event",
    "pagerduty",
    400,
    '{"status":"invalid event","errors":["\'payload.source\' is missing"]}',
    "bad_body",
  ],
  ["PagerDuty: key", "pagerduty", 400, '{"status":"invalid event","errors":["Invalid routing key"]}', "auth"],
  ["PagerDuty: rate", "pagerduty", 429, "", "rate_limited"],
  ["a webhook takes it", "webhook", 204, "", "ok"],
  ["a webhook: redirect", "webhook", 307, "", "unavailable"],
  ["a webhook: anything else is tried again", "webhook", 404, "", "unavailable"],
  ["a webhook: too long", "webhook", 413, "", "bad_body"],
  ["a webhook: gone", "webhook", 410, "", "gone"],
  ["an Alertmanager takes it", "alertmanager", 200, "", "ok"],
  ["an Alertmanager: labels", "alertmanager", 400, '"invalid label set"', "bad_body"],
  ["an Alertmanager: down", "alertmanager", 503, "", "unavailable"],
  ["a receiver of webhook v4: 401", "alertmanager_webhook", 401, "", "auth"],
  ["mail went out", "email", 250, "2.0.0 Ok: queued", "ok"],
  ["mail: greylisted", "email", 451, "4.7.1 Greylisted", "unavailable"],
  ["mail: sign-in", "email", 535, "5.7.8 authentication failed", "auth"],
  ["mail: no such mailbox", "email", 550, "5.1.1 mailbox unknown", "auth"],
  ["mail: too long", "email", 552, "5.3.4 message too big", "bad_body"],
];

describe("what an answer means", () => {
  const rows = [...INSIDE_OF_200, ...OTHERS].map(([claim, kind, status, body, is, waits]) => ({
    claim,
    kind,
    status,
    body,
    is,
    waits,
  }));
  test.each(rows)("$claim", ({ kind, status, body, is, waits }) => {
    const said = classify(kind, answer(status, body));
    expect(said.class).toBe(is);
    if (waits !== undefined) expect(said.retryAfterMs).toBe(waits);
  });

  test("nothing inside of a 200 counts as delivered", () => {
    expect(
      INSIDE_OF_200.filter(([, kind, status, body]) => classify(kind, answer(status, body)).class === "ok"),
    ).toEqual([]);
  });

  test("a pause is heeded up to an hour, in seconds and as a date, and never negative", () => {
    const asked = (value: string) => classify("webhook", answer(429, "", { "retry-after": value })).retryAfterMs;
    expect(asked("7")).toBe(7_000);
    expect(asked(new Date(T + 30_000).toUTCString())).toBe(30_000);
    expect(asked(new Date(T - 30_000).toUTCString())).toBe(0);
    expect(asked("999999999")).toBe(3_600_000);
    for (const nonsense of ["", "soon", "-5", "1e9", "NaN"])
      expect(asked(nonsense) ?? 0).toBeLessThanOrEqual(3_600_000);
  });

  test("what a platform says is kept short, on one line, without what turns text around", () => {
    const { text } = classify("webhook", answer(500, `a\n\u202Eb\0${"x".repeat(4_000)}`));
    expect(text).toHaveLength(512);
    expect(text).not.toMatch(/[\n\0\u202E]/);
  });
});

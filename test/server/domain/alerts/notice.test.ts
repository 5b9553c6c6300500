import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Language } from "../../../../db/model/channel.ts";
import { ACTIONS } from "../../../../db/model/rule.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { fill } from "../../../../server/domain/alerts/fill.ts";
import { ACTION_WORDS } from "../../../../server/domain/alerts/notice-words.ts";
import { MOST_LINES, noticeOf, type NoticeContext, type Told } from "../../../../server/domain/alerts/notice.ts";
import { at, incident, rule } from "./hand.ts";

const context = (language: Language): NoticeContext => ({
  language,
  zone: "Asia/Shanghai",
  ruleOf: (id) => (id === "temp-core" ? rule() : null),
  costOf: (some) => `${some.length}.00 CNY`,
  links: () => [{ label: "Open", url: "https://dapan.example/alerts" }],
  pageOf: ({ id }) => `https://dapan.example/alerts/incidents/${id}`,
  now: at(HOUR_MS),
});
const toldOf = (id: number, part: Partial<Told> = {}): Told => ({
  ...incident({ labels: { card: `GPU-${id}` }, cardIds: [id] }),
  id,
  holders: ["train/llm-0"],
  ...part,
});
const noticeIn = (language: Language, ...told: readonly Told[]) =>
  noticeOf(
    {
      group: { channelId: 1, routeId: 1, key: "k", seq: 3, bornAt: 0, nextAt: 0, lastAt: 0, said: {} },
      reason: "first",
      firing: told.filter(({ phase }) => phase === "firing"),
      resolved: told.filter(({ phase }) => phase === "resolved"),
    },
    told,
    context(language),
  );

describe("a message", () => {
  test("is of its own group: two routes to one channel may both speak of a region, and only one of them be done", () => {
    const keyOf = (routeId: number) => {
      const group = { channelId: 1, routeId, key: "region north", seq: 1, bornAt: 0, nextAt: 0, lastAt: 0, said: {} };
      const saying = { group, reason: "first", firing: [toldOf(1)], resolved: [] } as const;
      return noticeOf(saying, [toldOf(1)], context("en")).groupKey;
    };
    expect(keyOf(1)).not.toBe(keyOf(2));
    expect(keyOf(1)).toBe(keyOf(1)); // the same in every message of the group: PagerDuty resolves by it
  });

  test("says whether its sentences name amounts: those of a rule about money, to a channel that shows them", () => {
    const dear = rule({ condition: { kind: "money", measure: "margin", compare: "<", threshold: 0 } });
    const group = { channelId: 1, routeId: 1, key: "k", seq: 1, bornAt: 0, nextAt: 0, lastAt: 0, said: {} };
    const saying = { group, reason: "first", firing: [toldOf(1)], resolved: [] } as const;
    const says = (over: Partial<NoticeContext>) => noticeOf(saying, [toldOf(1)], { ...context("en"), ...over }).hasAmounts;
    expect([says({}), says({ ruleOf: () => dear }), says({ ruleOf: () => dear, showsMoney: false })]).toEqual([false, true, false]);
  }); // prettier-ignore

  test("reads alone: how bad, what, where, since when, what it costs, what to do", () => {
    expect(noticeIn("en", toldOf(1))).toMatchObject({
      kind: "incidents",
      status: "firing",
      severity: "P2",
      seq: 3,
      title: "[Warning] GPU-1 is hot: 91 °C",
      lines: [
        {
          no: 1,
          what: "GPU-1 is hot: 91 °C",
          where: "north / train / gpu-01 / GPU-1",
          since: "11-22 16:00",
          detail: "1 card, hits train/llm-0",
        },
      ],
      more: 0,
      costPerHour: "1.00 CNY",
      todo: "Check cooling and air flow",
      alerts: [
        {
          status: "firing",
          labels: { alertname: "temp-core", severity: "P2", card: "GPU-1", node: "gpu-01" },
          endsAt: null,
        },
      ],
    });
    expect(noticeIn("zh-CN", toldOf(1))).toMatchObject({
      title: "[警告] GPU-1 过热：91 ℃",
      lines: [{ what: "GPU-1 过热：91 ℃", detail: "1 张卡，影响 train/llm-0" }],
      todo: "检查散热和机柜风道",
    });
  });

  test("lists 20 incidents and counts the others (A-09)", () => {
    for (const count of [1, 19, 20, 21, 2_000]) {
      const notice = noticeIn("en", ...Array.from({ length: count }, (_, i) => toldOf(i + 1)));
      expect(notice.lines.length).toBe(Math.min(count, MOST_LINES));
      expect(notice.lines.length + notice.more).toBe(count);
    }
    expect(noticeIn("en", ...Array.from({ length: 2_000 }, (_, i) => toldOf(i + 1))).title).toMatch(
      /^\[Warning\] GPU-\d+ is hot: 91 °C and 1999 more, 2000 cards in all$/,
    );
  });

  test("names the worst first, what fires before what is over", () => {
    const ended = { phase: "resolved", resolvedAt: at(HOUR_MS) } as const;
    const notice = noticeIn("en", toldOf(1), toldOf(2, { severity: "P1", ...ended }), toldOf(3, { severity: "P1" }));
    expect(notice.lines.map(({ no }) => no)).toEqual([3, 1, 2]);
    expect(notice).toMatchObject({ severity: "P1", status: "mixed" });
  });

  test("of an end says so, and neither costs nor asks anything", () => {
    const notice = noticeIn("en", toldOf(1, { phase: "resolved", resolvedAt: at(HOUR_MS) }));
    expect(notice).toMatchObject({
      status: "resolved",
      costPerHour: "",
      todo: "",
      lines: [{ since: "11-22 16:00 – 11-22 17:00" }],
    });
    expect(notice.title).toMatch(/^\[Resolved\]/);
  });

  test("asks for what the error itself asks for, before what its rule does", () => {
    expect(noticeIn("en", toldOf(1, { values: { action: "rma_diagnose" } })).todo).toBe(ACTION_WORDS.rma_diagnose.en);
    expect(noticeIn("en", toldOf(1, { values: { action: "rm -rf /" } })).todo).toBe(ACTION_WORDS.check_cooling.en);
  });

  test("knows the rules about rules, which no book holds", () => {
    const fault = toldOf(1, { ruleId: "rule-fault", values: { rule: "u-1", fault: "no such source" } });
    expect(noticeIn("zh-CN", fault).title).toBe("[警告] 规则 u-1 无法评估：no such source");
  });

  test("speaks one language", () => {
    const han = /\p{Script=Han}/u;
    const words = [
      ...ACTIONS.map((action) => ACTION_WORDS[action].en),
      ...Object.values(noticeIn("en", toldOf(1))).map(String),
    ];
    expect(words.filter((text) => han.test(text))).toEqual([]);
    expect(ACTIONS.filter((action) => !han.test(ACTION_WORDS[action].zh))).toEqual([]);
  });
});

describe("what others named is data", () => {
  test("on one line, of a bounded length, without characters that turn what follows", () => {
    const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
        const { title, lines } = noticeIn("en", toldOf(1, { values: { card: name, value: 91 }, holders: [name] }));
        for (const text of [title, lines[0]!.what, lines[0]!.detail]) {
          expect(unseen.test(text)).toBe(false);
          expect(text.length).toBeLessThan(600);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("its braces fill nothing, and names every object has are names like others", () => {
    const sentence = { zh: "{a} {b}", en: "{a} {constructor} {__proto__} {missing}" };
    expect(fill(sentence, { a: "{b}", b: "B" })).toEqual({ zh: "{b} B", en: "{b} – – –" });
  });

  test("figures are short, and one nobody said is a dash", () => {
    const shown = (value: string | number) => fill({ zh: "{v}", en: "{v}" }, { v: value }).en;
    expect([91, 0, 0.123456, 99.96, 12_345.678, Number.NaN, ""].map(shown)).toEqual([
      "91",
      "0",
      "0.123",
      "100",
      "12346",
      "–",
      "–",
    ]);
  });
});

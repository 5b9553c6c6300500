import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHANNEL_KINDS, type ChannelKind, type Notice } from "../../../db/model/channel.ts";
import { feishu } from "../../../server/notify/channels/feishu.ts";
import type { ToSay } from "../../../server/notify/platform.ts";
import { PLATFORMS } from "../../../server/notify/platforms.ts";
import { readAs } from "./readers.ts";
import { aLine, aNotice, toSay } from "./stage.ts";

const HUMAN = ["feishu", "dingtalk", "wecom", "slack", "teams", "telegram", "email"] as const;
const RUNS = process.env["DAPAN_SEED"] === "random" ? 15_000 : 150; // 7 platforms: 100,000 cases and more in `npm run fuzz`

/** WHK-12, and what else people have tried in names of pods. */
const ATTACKS = [
  '<at user_id="all"></at>',
  "<at id=all></at>",
  "@all",
  "@所有人",
  "@13800138000",
  "<!channel>",
  "<!here|here>",
  "<@U123>",
  "<@all>",
  "<at>Boss</at>",
  "](http://evil.example)",
  "[click](http://evil.example)",
  "![x](http://evil.example/p.png)",
  "<a href='http://evil.example'>x</a>",
  '"><img src=http://evil.example/p.png>',
  "http://evil.example/",
  "HTTPS://EVIL.example",
  "www.evil.example",
  "ftp://evil.example",
  "<http://evil.example|click>",
  '</code><a href="tg://user?id=1">x</a>',
  "@durov",
  "/start",
  "\n# heading",
  "\r\nBcc: victim@example.com",
  "\u2028> quote",
  "\u202Egnp.live",
  "\u2066x\u2069",
  "&lt;script&gt;",
  "&#60;at id=all&#62;",
  "\\](http://evil.example)",
  "{{constructor.constructor('return process')()}}",
  "${process.env.HOME}",
  "\ud800",
  "\0",
  "𠜎𠜱👩‍👩‍👧‍👦",
  "长".repeat(500),
];

const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ATTACKS) },
      { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
      {
        weight: 1,
        arbitrary: fc.string({ unit: fc.constantFrom(...Array.from('<>@[]()!#*_`|\\&:/."')), maxLength: 12 }),
      },
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(""));
const line = fc.record({
  status: fc.constantFrom("firing" as const, "resolved" as const),
  no: fc.nat(99),
  severity: fc.constantFrom("P1" as const, "P2" as const, "P3" as const),
  what: text,
  where: text,
  since: fc.constant("11-22 10:02"),
  detail: text,
});
const LINKS = [
  { label: "打开", url: "https://dapan.example.com/alerts/41" },
  { label: "静默 2 小时", url: "https://dapan.example.com/a?t=mute.41.1.1795312920000.a-b_c" },
];
const notices = fc
  .record({
    title: text,
    lines: fc.array(line, { maxLength: 80 }),
    more: fc.nat(3),
    costPerHour: text,
    todo: text,
    groupKey: text,
    status: fc.constantFrom("firing" as const, "resolved" as const, "mixed" as const),
    language: fc.constantFrom("zh-CN" as const, "en" as const),
    isRepeat: fc.boolean(),
  })
  .map((part): Notice => aNotice({ ...part, links: LINKS }));

/** Settings whose mentions are what each platform takes. */
const OURS: Readonly<Record<(typeof HUMAN)[number], readonly string[]>> = {
  feishu: ["ou_7d8a6e6df7621556ce0d21922b676706"],
  dingtalk: ["13900001111"],
  wecom: ["zhangsan"],
  slack: ["U024BE7LH"],
  teams: ["duty@example.com"],
  telegram: ["123456789"],
  email: [],
};
const MENTION: Readonly<Record<(typeof HUMAN)[number], (id: string) => string>> = {
  feishu: (id) => `<at id=${id}></at>`,
  dingtalk: (id) => id,
  wecom: (id) => `<@${id}>`,
  slack: (id) => `@${id}`,
  teams: (id) => `<at>${id}</at>`,
  telegram: (id) => id,
  email: (id) => id,
};
const say = (kind: ChannelKind, notice: Notice, keyword = "", mentions: readonly string[] = []): ToSay => {
  const usual = toSay(kind);
  return { ...usual, notice, settings: { ...usual.settings, keyword, mentions } };
};
const size = (kind: ChannelKind, body: string): number =>
  Buffer.byteLength(
    kind === "wecom"
      ? (JSON.parse(body) as { markdown: { content: string } }).markdown.content
      : kind === "telegram"
        ? (JSON.parse(body) as { text: string }).text
        : body,
  );

describe("whatever data says, readers see text: mentions and links are ours alone, no image (WHK-12)", () => {
  test.each(HUMAN)(
    "%s",
    (kind) => {
      fc.assert(
        fc.property(notices, (notice) => {
          const read = readAs(kind, PLATFORMS[kind].render(say(kind, notice, "", OURS[kind])));
          const called = notice.status === "resolved" ? [] : OURS[kind].map(MENTION[kind]);
          const links = LINKS.map(({ url }) => url);
          expect(read.images).toEqual([]);
          expect(read.mentions).toEqual(called);
          expect(new Set(read.links)).toEqual(new Set(links));
        }),
        { numRuns: RUNS },
      );
    },
    300_000,
  );

  test.each(HUMAN.filter((kind) => kind !== "feishu"))("%s: the reader would notice", (kind) => {
    // what each attack would do if it stood there as it is
    const raw = (attack: string) => {
      const outgoing = PLATFORMS[kind].render(say(kind, aNotice({ links: [], lines: [aLine({ what: "MARK" })] })));
      if (outgoing.via === "smtp") return readAs(kind, { ...outgoing, html: outgoing.html.replace("MARK", attack) });
      const body = JSON.stringify(JSON.parse(outgoing.body), (_, value: unknown) => {
        if (typeof value !== "string" || !value.includes("MARK")) return value;
        return value.replace("MARK", kind === "telegram" ? `</code>${attack}<code>` : attack);
      });
      const shown =
        kind === "slack" || kind === "teams"
          ? body.replaceAll("plain_text", "mrkdwn").replaceAll("RichTextBlock", "x").replaceAll("TextRun", "TextBlock")
          : body;
      return readAs(kind, { ...outgoing, body: shown });
    };
    const seen = ATTACKS.filter((attack) => {
      const { mentions, links, images } = raw(attack);
      return mentions.length + links.length + images.length > 0;
    });
    expect(seen.length).toBeGreaterThanOrEqual(6);
  });
});

describe("every body is valid, fits, and holds the keyword (WHK-14)", () => {
  const KEYWORD = "大盘";
  test.each(CHANNEL_KINDS)(
    "%s",
    (kind) => {
      const { mostBytes, render } = PLATFORMS[kind];
      fc.assert(
        fc.property(notices, (notice) => {
          const outgoing = render(say(kind, notice, KEYWORD));
          const { texts } = readAs(kind, outgoing);
          for (const one of texts) {
            expect(one).not.toMatch(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\0]|\p{Cs}/u);
          }
          if (outgoing.via === "smtp") return;
          expect(size(kind, outgoing.body)).toBeLessThanOrEqual(mostBytes);
          expect(Buffer.from(outgoing.body, "utf8").toString("utf8")).toBe(outgoing.body);
          if (["feishu", "dingtalk", "wecom", "slack", "teams", "telegram"].includes(kind))
            expect(outgoing.body).toContain(KEYWORD);
        }),
        { numRuns: Math.ceil(RUNS / 2) },
      );
    },
    300_000,
  );

  test("what does not fit is counted, in the reader's words", () => {
    const lines = Array.from({ length: 300 }, (_, i) => aLine({ no: i + 1, what: "双比特 ECC 错误".repeat(10) }));
    for (const [language, words] of [
      ["zh-CN", /…另有 (\d+) 条/],
      ["en", /…\+(\d+) more/],
    ] as const) {
      const outgoing = PLATFORMS.wecom.render(say("wecom", aNotice({ lines, more: 700, language })));
      const { texts } = readAs("wecom", outgoing);
      const told = [...texts.join().matchAll(/ #\d+ /g)].length;
      expect(told).toBeGreaterThan(3);
      expect(Number(words.exec(texts.join())?.[1])).toBe(1_000 - told);
    }
  });

  test("a public address too long for the platform is said as such, not cut", () => {
    const links = [{ label: "x", url: `https://dapan.example.com/${"a".repeat(25_000)}` }];
    expect(() => feishu.render(say("feishu", aNotice({ links })))).toThrow(/shorten the public URL/);
  });
});

test("nobody is called when all is over", () => {
  const over = aNotice({ status: "resolved", lines: [aLine({ status: "resolved" })] });
  for (const kind of HUMAN) {
    const usual = say(kind, over, "", OURS[kind]);
    const all = { ...usual, settings: { ...usual.settings, mentionsAll: true } };
    expect(readAs(kind, PLATFORMS[kind].render(all)).mentions).toEqual([]);
  }
});

test("settings that are no names of the platform call nobody", () => {
  for (const kind of HUMAN) {
    const strange = ["<at id=all></at>", "](http://evil.example)", "a b", ""];
    const { mentions, links } = readAs(kind, PLATFORMS[kind].render(say(kind, aNotice({ links: [] }), "", strange)));
    expect([mentions, links]).toEqual([[], []]);
  }
});

test("messages are data all the way: what looks like a template is said letter by letter (WHK-13)", () => {
  const evil = "{{constructor.constructor('return 7*7')()}} ${7*7} %s";
  const outgoing = PLATFORMS.slack.render(say("slack", aNotice({ lines: [aLine({ what: evil })] })));
  expect(readAs("slack", outgoing).texts.join("\n")).toContain(evil);
});

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { ChannelKind } from "../../db/model/channel.ts";
import { makeValue } from "../../reports/make-value.ts";
import { documentOf } from "../../reports/write-document.ts";
import type { HttpPost } from "../../server/notify/platform.ts";
import { PLATFORMS } from "../../server/notify/platforms.ts";
import { digestNotice } from "../../server/usecases/patrol/delivery.ts";
import { sampleFacts } from "../fixtures/report-facts.ts";
import { readAs } from "../server/notify/readers.ts";
import { toSay } from "../server/notify/stage.ts";

/** `DAPAN_GOLDEN=write` writes them anew; a change to them is a change of what a group reads. */
const GOLDEN = path.resolve("test/golden/reports");
const LINK = "https://dapan.example/patrol/reports/7";
const CHATS = ["feishu", "dingtalk", "wecom", "slack", "teams", "telegram"] as const satisfies readonly ChannelKind[];
const FROM_ABROAD: readonly ChannelKind[] = ["slack", "teams", "telegram"];

const value = makeValue(sampleFacts());
const posted = (kind: ChannelKind): HttpPost => {
  const language = FROM_ABROAD.includes(kind) ? "en" : "zh-CN";
  const document = documentOf(value, language, { link: LINK, madeAt: Date.UTC(2026, 10, 16, 1, 7) });
  return PLATFORMS[kind].render(toSay(kind, { notice: digestNotice(document, "report/7") })) as HttpPost;
};

describe("the digest as each chat gets it", () => {
  test.each(CHATS)("%s: what was agreed", (kind) => {
    const file = path.join(GOLDEN, `digest.${kind}.json`);
    const body = `${JSON.stringify(JSON.parse(posted(kind).body), null, 1)}\n`;
    if (process.env["DAPAN_GOLDEN"] === "write") {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(file, body);
    }
    expect(body).toBe(readFileSync(file, "utf8"));
  });

  test.each(CHATS)("%s: nobody is called, no image is shown, and the report is the only link", (kind) => {
    const read = readAs(kind, posted(kind));
    expect(read.mentions).toEqual([]);
    expect(read.images).toEqual([]);
    expect(new Set(read.links)).toEqual(new Set([LINK]));
  });

  test.each(CHATS)("%s: the cost is the value's", (kind) => {
    expect(posted(kind).body.replaceAll("\\\\", "").replaceAll("\\", "")).toContain("209,452.34");
  });
});

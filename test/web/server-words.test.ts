import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evidenceWord } from "../../web/lib/evidence-words.ts";
import { usageRefusal } from "../../web/lib/usage-refusal.ts";
import { runbookIn } from "../../web/lib/runbook.ts";

const FOLDER = new URL("../../docs/runbooks/", import.meta.url);
const HAN = /\p{Script=Han}/u;

test("a reader of a runbook sees one language, whole", () => {
  for (const file of readdirSync(FOLDER)) {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    const [zh, en] = [runbookIn(text, "zh"), runbookIn(text, "en")];
    expect([file, HAN.test(en), zh.includes("**Means**")]).toEqual([file, false, false]);
    for (const part of ["**含义**", "**检查**", "**处理**", "**升级**"]) expect(zh).toContain(part);
    for (const part of ["**Means**", "**Check**", "**Do**", "**Escalate**", "Source: "]) expect(en).toContain(part);
  }
});

test("a runbook in one language is shown whole to everybody", () => {
  const english = "# Dropped\n\n## Look first\n\nat the log";
  const chinese = "# 掉卡\n\n## 先看\n\n日志";
  for (const text of [english, chinese, ""])
    for (const lang of ["zh", "en"] as const) expect(runbookIn(text, lang)).toBe(text);
});

test("what a rule writes beside a figure has words; what comes from outside stays as it is", () => {
  expect(evidenceWord("declared")?.word).toBe("declared");
  expect(evidenceWord("7 of 8 cards below 5 %")).toEqual({ word: "still", fill: { n: "7", of: "8", share: "5" } });
  expect(evidenceWord("median of its job's other cards: 412.5")?.fill.n).toBe("412.5");
  expect(evidenceWord("NVRM: Xid (PCI:0000:1b:00): 79, seen")).toBeNull();
});

test("what the server says of a price or a source has words, whichever row it names", () => {
  expect(usageRefusal('row 2, feature: there is no "chat"; add it')).toEqual({ word: "feature", name: "chat" });
  expect(usageRefusal("to: it ends at 2026-11-01, which is not after 2026-11-02")?.word).toBe("window");
  expect(usageRefusal('name: "a b" cannot be one; write 1 to 64 letters')?.name).toBe("a b");
  expect(usageRefusal("query: expected a selector")).toBeNull();
});

import type { Lang } from "./format.ts";

const HAN = /\p{Script=Han}/u;

/**
 * The reader's half of a runbook. Pages say everything in Chinese and then, under a heading of level two without Chinese,
 * in English; a page in one language is shown whole.
 */
export function runbookIn(text: string, lang: Lang): string {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.startsWith("## ") && !HAN.test(line));
  const chinese = lines.slice(0, Math.max(0, at)).join("\n");
  if (!HAN.test(chinese)) return text;
  return lang === "zh" ? chinese.trimEnd() : lines.slice(at).join("\n");
}

import type { HoleCause } from "../../../../db/model/patrol.ts";
import type { TwoTongues } from "../../../../db/model/rule.ts";
import { SLOT_MS } from "../../../../db/model/time.ts";
import { type Check, MOST_NAMED, NOT_WATCHED_WORDS, NO_WATCH, reached, type Seen } from "../check.ts";
import { coverageOf, type PatrolFacts, sumOf } from "../patrol-facts.ts";

/** Why time is missing, as it stands in a sentence. */
const CAUSES: Readonly<Record<HoleCause, TwoTongues>> = {
  no_reading: { zh: "读数中断，原因不明", en: "readings that ended, nobody said why" },
  source_down: { zh: "数据源读不到", en: "sources that could not be read" },
  card_gone: { zh: "卡从采集端消失", en: "cards that exporters no longer named" },
  dapan_down: { zh: "Dapan 停机", en: "Dapan being down" },
  not_yet_seen: { zh: "已登记但从未读到", en: "cards that were declared and never read" },
  node_down: { zh: "节点宕机", en: "nodes being down" },
  not_kept: { zh: "明细已过保留期", en: "causes that are no longer kept" },
};
const lowWords = ({ zh, en }: TwoTongues): TwoTongues => ({
  zh: `只观测到 {coverageRatio} 的卡时，缺得最多的原因：${zh}`,
  en: `Only {coverageRatio} of the card-time was observed; most is missing for ${en}`,
});

const coverage: Check = {
  item: {
    id: "dapan.coverage",
    group: "dapan",
    title: { zh: "数据覆盖率", en: "Coverage" },
    unit: "ratio",
    sentences: {
      ok: { zh: "观测到 {coverageRatio} 的卡时", en: "{coverageRatio} of the card-time was observed" },
      ...Object.fromEntries(Object.entries(CAUSES).map(([cause, words]) => [`low_${cause}`, lowWords(words)])),
      low: {
        zh: "只观测到 {coverageRatio} 的卡时",
        en: "Only {coverageRatio} of the card-time was observed",
      },
      no_cards: { zh: "没有自有卡的时段", en: "No card was ours in the period" },
    },
    advice: {
      zh: "看覆盖率证书里缺得最多的节点和原因",
      en: "See in the coverage certificate which nodes miss most, and why",
    },
    source: "99.9 % and 99 %: ours; every missing minute is listed whatever the verdict",
  },
  see: (facts) => {
    const coverageRatio = coverageOf(facts);
    if (coverageRatio === null)
      return { verdict: "unknown", because: "no_cards", values: {}, measure: null, named: [] };
    const verdict = coverageRatio >= 0.999 ? "ok" : coverageRatio >= 0.99 ? "warn" : "bad";
    const [worst] = (facts.causes ?? []).toSorted((a, b) => b.ms - a.ms);
    const low = worst === undefined ? "low" : `low_${worst.cause}`;
    const because = verdict === "ok" ? "ok" : low;
    return { verdict, because, values: { coverageRatio }, measure: coverageRatio, named: [] };
  },
};

const sources: Check = {
  item: {
    id: "dapan.sources",
    group: "dapan",
    title: { zh: "数据源", en: "Sources" },
    unit: "targets",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "{targets} 个目标都读得到", en: "All {targets} targets are read" },
      down: { zh: "{targets} 个目标中 {down} 个读不到", en: "{down} of {targets} targets cannot be read" },
      none: { zh: "没有配置数据源", en: "No source is configured" },
    },
    advice: { zh: "看数据源页上的故障说明", en: "See on the sources page what is at fault" },
    source: "any target is a warning, a tenth of them bad: ours",
  },
  see: ({ watch }) => {
    if (watch === null) return NO_WATCH;
    const targets = watch.sources.reduce((sum, one) => sum + one.targets, 0);
    const down = watch.sources.reduce((sum, one) => sum + one.down, 0);
    if (targets === 0) return { verdict: "unknown", because: "none", values: {}, measure: null, named: [] };
    const verdict = down === 0 ? "ok" : down / targets >= 0.1 ? "bad" : "warn";
    const named = watch.sources.filter((one) => one.down > 0).toSorted((a, b) => b.down - a.down);
    return {
      verdict,
      because: verdict === "ok" ? "ok" : "down",
      values: { targets, down },
      measure: down,
      named: named.slice(0, MOST_NAMED).map(({ name }) => name),
    };
  },
};

/** Causes that are ours to mend, not the fleet's. */
const OURS: readonly HoleCause[] = ["dapan_down", "source_down"];

const outages: Check = {
  item: {
    id: "dapan.outages",
    group: "dapan",
    title: { zh: "采集中断", en: "Collecting interrupted" },
    unit: "ratio",
    sentences: {
      ok: {
        zh: "没有因 Dapan 或数据源中断而缺的卡时",
        en: "No card-time is missing because Dapan or a source was down",
      },
      found: {
        zh: "因 Dapan 停机缺 {dapanMs} 卡时，因数据源中断缺 {sourceMs} 卡时",
        en: "{dapanMs} of card-time missing because Dapan was down, {sourceMs} because a source was",
      },
      not_known: { zh: "没有查明缺失原因", en: "Why card-time is missing was not looked into" },
    },
    advice: {
      zh: "给 Dapan 配自动重启；给数据源配第二个采集端",
      en: "Have Dapan restarted by itself; give sources a second exporter",
    },
    source: "0.1 % and 1 % of the card-time: ours",
  },
  see: ({ causes, cards }) => {
    const owned = sumOf(cards, "ownedMs");
    if (causes === null || owned === 0)
      return { verdict: "unknown", because: "not_known", values: {}, measure: null, named: [] };
    const msOf = (wanted: HoleCause) => causes.find(({ cause }) => cause === wanted)?.ms ?? 0;
    const ratio = OURS.reduce((sum, cause) => sum + msOf(cause), 0) / owned;
    return {
      verdict: reached(ratio, 0.001, 0.01),
      because: ratio > 0 ? "found" : "ok",
      values: { dapanMs: msOf("dapan_down"), sourceMs: msOf("source_down") },
      measure: ratio,
      named: [],
    };
  },
};

/** Closed slots reach the end of a period a slot and a half after it, with readings that come late. "ours" */
const LATE_MS = 3 * SLOT_MS;

const behind: Check = {
  item: {
    id: "dapan.behind",
    group: "dapan",
    title: { zh: "数据追上了", en: "Data is up to date" },
    unit: "ms",
    sentences: {
      ok: { zh: "数据写到了期末", en: "Slots are closed up to the end of the period" },
      late: { zh: "数据落后期末 {behindMs}", en: "Slots are closed up to {behindMs} before its end" },
      nothing: { zh: "这段时间没有数据", en: "No slot of the period is closed" },
    },
    advice: {
      zh: "看数据源页哪个源落后，补采完成前报告会注明覆盖率",
      en: "See which source is behind; until it has caught up reports state their coverage",
    },
    source: "15 minutes and 2 hours: ours",
  },
  see: ({ from, to, through }) => {
    if (through <= from) return { verdict: "unknown", because: "nothing", values: {}, measure: null, named: [] };
    const behindMs = Math.max(0, to - through);
    const verdict = reached(behindMs, LATE_MS + 1, 24 * SLOT_MS);
    return { verdict, because: verdict === "ok" ? "ok" : "late", values: { behindMs }, measure: behindMs, named: [] };
  },
};

const writing: Check = {
  item: {
    id: "dapan.writing",
    group: "dapan",
    title: { zh: "数据库可写", en: "The database takes data" },
    unit: "",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "写入正常", en: "It is written to" },
      trouble: { zh: "写不进去：{why}", en: "It takes nothing: {why}" },
      stopped: { zh: "写入正常，但规则判断停了", en: "It is written to, but rules are not being judged" },
    },
    advice: { zh: "查磁盘空间与数据库状态", en: "Look at disk space and at the database" },
    source: "the process itself",
  },
  see: (facts) => seeWriting(facts),
};

function seeWriting({ watch }: PatrolFacts): Seen {
  if (watch === null) return NO_WATCH;
  const because = watch.cannotWrite !== "" ? "trouble" : watch.isJudging ? "ok" : "stopped";
  const verdict = ({ trouble: "bad", stopped: "warn", ok: "ok" } as const)[because];
  const measure = because === "trouble" ? 1 : 0;
  return { verdict, because, values: { why: watch.cannotWrite }, measure, named: [] };
}

export const DAPAN_CHECKS: readonly Check[] = [coverage, sources, outages, behind, writing];

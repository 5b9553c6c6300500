import type { TwoTongues } from "../../../../db/model/rule.ts";
import { limitOf } from "../../health/limits.ts";
import { xidOf } from "../../health/xid.ts";
import {
  BLIND_WORDS,
  blind,
  type Check,
  isWatched,
  NOT_WATCHED_WORDS,
  notWatched,
  reached,
  type Seen,
  worstFirst,
} from "../check.ts";
import { type PatrolCard, type PatrolEvent, type PatrolFacts, sumOf } from "../patrol-facts.ts";
import { ofRules } from "./of-rules.ts";

/** Whether one of these rules is on and hears what it reads: then no finding means that there was nothing. */
export const isHeard = ({ watch }: PatrolFacts, ...rules: readonly string[]): boolean =>
  watch !== null && watch.rules.some(({ id, isSaid, hasFault }) => rules.includes(id) && isSaid && !hasFault);

const UNHEARD: Readonly<Record<string, TwoTongues>> = {
  ...BLIND_WORDS,
  unheard: { zh: "没有卡上报这项读数，无从判断", en: "No card is known to say this: nothing to judge by" },
};
const unheard: Seen = { verdict: "unknown", because: "unheard", values: {}, measure: null, named: [] };

/** Names cards by how many; a found trouble is told however little was seen, none found only where it would be heard. */
function found(
  facts: PatrolFacts,
  weights: ReadonlyMap<string, number>,
  heardBy: readonly string[],
  told: (cards: number, count: number) => Pick<Seen, "verdict" | "because" | "values">,
): Seen {
  const count = [...weights.values()].reduce((sum, one) => sum + one, 0);
  if (count === 0) {
    const unseen = blind(facts);
    if (unseen !== null) return unseen;
    if (!isHeard(facts, ...heardBy)) return unheard;
  }
  return { ...told(weights.size, count), measure: count, named: worstFirst(weights) };
}

const weigh = (cards: readonly PatrolCard[], figure: (card: PatrolCard) => number): ReadonlyMap<string, number> =>
  new Map(cards.flatMap((card) => (figure(card) > 0 ? [[card.uuid, figure(card)] as const] : [])));

function weighEvents(events: readonly PatrolEvent[], is: (event: PatrolEvent) => boolean): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const event of events) if (is(event)) weights.set(event.uuid, (weights.get(event.uuid) ?? 0) + event.times);
  return weights;
}

const count = (is: boolean, bad: "warn" | "bad", values: Seen["values"]) =>
  is ? ({ verdict: bad, because: "found", values } as const) : ({ verdict: "ok", because: "ok", values } as const);

const ecc: Check = {
  item: {
    id: "cards.ecc",
    group: "cards",
    title: { zh: "不可纠正 ECC 错误", en: "Uncorrected ECC errors" },
    unit: "errors",
    sentences: {
      ...UNHEARD,
      ok: { zh: "没有不可纠正错误", en: "No uncorrected error" },
      found: { zh: "{cards} 张卡出现 {count} 次不可纠正错误", en: "{count} uncorrected errors on {cards} cards" },
    },
    advice: {
      zh: "排空节点后重置 GPU；再次出现则走诊断与返修",
      en: "Drain and reset the card; where it comes again, diagnose and return it",
    },
    source: "NVIDIA GPU memory error management: any uncorrected error needs action",
  },
  see: (facts) =>
    found(
      facts,
      weigh(facts.cards, ({ eccUncorrected }) => eccUncorrected),
      ["ecc-dbe-vol"],
      (cards, errors) => count(errors > 0, "bad", { cards, count: errors }),
    ),
};

const xid: Check = {
  item: {
    id: "cards.xid",
    group: "cards",
    title: { zh: "硬件 XID", en: "Hardware XIDs" },
    unit: "events",
    sentences: {
      ...UNHEARD,
      ok: { zh: "没有硬件类 XID（应用类 {application} 次）", en: "No hardware XID ({application} of applications)" },
      found: {
        zh: "{cards} 张卡出现 {count} 次硬件类 XID，其中致命 {critical} 次；代码 {codes}",
        en: "{count} hardware XIDs on {cards} cards, {critical} of them critical; codes {codes}",
      },
    },
    advice: {
      zh: "按代码的处置手册排空、重置或返修；同卡重复出现优先返修",
      en: "Do what the runbook of each code says; return cards that repeat",
    },
    source: "NVIDIA XID catalogue, server/domain/health/xid.ts",
  },
  see: seeXids,
};

function seeXids(facts: PatrolFacts): Seen {
  const xids = facts.events.filter(({ kind }) => kind === "xid");
  const hardware = xids.filter(({ code }) => xidOf(code).class === "hardware");
  const timesOf = (events: readonly PatrolEvent[]) => events.reduce((sum, { times }) => sum + times, 0);
  const critical = timesOf(hardware.filter(({ code }) => xidOf(code).level === "critical"));
  const application = timesOf(xids.filter(({ code }) => xidOf(code).class === "application"));
  const codes = [...new Set(hardware.map(({ code }) => code))].toSorted((a, b) => a - b).join(", ");
  return found(
    facts,
    weighEvents(hardware, () => true),
    ["xid-critical", "xid-hw-warning"],
    (cards, times) =>
      times === 0
        ? { verdict: "ok", because: "ok", values: { application } }
        : {
            verdict: critical > 0 ? "bad" : "warn",
            because: "found",
            values: { cards, count: times, critical, codes },
          },
  );
}

const drops: Check = {
  item: {
    id: "cards.drops",
    group: "cards",
    title: { zh: "掉卡", en: "Dropped cards" },
    unit: "events",
    sentences: {
      ...UNHEARD,
      ...NOT_WATCHED_WORDS,
      ok: { zh: "没有掉卡", en: "No card dropped" },
      found: {
        zh: "{cards} 张卡掉卡 {count} 次，其中 {away} 张未回来",
        en: "{cards} cards dropped {count} times; {away} did not come back",
      },
    },
    advice: {
      zh: "未回来的卡先重启节点；同卡再次掉卡走返修",
      en: "Reboot the node of what did not come back; return cards that drop again",
    },
    source: "facts/health-rules.md section 6",
  },
  see: seeDrops,
};

function seeDrops(facts: PatrolFacts): Seen {
  const dropped = weighEvents(facts.events, ({ kind }) => kind === "dropped");
  const back = weighEvents(facts.events, ({ kind }) => kind === "came_back");
  if (dropped.size === 0 && !isWatched(facts)) return notWatched(facts); // rules find drops; no reading says them
  const away = [...dropped].filter(([uuid, times]) => times > (back.get(uuid) ?? 0)).length;
  return found(facts, dropped, ["card-drop"], (cards, times) =>
    count(times > 0, away > 0 ? "bad" : "warn", { cards, count: times, away }),
  );
}

const remap: Check = {
  item: {
    id: "cards.remap",
    group: "cards",
    title: { zh: "显存行重映射", en: "Remapped memory rows" },
    unit: "rows",
    sentences: {
      ...UNHEARD,
      ok: { zh: "没有新的行重映射", en: "No row was remapped" },
      found: {
        zh: "{cards} 张卡重映射 {count} 行，失败 {failed} 次",
        en: "{count} rows on {cards} cards; {failed} failed",
      },
    },
    advice: {
      zh: "有待生效的重映射需重置 GPU；重映射失败的卡直接返修",
      en: "Reset cards with a pending remap; return those whose remap failed",
    },
    source: "NVIDIA row remapping: a failed remap asks for RMA",
  },
  see: seeRemaps,
};

function seeRemaps(facts: PatrolFacts): Seen {
  const failures = weighEvents(facts.events, ({ kind }) => kind === "remap_failed");
  const rows = new Map(weigh(facts.cards, ({ rowsRemapped }) => rowsRemapped));
  for (const [uuid, times] of failures) rows.set(uuid, (rows.get(uuid) ?? 0) + times);
  const failed = [...failures.values()].reduce((sum, one) => sum + one, 0);
  return found(facts, rows, ["remap-pending", "remap-failure"], (cards, times) =>
    count(times > 0, failed > 0 ? "bad" : "warn", { cards, count: times - failed, failed }),
  );
}

const heat: Check = {
  item: {
    id: "cards.heat",
    group: "cards",
    title: { zh: "温度", en: "Temperature" },
    unit: "cards",
    sentences: {
      ...UNHEARD,
      ok: {
        zh: "{said} 张卡有温度且不超限，最高 {hottest} °C",
        en: "{said} cards with a known limit stayed within it; the hottest had {hottest} °C",
      },
      found: {
        zh: "{cards} 张卡超过工作温度上限，最高 {hottest} °C",
        en: "{cards} cards above their operating limit, up to {hottest} °C",
      },
    },
    advice: { zh: "检查机房送风、风扇与散热器积灰", en: "Look at air flow, fans and dust" },
    source: "operating limits of the models, server/domain/health/limits.ts; a tenth of the cards is ours",
  },
  see: seeHeat,
};

/** A card above its limit is a card to look at; a tenth of those judged is a hall to look at. "ours" */
const HOT_SHARE = 0.1;

function seeHeat(facts: PatrolFacts): Seen {
  const over = new Map<string, number>();
  let [said, hottest] = [0, Number.NEGATIVE_INFINITY];
  for (const { uuid, model, temperatureMax } of facts.cards) {
    const limit = limitOf(model, "core", "max_operating");
    if (temperatureMax === null || limit === null) continue;
    said++;
    hottest = Math.max(hottest, temperatureMax);
    if (temperatureMax > limit) over.set(uuid, temperatureMax - limit);
  }
  if (said === 0) return unheard;
  const values = { cards: over.size, said, hottest };
  if (over.size > 0) {
    const verdict = over.size >= HOT_SHARE * said ? "bad" : "warn";
    return { verdict, because: "found", values, measure: over.size, named: worstFirst(over) };
  }
  return blind(facts) ?? { verdict: "ok", because: "ok", values, measure: 0, named: [] };
}

const throttled: Check = {
  item: {
    id: "cards.throttled",
    group: "cards",
    title: { zh: "降频", en: "Clocks cut" },
    unit: "ratio",
    sentences: {
      ...UNHEARD,
      ok: { zh: "因温度或功耗降频 {throttledRatio} 的时间", en: "Clocks were cut {throttledRatio} of the time" },
      found: {
        zh: "{cards} 张卡因温度或功耗降频，占 {throttledRatio} 的时间",
        en: "Clocks of {cards} cards were cut for heat or power, {throttledRatio} of the time",
      },
    },
    advice: { zh: "检查散热与功耗上限设置", en: "Look at cooling and at power limits" },
    source: "1 % and 5 % of the observed time: ours",
  },
  see: seeThrottled,
};

function seeThrottled(facts: PatrolFacts): Seen {
  const weights = weigh(facts.cards, ({ throttledMs }) => throttledMs);
  const observed = sumOf(facts.cards, "observedMs");
  const throttledRatio = observed === 0 ? 0 : sumOf(facts.cards, "throttledMs") / observed;
  const seen = found(facts, weights, ["thermal-viol", "hw-slowdown", "brake-time"], (cards) => {
    const verdict = reached(throttledRatio, 0.01, 0.05);
    return { verdict, because: verdict === "ok" ? "ok" : "found", values: { cards, throttledRatio } };
  });
  return seen.measure === null ? seen : { ...seen, measure: throttledRatio };
}

export const CARD_CHECKS: readonly Check[] = [
  ecc,
  xid,
  drops,
  remap,
  heat,
  throttled,
  ofRules({
    id: "cards.npu",
    group: "cards",
    title: { zh: "昇腾 NPU 健康", en: "Ascend NPU health" },
    rules: ["npu-health", "npu-unreadable", "npu-fault-isolate", "npu-fault-reset", "npu-fault-job"],
    advice: { zh: "按故障码手册隔离、复位或返修", en: "Isolate, reset or return by the manual of the fault code" },
  }),
];

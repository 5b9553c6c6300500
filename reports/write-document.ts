import type { Language } from "../db/model/channel.ts";
import type { ReportDocument } from "../db/model/report-document.ts";
import type { ReportKind, ReportScope } from "../db/model/report.ts";
import { HOUR_MS } from "../db/model/time.ts";
import { DAILY } from "./daily.ts";
import { MONTHLY } from "./monthly.ts";
import { makePen, type Pen, plainName } from "./pen.ts";
import type { Figure, FigureId, ReportValue } from "./report-value.ts";
import { type SectionWriter, WEEKLY } from "./weekly.ts";
import { numberOf } from "./write-figures.ts";
import { digestLines } from "./write-sections/digest-lines.ts";

/** What the value does not know: of the run that made it. */
export type DocumentFrame = {
  readonly link: string | null; // where it can be read; null = made offline
  readonly madeAt: number; // unix ms
  readonly revision?: number; // 1 when left out
  readonly before?: ReportValue | null; // the value of the revision it replaces
  readonly showsMoney?: boolean; // false = the value came without money, and its amounts stand as hidden
};

const SECTIONS: Readonly<Record<ReportKind, readonly SectionWriter[]>> = {
  daily: DAILY,
  weekly: WEEKLY,
  monthly: MONTHLY,
};

/** A report in words. Pure: the same value, language and frame always give the same document. */
export function documentOf(value: ReportValue, language: Language, frame: DocumentFrame): ReportDocument {
  const { link, madeAt, revision = 1, before = null, showsMoney = true } = frame;
  const pen = makePen(value, language, showsMoney);
  return {
    version: 1,
    language,
    title: pen.words.title(value.kind, value.period.name),
    headline: headlineOf(pen, value),
    facts: factsOf(pen, value, { madeAt, revision }),
    link,
    revision,
    supersedes: revision > 1 ? supersedes(pen, value, before, revision) : "",
    madeAt,
    digest: digestLines(pen, value, headlineOf(pen, value)),
    sections: SECTIONS[value.kind].map(([id, write]) => ({
      id,
      title: pen.words.sections[id],
      blocks: write(pen, value),
    })),
  };
}

const figure = ({ figures }: ReportValue, id: FigureId): Figure | undefined => figures.find((one) => one.id === id);

/** The one sentence of the cover. */
function headlineOf({ words, figures }: Pen, value: ReportValue): string {
  const cost = figure(value, "cost");
  if (value.coverage.ownedMs === 0 && value.fleet.total.ownedMs === 0) return words.noCards;
  const { wasteMicro: waste, costMicro: total } = value.fleet.total;
  const verdicts = value.checks.map(({ verdict }) => verdict);
  return words.headline({
    cost: figures.money(total),
    delta: seen(cost === undefined ? "" : figures.delta(cost.now, cost.before)),
    waste: figures.money(waste),
    wasteShare:
      total === null || waste === null || total === "0"
        ? figures.noAmount
        : figures.percent(Number(waste) / Number(total)),
    incidents: value.incidents.fired,
    bad: verdicts.filter((one) => one === "bad").length,
    unknown: verdicts.filter((one) => one === "unknown").length,
    coverage: figures.coverage(numberOf(figure(value, "coverage")?.now ?? { unit: "ratio", value: null })),
  });
}

/** In a sentence no change is not worth a word. */
const seen = (delta: string): string => (delta === "=" ? "" : delta);

function factsOf(
  { words, figures, currency }: Pen,
  value: ReportValue,
  { madeAt, revision }: { readonly madeAt: number; readonly revision: number },
): ReportDocument["facts"] {
  const { facts } = words;
  const { period, before, scope, through } = value;
  const coverage = numberOf(figure(value, "coverage")?.now ?? { unit: "ratio", value: null });
  const hours = (period.to - period.from) / HOUR_MS;
  return [
    {
      label: facts.period,
      text: facts.periodText(
        figures.instant(period.from),
        figures.instant(period.to),
        figures.decimal(hours, Number.isInteger(hours) ? 0 : 1),
      ),
    },
    { label: facts.zone, text: period.zone },
    { label: facts.scope, text: scopeText(words, scope) },
    { label: facts.through, text: figures.instant(through) },
    { label: facts.knownAt, text: figures.instant(madeAt) },
    { label: facts.compared, text: before === null ? facts.nothingBefore : before.name },
    { label: facts.currency, text: currency },
    { label: facts.coverage, text: figures.coverage(coverage) },
    ...(revision > 1 ? [{ label: facts.revision, text: String(revision) }] : []),
  ];
}

function scopeText({ facts, list, join, billing }: Pen["words"], scope: ReportScope): string {
  const parts = (["vendors", "regions", "models", "billings", "teams"] as const).flatMap((what) => {
    const names = scope[what].map((name) =>
      what === "billings" && name in billing ? billing[name as keyof typeof billing] : plainName(name),
    );
    return names.length === 0 ? [] : [facts.scopePart(what, names.join(list))];
  });
  return parts.length === 0 ? facts.wholeFleet : parts.join(join);
}

/** Which of the cover's figures are others than in the revision before. */
function supersedes(pen: Pen, value: ReportValue, before: ReportValue | null, revision: number): string {
  const { words, figures } = pen;
  const sentence = words.supersedes(revision - 1);
  if (before === null) return sentence;
  const changed = value.figures.flatMap(({ id, now }) => {
    const was = figure(before, id)?.now;
    if (was === undefined || was.value === now.value) return [];
    const write = id === "coverage" ? (one: Figure["now"]) => figures.coverage(numberOf(one)) : figures.of;
    return [`${words.figure[id].label} ${write(was)} → ${write(now)}`];
  });
  return changed.length === 0 ? sentence : sentence + words.supersedesChanged(changed.join(words.list));
}

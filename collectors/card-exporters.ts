import { HEALTH_FIELDS } from "../db/model/health.ts";
import { ascendCard, ascendSeries } from "./ascend.ts";
import { ASCEND_METRICS } from "./ascend-fields.ts";
import { CardLayout } from "./card-layout.ts";
import type { CardLabels, CardSeries, Quantity } from "./card-series.ts";
import { dcgmCard, dcgmSeries } from "./dcgm.ts";
import { DCGM_METRICS } from "./dcgm-fields.ts";
import type { CardExporters, FrameMaker, StoredSeries } from "./prometheus/exporter.ts";

/** Whether a metric can say anything about a card, in any dialect we know. */
export const isCardMetric = (metric: string): boolean => DCGM_METRICS.has(metric) || ASCEND_METRICS.has(metric);

/**
 * A reader of series in every dialect: the metric's own name tells which. Label sets that are one Map are read once,
 * since the thirty series of a card share one.
 */
export function cardSeriesReader(): (metric: string, labels: ReadonlyMap<string, string>) => CardSeries | null {
  const dcgm = rememberBySet(dcgmCard);
  const ascend = rememberBySet(ascendCard);
  return (metric, labels) => dcgmSeries(metric, labels, dcgm) ?? ascendSeries(metric, labels, ascend);
}

function rememberBySet(cardOf: (labels: ReadonlyMap<string, string>) => CardLabels): typeof cardOf {
  const known = new WeakMap<ReadonlyMap<string, string>, CardLabels>();
  return (labels) => {
    let card = known.get(labels);
    if (card === undefined) known.set(labels, (card = cardOf(labels)));
    return card;
  };
}

/** What neither the newest state of a card nor a rule of health is judged by: it can wait for the slot. */
const NOT_LIVE: ReadonlySet<Quantity> = new Set<Quantity>([
  "smRatio",
  "energyJoules",
  "pcieRxBytesPerSecond",
  "pcieTxBytesPerSecond",
]);

/** What no column of a slot is made of: only the rules read it, and only as it is now. */
const HEALTH_ONLY: ReadonlySet<Quantity> = new Set<Quantity>(HEALTH_FIELDS.map(({ name }) => name));

const ALL = [...DCGM_METRICS, ...ASCEND_METRICS];

/** The exporters of cards as the Prometheus pull needs them: which metrics to ask for, and how series become frames. */
export const cardExporters: CardExporters = {
  metrics: namesOf((says) => !HEALTH_ONLY.has(says)),
  liveMetrics: namesOf((says) => !HEALTH_ONLY.has(says) && !NOT_LIVE.has(says)),
  healthMetrics: namesOf((says) => HEALTH_ONLY.has(says)),
  frameMaker,
};

function namesOf(isWanted: (says: Quantity) => boolean): readonly string[] {
  return ALL.filter(([, { says }]) => isWanted(says)).map(([metric]) => metric);
}

/** Stored series of one target as frames. `instance` stands in for a host's name where neither rules nor labels say one. */
function frameMaker(series: readonly StoredSeries[], node: string): FrameMaker {
  const read = cardSeriesReader();
  const ours: CardSeries[] = [];
  const order = Int32Array.from(series, ({ name, labels }) => {
    const one = read(name, labels);
    return one === null ? -1 : ours.push(one) - 1;
  });
  const host = series.find(({ labels }) => labels.has("instance"))?.labels.get("instance") ?? "";
  const layout = CardLayout.of(ours, { node, host, namesPods: false });
  return { cards: layout.cards, fill: (values, into) => layout.fill(values, order, order.length, into) };
}

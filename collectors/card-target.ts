import type { Place } from "../db/model/fleet.ts";
import type { CardFrame, CardSighting } from "../db/model/frame.ts";
import type { UnixMs } from "../db/model/units.ts";
import { CardLayout } from "./card-layout.ts";
import { type CardSeries, SeriesList } from "./card-series.ts";
import { cardSeriesReader, isCardMetric } from "./card-exporters.ts";
import { CollectError } from "./collector.ts";
import type { ExpositionMode } from "./exposition/content-type.ts";
import { DEFAULT_LIMITS, type ExpositionLimits } from "./exposition/limits.ts";
import { ExpositionReader, type Readings } from "./exposition/reader.ts";
import { StampClock } from "./stamp-clock.ts";

/** Who the target is and when it was read. The target's own place and node win over what its labels claim. */
export type FrameAbout = {
  readonly origin: string;
  readonly at: UnixMs; // when we read it: an exporter's own stamps never move a reading
  readonly reachMs: number;
  readonly place: Place;
  readonly node: string; // "" when the target's labels do not name it
};

export type TargetFrame = {
  readonly frame: CardFrame;
  readonly samples: number;
  readonly duplicates: number; // repeated series, the first of which won
  readonly refused: number; // values out of range or infinite, taken as not said
  readonly stale: number; // values whose own stamp shows that the exporter's cache is dead, taken as not said
  readonly stampSkewMs: number | null; // the exporter's clock minus ours, by its newest stamp; null without stamps
};

/**
 * One scrape target of any exporter of cards, from body to frame. Keeps what it learnt of the last body, so that a body
 * with new values and nothing else costs a comparison. Which exporter it is shows in the names of the metrics.
 */
export class CardTarget {
  private readonly reader: ExpositionReader;
  private series = new SeriesList(); // by ref
  private readSeries = cardSeriesReader();
  private layout: CardLayout | null = null;
  private layoutNode = ""; // what the layout was made with
  private layoutOrigin = "";
  private cards: readonly CardSighting[] = [];
  private namesPods = false;
  private order = new Int32Array(0);
  private orderOf: Int32Array | null = null; // the refs `order` was made for
  private seriesAt = new Int32Array(0); // ref → series of the layout
  private readonly stamps = new StampClock();
  private readonly mostCards: number;

  constructor(limits: Partial<ExpositionLimits> = {}) {
    this.mostCards = Math.ceil((limits.samples ?? DEFAULT_LIMITS.samples) / LEAST_SAMPLES_PER_CARD);
    this.reader = new ExpositionReader((metric, labels) => this.describe(metric, labels), {
      limits,
      wants: isCardMetric,
    });
  }

  /**
   * One body as a frame. `frame.cards` is the same array for as long as no identity and no holder changed.
   * @throws CollectError malformed, truncated, label_limit; sample_limit, also for more cards than
   * an exporter has; empty when no card is in it
   */
  toFrame(body: Uint8Array, mode: ExpositionMode, about: FrameAbout): TargetFrame {
    this.dropVanished();
    const readings = this.reader.read(body, mode);
    const steps = this.layoutOf(readings, about);
    let step = steps.next();
    while (!step.done) step = steps.next();
    return this.frame(readings, step.value, about);
  }

  /**
   * The same for a body of any size, without holding up the process: between pieces of a large one it awaits `giveWay`
   * (`() => clock.sleep(0)`). Until it has resolved, the body must stay as it is, and the target must not be asked again.
   */
  async toFrameGivingWay(
    body: Uint8Array,
    mode: ExpositionMode,
    about: FrameAbout,
    giveWay: () => Promise<void>,
  ): Promise<TargetFrame> {
    this.dropVanished();
    const readings = await this.reader.readGivingWay(body, mode, giveWay);
    const steps = this.layoutOf(readings, about);
    let step = steps.next();
    for (let cards = 1; !step.done; step = steps.next()) if (cards++ % PIECE_CARDS === 0) await giveWay();
    return this.frame(readings, step.value, about);
  }

  private frame(readings: Readings, layout: CardLayout, about: FrameAbout): TargetFrame {
    const { stale, skewMs } = this.stamps.judge(readings, about.at);
    const { values, xidCounts, refused, health } = layout.fill(readings.values, this.order, readings.count);
    const { origin, at, reachMs, place } = about;
    return {
      frame: {
        kind: "frame",
        origin,
        at,
        reachMs,
        place,
        cards: this.cards,
        values,
        xidCounts,
        ...(health !== null && { health }),
      },
      samples: readings.samples,
      duplicates: readings.duplicates,
      refused,
      stale,
      stampSkewMs: skewMs,
    };
  }

  private describe(metric: string, labels: ReadonlyMap<string, string>): number {
    const series = this.readSeries(metric, labels);
    return series === null ? -1 : this.series.add(series);
  }

  /** Series that went away keep their refs; once they outnumber the living, all are described anew. */
  private dropVanished(): void {
    const living = this.orderOf?.length ?? 0;
    if (this.series.length < 2 * living + 256) return;
    this.reader.forget();
    this.series = new SeriesList();
    this.readSeries = cardSeriesReader();
    this.layout = null;
  }

  private checkCards(series: readonly CardSeries[]): void {
    const cards = new Set(series.map(({ card }) => card.uuid || card.localId)).size;
    if (cards <= this.mostCards) return;
    throw new CollectError(
      "sample_limit",
      `${cards} cards in one answer, the limit is ${this.mostCards}: scrape each node, or read them from Prometheus`,
    );
  }

  /** Where the values of a body land: as before, or laid out anew, card by card. */
  private *layoutOf(readings: Readings, { node, origin }: FrameAbout): Generator<void, CardLayout> {
    if (readings.count === 0) throw emptyAnswer(readings.samples);
    if (this.layout === null || readings.changed || node !== this.layoutNode || origin !== this.layoutOrigin) {
      this.layout = null; // so that a body refused here is refused again
      const series = Array.from(readings.refs, (ref) => this.series.at(ref));
      this.checkCards(series);
      this.layout = yield* CardLayout.inSteps(series, { node, host: origin, namesPods: this.namesPods });
      this.layoutNode = node;
      this.layoutOrigin = origin;
      this.namesPods = this.layout.namesPods;
      this.seriesAt = new Int32Array(this.series.length).fill(-1);
      readings.refs.forEach((ref, at) => (this.seriesAt[ref] = at));
      if (JSON.stringify(this.cards) !== JSON.stringify(this.layout.cards)) this.cards = this.layout.cards;
      this.orderOf = null;
    }
    if (this.orderOf !== readings.refs) {
      this.order = Int32Array.from(readings.refs, (ref) => this.seriesAt[ref]!);
      this.orderOf = readings.refs;
    }
    return this.layout;
  }
}

/** Cards laid out at a stretch: some milliseconds. */
const PIECE_CARDS = 32;

/** Any exporter says more than this of each card; an answer that names more cards than that is no exporter's. "ours" */
const LEAST_SAMPLES_PER_CARD = 16;

function emptyAnswer(samples: number): CollectError {
  const found = samples === 0 ? "the answer holds no sample" : `none of its ${samples} samples is of a card`;
  return new CollectError(
    "empty",
    `${found}; expected DCGM_FI_… of dcgm-exporter or npu_chip_info_… of npu-exporter: is this the right port and path?`,
  );
}

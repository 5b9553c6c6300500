import { CardTarget, type TargetFrame } from "../../collectors/card-target.ts";
import type { CollectError } from "../../collectors/collector.ts";
import { expositionMode } from "../../collectors/exposition/content-type.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { Place } from "../../db/model/fleet.ts";
import type { Report } from "../../db/model/frame.ts";
import { placeOf } from "../config/place-rules.ts";
import type { PlaceRules } from "../config/config.ts";
import type { ScrapeJob, ScrapeSink } from "./scrape-job.ts";

/** No exporter of cards says this much; reading it in one piece would keep the pages waiting. */
const LARGE_BODY_BYTES = 2 ** 20;

type Known = {
  readonly target: CardTarget;
  place: Place;
  node: string;
  labels: ReadonlyMap<string, string>; // what place and node were made from
  rules: PlaceRules;
};

/** Turns the outcome of scrapes into reports: a body into a frame, a failure into a silence. */
export function cardScrape(options: {
  readonly clock: Clock;
  readonly rules: () => PlaceRules; // of the configuration in force
  readonly sampleLimit: (source: string) => number;
  readonly take: (report: Report) => void;
}): ScrapeSink {
  const targets = new Map<string, Known>();

  const knownOf = (job: ScrapeJob): Known => {
    const { origin, labels } = job.target;
    const rules = options.rules();
    let known = targets.get(origin);
    if (!known) {
      const target = new CardTarget({ samples: options.sampleLimit(job.source) });
      targets.set(origin, (known = { target, labels, rules, ...placeOf(labels, rules) }));
    } else if (known.labels !== labels || known.rules !== rules)
      Object.assign(known, { labels, rules, ...placeOf(labels, rules) });
    return known;
  };

  return {
    onBody(job, answer, at) {
      const { target, place, node } = knownOf(job);
      const mode = expositionMode(answer.contentType);
      const about = { origin: job.target.origin, at, reachMs: 2 * job.intervalMs, place, node };
      const taken = ({ frame, samples, duplicates, refused }: TargetFrame) => {
        options.take(frame);
        return { samples, cards: frame.cards.length, duplicateSeries: duplicates, refusedValues: refused };
      };
      if (answer.body.length <= LARGE_BODY_BYTES) return taken(target.toFrame(answer.body, mode, about));
      return target.toFrameGivingWay(answer.body, mode, about, () => options.clock.sleep(0)).then(taken);
    },
    onSilence(job, at, error) {
      options.take({ kind: "silence", origin: job.target.origin, at, cause: silenceOf(error) });
    },
    onRemoved(job, at) {
      targets.delete(job.target.origin);
      options.take({ kind: "silence", origin: job.target.origin, at, cause: "source_down" });
    },
  };
}

/** An exporter that answered without a card lost its cards; every other failure says nothing about them. */
const silenceOf = (error: CollectError) => (error.fault === "empty" ? "card_gone" : "source_down");

import { CollectError } from "../../../collectors/collector.ts";
import type { InstantSeries } from "../../../collectors/prometheus/instant-vector.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Rule } from "../../../db/model/rule.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Config } from "../../config/config.ts";
import type { CounterReaders } from "../usage/counter-readers.ts";
import type { RoundAnswer } from "../../domain/health/round.ts";

/** How often a Prometheus is asked for a rule: its own scrapes are hardly ever closer together. */
const ASK_EVERY_MS = MINUTE_MS;
/** Series of one answer. More is a rule that is too wide. */
const MOST_SERIES = 10_000;

/** One Prometheus of the configuration. */
export type Asked = {
  readonly name: string;
  vector(expr: string, at: number, limit: number): Promise<readonly InstantSeries[]>;
};

export type PromqlAnswers = {
  /** Answers of the rules that ask a Prometheus, as new as they are due. Keeps the last ones in between. */
  answers(rules: readonly Rule[]): Promise<ReadonlyMap<string, RoundAnswer>>;
};

/**
 * Asks the servers of the configuration for PromQL rules, each rule once a minute. A rule for no server in particular asks
 * all of them, and is told the series of those that answered only when every one did: a missing part is no health.
 */
export function createPromqlAnswers(parts: {
  readonly clock: Clock;
  readonly sources: () => readonly Asked[];
}): PromqlAnswers {
  const kept = new Map<string, { readonly print: string; readonly askedAt: number; readonly answer: RoundAnswer }>();
  return {
    async answers(rules) {
      const now = parts.clock.monotonicMs();
      const servers = parts.sources();
      const print = (rule: Rule) => `${JSON.stringify(rule.condition)} ${servers.map(({ name }) => name).join(" ")}`;
      const asking = rules.filter(({ condition }) => condition.kind === "promql");
      for (const id of kept.keys()) if (!asking.some((rule) => rule.id === id)) kept.delete(id);
      await Promise.all(
        asking.map(async (rule) => {
          const last = kept.get(rule.id);
          if (last !== undefined && last.print === print(rule) && now - last.askedAt < ASK_EVERY_MS) return;
          const answer = await answerOf(rule, servers, parts.clock.now());
          if (answer === null) kept.delete(rule.id);
          else kept.set(rule.id, { print: print(rule), askedAt: now, answer });
        }),
      );
      return new Map([...kept].map(([id, { answer }]) => [id, answer]));
    },
  };
}

/** The servers of the configuration, each behind the one client that is kept of it. */
export function askedOf(config: Config, readers: CounterReaders): readonly Asked[] {
  return config.sources.flatMap(({ kind, name }) => {
    const client = kind === "prometheus" ? readers.of(name)?.reader.client : undefined;
    return client === undefined ? [] : [{ name, vector: (expr, at, limit) => client.vector(expr, at, limit) }];
  });
}

/** null = there is no server to ask: the rule says nothing, and that is no fault of it. */
async function answerOf(rule: Rule, servers: readonly Asked[], at: UnixMs): Promise<RoundAnswer | null> {
  if (rule.condition.kind !== "promql") return null;
  const { source, expr } = rule.condition;
  const wanted = source === "" ? servers : servers.filter(({ name }) => name === source);
  if (wanted.length === 0)
    return source === "" ? null : { kind: "fault", text: `no Prometheus source is called "${source}" in dapan.yaml` };
  try {
    const found = await Promise.all(wanted.map((server) => server.vector(expr, at, MOST_SERIES)));
    return {
      kind: "series",
      series: found.flat().map(({ labels, value }) => ({ labels: Object.fromEntries(labels), value })),
    };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    return { kind: "fault", text: error.message };
  }
}

import type { UsageSourceRow, WrittenPromql } from "../../../db/model/usage-views.ts";

/** A counter as its form has it, all of it text; lists are a selector a line. */
export type SourceDraft = {
  readonly feature: string;
  readonly name: string;
  readonly prometheus: string;
  readonly adapter: string; // "" = counters of our own
  readonly match: string;
  readonly good: string;
  readonly failed: string;
  readonly minus: string;
  readonly unitsPerCount: string;
  readonly since: string;
};

export const COUNTERS = ["good", "failed", "minus"] as const;

const EMPTY: SourceDraft = {
  feature: "",
  name: "",
  prometheus: "",
  adapter: "",
  match: "",
  good: "",
  failed: "",
  minus: "",
  unitsPerCount: "",
  since: "",
};

export const newSource = (feature: string | null, prometheus: string): SourceDraft => ({
  ...EMPTY,
  feature: feature ?? "",
  prometheus,
});

type Said = Pick<UsageSourceRow, "feature" | "name" | "promql">;

export function sourceDraftOf({ feature, name, promql }: Said): SourceDraft {
  const text = (lines: readonly string[] | undefined) => (lines ?? []).join("\n");
  return {
    ...EMPTY,
    feature,
    name,
    prometheus: promql?.prometheus ?? "",
    adapter: promql?.adapter ?? "",
    match: promql?.match ?? "",
    good: text(promql?.good),
    failed: text(promql?.failed),
    minus: text(promql?.minus),
    unitsPerCount: promql?.unitsPerCount ?? "",
  };
}

/** As the server takes it: an adapter with its matcher, or the counters themselves. */
export function promqlOf(draft: SourceDraft): WrittenPromql {
  const { prometheus, adapter } = draft;
  const lines = (text: string) => text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  const [match, units] = [draft.match.trim(), draft.unitsPerCount.trim()];
  const counters = COUNTERS.flatMap((kind) => {
    const written = lines(draft[kind]);
    return written.length === 0 ? [] : [[kind, written] as const];
  });
  return {
    prometheus,
    ...(adapter !== "" && { adapter }),
    ...(adapter !== "" && match !== "" && { match }),
    ...(adapter === "" && Object.fromEntries(counters)),
    ...(units !== "" && { unitsPerCount: units }),
  };
}

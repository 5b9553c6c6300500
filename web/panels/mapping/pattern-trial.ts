import { RE2JS } from "re2js";
import type { HolderRow } from "../../../db/model/ledger-views.ts";
import { MATCH_TEXTS, type RuleDraft } from "./rule-list.ts";

/** What a draft's patterns take of some holders, read as the server reads them (server/domain/mapping/pattern.ts). */
export type Trial = {
  readonly taken: ReadonlySet<string>; // holders
  readonly wrong: ReadonlyMap<string, string>; // by field, why its pattern cannot be read
  readonly skipsLabels: boolean; // holders come without labels: those are not looked at here
};

export function tryDraft(draft: RuleDraft, holders: readonly HolderRow[]): Trial {
  const wrong = new Map<string, string>();
  const checks: ((holder: HolderRow) => boolean)[] = [];
  for (const field of MATCH_TEXTS) {
    const pattern = draft[field];
    if (pattern === "") continue;
    try {
      const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
      checks.push((holder) => compiled.testExact(textOf(holder, field)));
    } catch (error) {
      wrong.set(field, plain(error));
    }
  }
  const taken = wrong.size > 0 ? [] : holders.filter((holder) => checks.every((check) => check(holder)));
  const skipsLabels = draft.labels.some(({ name }) => name.trim() !== "");
  return { taken: new Set(taken.map(({ holder }) => holder)), wrong, skipsLabels };
}

function textOf(holder: HolderRow, field: (typeof MATCH_TEXTS)[number]): string {
  if (field !== "cluster") return holder[field];
  const rest = `/${holder.namespace}/${holder.pod}`;
  return holder.holder.endsWith(rest) ? holder.holder.slice(0, -rest.length) : "";
}

const plain = (error: unknown): string =>
  error instanceof Error ? error.message.replace("error parsing regexp: ", "").replace("(?s)", "") : "";

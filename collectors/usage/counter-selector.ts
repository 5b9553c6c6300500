import { CollectError } from "../collector.ts";
import { parseSelector, quoteLabelValue, type Matcher } from "../prometheus/selector.ts";

/** A selector of one metric: what a raw range selector is made of. */
export type CounterSelector = { readonly names: readonly [string]; readonly matchers: readonly Matcher[] };

/**
 * Reads `name{matchers}`. A counter is named: without a name a selector would take gauges, timestamps and whatever else
 * carries the labels.
 * @throws CollectError bad_config with the place and an example
 */
export function counterSelector(text: string): CounterSelector {
  const [first, ...matchers] = parseSelector(text);
  if (first?.name !== "__name__" || first.op !== "=" || matchers.some(({ name }) => name === "__name__"))
    throw new CollectError(
      "bad_config",
      `counter ${JSON.stringify(text)}: expected the name of one metric first; example: app_generations_total{feature="chat",result="ok"}`,
    );
  return { names: [first.value], matchers };
}

/** As it is read back. */
export function printCounter({ names: [name], matchers }: CounterSelector): string {
  if (matchers.length === 0) return name;
  return `${name}{${matchers.map((m) => `${m.name}${m.op}${quoteLabelValue(m.value)}`).join(",")}}`;
}

/**
 * Matchers by themselves, `{model_name="chat"}`, as they are put on every counter of an adapter; "" and "{}" are none.
 * @throws CollectError bad_config when it names a metric or cannot be read
 */
export function ownMatchers(text: string): readonly Matcher[] {
  const plain = text.trim().replaceAll(/\s+/g, " ");
  if (plain === "" || plain === "{}" || plain === "{ }") return [];
  const matchers = parseSelector(plain);
  if (matchers.some(({ name }) => name === "__name__"))
    throw new CollectError(
      "bad_config",
      `matchers ${JSON.stringify(text)}: expected labels only, the adapter names the metric; example: {model_name="chat"}`,
    );
  return matchers;
}

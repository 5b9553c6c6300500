import fc from "fast-check";
import { expect, test } from "vitest";
import type { MappingRuleView } from "../../db/model/mapping-views.ts";
import { readPattern } from "../../server/domain/mapping/pattern.ts";
import { decodeMapping, DEFAULT_MAPPING, encodeMapping } from "../../web/lib/mapping-url.ts";
import { decodeUnits, DEFAULT_UNITS, encodeUnits } from "../../web/lib/units-url.ts";
import { tryDraft } from "../../web/panels/mapping/pattern-trial.ts";
import {
  changesBetween,
  draftOf,
  itemsOf,
  literal,
  moved,
  newDraft,
  placed,
  ruleOf,
} from "../../web/panels/mapping/rule-list.ts";
import { newSource, promqlOf, sourceDraftOf } from "../../web/panels/units/source-draft.ts";
import { emptyTerm, termFaults } from "../../web/panels/units/term-draft.ts";

const view = (id: number, name: string, position: number): MappingRuleView => ({
  id,
  name,
  position,
  feature: "chat",
  match: { namespace: name },
  from: 0,
  to: null,
  fromText: "",
  toText: "",
  holders: 1,
  who: "ann",
  why: "so",
  at: 0,
});
const three = itemsOf([view(1, "a", 1), view(2, "b", 2), view(3, "c", 3)]);

test("a link reopens what it was made of, whatever stands in it", () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), (text) => {
      const mapping = decodeMapping(new URLSearchParams(text));
      expect(decodeMapping(encodeMapping(mapping))).toEqual(mapping);
      const units = decodeUnits(new URLSearchParams(text));
      expect(decodeUnits(encodeUnits(units))).toEqual(units);
    }),
  );
  const words = fc.record({
    tab: fc.constantFrom("rules", "features", "yaml", "sources", "prices", "costs", "import"),
    form: fc.constantFrom("add", "edit", "end", "no"),
    id: fc.constantFrom("1", "-1", "x"),
    about: fc.string(),
    source: fc.string(),
    feature: fc.string(),
    namespace: fc.string(),
    rule: fc.string(),
    q: fc.string(),
  });
  fc.assert(
    fc.property(words, (said) => {
      const params = new URLSearchParams(said);
      expect(decodeMapping(encodeMapping(decodeMapping(params)))).toEqual(decodeMapping(params));
      expect(decodeUnits(encodeUnits(decodeUnits(params)))).toEqual(decodeUnits(params));
    }),
  );
  expect(encodeMapping(DEFAULT_MAPPING).toString() + encodeUnits(DEFAULT_UNITS).toString()).toBe("");
  expect(decodeMapping(new URLSearchParams("form=edit")).form).toBeNull(); // of which rule?
  expect(decodeUnits(new URLSearchParams("form=edit&tab=prices&id=0")).form).toBeNull();
});

test("a rule is written as it was read, and a move is one change whatever it moves past", () => {
  for (const { rule } of three) expect(ruleOf(draftOf(rule))).toEqual(rule);
  const dated = {
    name: "x",
    feature: "chat",
    match: { labels: { app: "chat.*" } },
    from: "2026-11-01",
    to: "2026-12-01",
  };
  expect(ruleOf(draftOf(dated))).toEqual(dated);
  const down = moved(three, three[0]!, 1);
  expect(down.map(({ id }) => id)).toEqual([2, 1, 3]);
  expect(changesBetween(three, down)).toBe(1);
  expect(changesBetween(three, moved(down, down[1]!, -1))).toBe(0);
  expect(moved(three, three[2]!, 1)).toBe(three);
  const added = placed(three, { id: null, rule: ruleOf(newDraft("chat.v2")), view: null }, 1);
  expect(added.map(({ rule }) => rule.name)).toEqual(["a", "chat.v2", "b", "c"]);
  expect(changesBetween(three, added)).toBe(1); // the order of the others is what it was
  const edited = placed(three, { ...three[1]!, rule: { ...three[1]!.rule, feature: "other" } }, 0);
  expect(edited.map(({ id }) => id)).toEqual([2, 1, 3]);
  expect(changesBetween(three, edited)).toBe(2);
});

test("a namespace becomes a pattern that takes it alone, read as the server reads it", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (name, other) => {
      const reading = readPattern(literal(name));
      fc.pre(reading.ok);
      expect(reading.ok && reading.takes(name)).toBe(true);
      expect(reading.ok && reading.takes(other)).toBe(other === name);
    }),
  );
});

test("what the trial takes is what the server's patterns take", () => {
  const holders = ["web-1", "web-2", "job-1", "a\nweb-1"].map((pod) => {
    return { holder: `c1/chat/${pod}`, namespace: "chat", pod, owner: "", rule: null, ms: [1] };
  });
  for (const pattern of ["web-.*", "web-1", ".*1", "(web|job)-1", "WEB.*", "(?i)WEB.*", "web"]) {
    const reading = readPattern(pattern);
    const trial = tryDraft({ ...newDraft(null), cluster: "c1", pod: pattern }, holders);
    const expected = holders.filter(({ pod }) => reading.ok && reading.takes(pod)).map(({ holder }) => holder);
    expect([...trial.taken]).toEqual(expected);
  }
  expect(tryDraft({ ...newDraft(null), pod: "(" }, holders).wrong.get("pod")).toContain("missing closing )");
  expect(tryDraft({ ...newDraft(null), pod: "(" }, holders).taken.size).toBe(0);
});

test("a source is sent as an adapter with its matcher, or as counters, never both", () => {
  const draft = { ...newSource("chat", "prom-1"), adapter: "vllm-requests", match: '{a="b"}', good: "x_total" };
  expect(promqlOf(draft)).toEqual({ prometheus: "prom-1", adapter: "vllm-requests", match: '{a="b"}' });
  const own = { prometheus: "prom-1", good: ["x_total", "y_total"], minus: ["z_total"], unitsPerCount: "0.001" };
  const row = { feature: "chat", name: "x", promql: own };
  expect(promqlOf(sourceDraftOf(row))).toEqual(own);
});

test("an amount is digits and one point; an end is after its beginning", () => {
  const good = { ...emptyTerm("chat", "CNY", Date.UTC(2026, 10, 22), "Asia/Shanghai"), amount: "0.0215" };
  expect(termFaults(good).size).toBe(0);
  for (const [amount, code] of [
    ["", "blank"],
    ["1,5", "amount"],
    ["-1", "amount"],
    ["=1+1", "amount"],
    ["¥5", "amount"],
    ["1e3", "amount"],
    ["0.1234567", "places"],
  ] as const)
    expect(termFaults({ ...good, amount }).get("amount")).toBe(code);
  expect(termFaults({ ...good, currency: "RMB?" }).get("currency")).toBe("currency");
  expect(termFaults({ ...good, from: "1.11.2026" }).get("from")).toBe("from");
  expect(termFaults({ ...good, to: good.from }).get("to")).toBe("window");
});

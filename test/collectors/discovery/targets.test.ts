import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import { parseJsonTargets, parseYamlTargets } from "../../../collectors/discovery/parse-targets.ts";
import { staticTargets } from "../../../collectors/discovery/static-targets.ts";
import { makeTarget, PLAIN_METRICS, type Target } from "../../../collectors/discovery/target.ts";

const NONE = new Map<string, string>();
const json = (text: string, extra = NONE): readonly Target[] =>
  parseJsonTargets({ text, place: "t.json", extra, defaults: PLAIN_METRICS });
const yaml = (text: string, extra = NONE): readonly Target[] =>
  parseYamlTargets({ text, place: "t.yaml", extra, defaults: PLAIN_METRICS });
function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(CollectError);
    return (error as CollectError).message;
  }
  return "no error";
}

describe("a list of target groups", () => {
  test("gives a target an address, with the labels of its group", () => {
    const targets = json('[{"targets":["gpu-1:9400","[fd00::1]:9400"],"labels":{"region":"bj","__meta_rack":"r1"}}]');
    expect(targets.map((t) => t.url.href)).toEqual(["http://gpu-1:9400/metrics", "http://[fd00::1]:9400/metrics"]);
    expect(targets[0]?.labels).toEqual(new Map([["region", "bj"], ["__meta_rack", "r1"]])); // prettier-ignore
  });

  test("lets labels shape the URL, which are no labels afterwards", () => {
    const [target] = json(
      '[{"targets":["h:1"],"labels":{"__scheme__":"https","__metrics_path__":"/m","__param_module":"a&b","zone":"z"}}]',
    );
    expect(target?.url.href).toBe("https://h:1/m?module=a%26b");
    expect(target?.labels).toEqual(new Map([["zone", "z"]]));
  });

  test("keeps labels that are called like members of an object", () => {
    const [target] = json('[{"targets":["h:1"],"labels":{"__proto__":"a","constructor":"b","toString":"c"}}]');
    expect([...(target?.labels ?? [])]).toEqual([["__proto__", "a"], ["constructor", "b"], ["toString", "c"]]); // prettier-ignore
    const [same] = yaml("- targets: [h:1]\n  labels: {__proto__: a, constructor: b}\n");
    expect([...(same?.labels ?? [])]).toEqual([["__proto__", "a"], ["constructor", "b"]]); // prettier-ignore
  });

  test("lets the labels of the source win", () => {
    const [target] = json('[{"targets":["h:1"],"labels":{"region":"theirs"}}]', new Map([["region", "ours"]]));
    expect(target?.labels.get("region")).toBe("ours");
  });

  test("names a target once, however often it is listed", () => {
    expect(json('[{"targets":["h:1","h:1"]},{"targets":["h:1"],"labels":{"a":"b"}}]')).toHaveLength(1);
  });

  test("may be empty: no group, no target, an empty file", () => {
    expect(json("[]")).toEqual([]);
    expect(json('[{"targets":[]}]')).toEqual([]);
    expect(yaml("")).toEqual([]);
    expect(yaml("# nothing yet\n")).toEqual([]);
  });

  test("reads YAML scalars as text: a zone 1 or a yes is a label, not a number or a truth", () => {
    const [target] = yaml("- targets: ['h:1']\n  labels:\n    zone: 1\n    spot: yes\n    empty:\n");
    expect(target?.labels).toEqual(new Map([["zone", "1"], ["spot", "yes"], ["empty", ""]])); // prettier-ignore
  });
});

describe("a wrong list is refused whole, and says where", () => {
  test.each([
    ["{}", "t.json: must be a list of groups, is a map"],
    ["null", "t.json: must be a list of groups, is empty"],
    ['[{"targets":["a:1"]},{"target":["b:1"]}]', "t.json [1].targets: must be a list of host:port, is missing"],
    ['[{"targets":["a:1",7]}]', "t.json [0].targets[1]: must be text, is a number"],
    ['[{"targets":["a:1"],"labels":{"n":1}}]', "t.json [0].labels.n: must be text, is a number"],
    ['[{"targets":["a/b"]}]', 't.json [0].targets[0]: "a/b" is no host:port, for example gpu-a01:9400'],
    ['[{"targets":["a:99999"]}]', 't.json [0].targets[0]: "a:99999" is no host:port'],
    ['[{"targets":[""]}]', 't.json [0].targets[0]: "" is no host:port'],
    ['["a:1"]', "t.json [0]: must be a group {targets, labels}, is a string"],
    ['[{"targets":["a:1"],"labels":{"__scheme__":"gopher"}}]', "has __scheme__ gopher; only http and https"],
    ['[\n  {"targets": ["a:1"],}\n]', "t.json:2:23: is no JSON"],
  ])("JSON %s", (text, words) => {
    const message = messageOf(() => json(text));
    expect(message).toContain(words);
    expect(message).toContain("the last good list stays in force");
  });

  test.each([
    ["- targets: [a:1]\n- targets: b:1\n", "t.yaml:2:12 [1].targets: must be a list of host:port, is a string"],
    ["- targets:\n    - a:1\n    - b c\n", 't.yaml:3:7 [0].targets[1]: "b c" is no host:port'],
    ["- targets: [a:1\n", "t.yaml:2:1"],
    ["- targets: [a:1]\n  labels: {x: 1, x: 2}\n", "t.yaml:2"],
    ["a: b\n", "t.yaml:1:1: must be a list of groups, is a map"],
  ])("YAML %j", (text, words) => {
    expect(messageOf(() => yaml(text))).toContain(words);
  });

  test("an alias bomb is refused quickly", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `- &a${i + 1} [${Array(9).fill(`*a${i}`).join(",")}]`);
    const started = performance.now();
    expect(messageOf(() => yaml(`- &a0 [x]\n${levels.join("\n")}\n`))).toMatch(/aliases|must be a group/);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("credentials in an address are refused and not repeated", () => {
    const message = messageOf(() => json('[{"targets":["http://u:hunter2@h:1/"]}]'));
    expect(message).toContain("put them under credentials");
    expect(message).not.toContain("hunter2");
    expect(messageOf(() => staticTargets(["http://u:hunter2@h:1/"], NONE))).not.toContain("hunter2");
  });

  test("any JSON value ends in a list or a CollectError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.jsonValue().map((v) => JSON.stringify([{ targets: ["a:1"], labels: v }]))), (text) => {
        expect(messageOf(() => json(text))).toBeTypeOf("string");
      }),
      { numRuns: 500 },
    );
  }); // prettier-ignore
});

describe("a target", () => {
  test("is known by its URL; a query only by its hash, since tokens travel there", () => {
    const plain = makeTarget("http://h:9400/metrics", NONE, PLAIN_METRICS);
    const one = makeTarget("http://h:9400/metrics?token=s3cret", NONE, PLAIN_METRICS);
    const two = makeTarget("http://h:9400/metrics?token=other", NONE, PLAIN_METRICS);
    expect(plain.origin).toBe("http://h:9400/metrics");
    expect(one.origin).toMatch(/^http:\/\/h:9400\/metrics\?[0-9a-f]{12}$/);
    expect(one.origin).not.toBe(two.origin);
    expect(one.url.search).toBe("?token=s3cret");
  });

  test("written in the configuration may be a whole URL or host:port", () => {
    const targets = staticTargets(["https://h:9400/m", "h2:9400"], new Map([["zone", "z"]]));
    expect(targets.map((t) => t.url.href)).toEqual(["https://h:9400/m", "http://h2:9400/metrics"]);
    expect(targets[1]?.labels.get("zone")).toBe("z");
    expect(messageOf(() => staticTargets(["h:1", "not a target"], NONE))).toContain(
      'targets[1] "not a target" is no host:port',
    );
  });
});

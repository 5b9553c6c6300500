import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import { parseSelector, type Matcher } from "../../../collectors/prometheus/selector.ts";
import { adapted, USAGE_ADAPTERS } from "../../../collectors/usage/adapters.ts";
import { counterSelector, ownMatchers, printCounter } from "../../../collectors/usage/counter-selector.ts";

/** Lines as these servers expose them: names and labels of their own metrics pages. */
const EXPOSED = `
vllm:request_success_total{engine="0",finished_reason="stop",model_name="chat"} 1
vllm:request_success_total{engine="0",finished_reason="length",model_name="chat"} 2
vllm:request_success_total{engine="0",finished_reason="abort",model_name="chat"} 4
vllm:request_success_total{engine="0",finished_reason="error",model_name="chat"} 8
vllm:generation_tokens_total{engine="0",model_name="chat"} 16
vllm:prompt_tokens_total{engine="0",model_name="chat"} 32
sglang:num_requests_total{model_name="chat"} 1
sglang:num_aborted_requests_total{model_name="chat"} 2
sglang:generation_tokens_total{model_name="chat"} 4
sglang_num_requests_total{model_name="new"} 8
sglang_num_aborted_requests_total{model_name="new"} 16
sglang_generation_tokens_total{model_name="new"} 32
tgi_request_count{job="tgi"} 1
tgi_request_success{job="tgi"} 2
tgi_request_failure{err="generation",job="tgi"} 4
nv_inference_count{model="upscaler",version="1"} 1
nv_inference_request_success{model="upscaler",version="1"} 2
nv_inference_request_failure{model="upscaler",reason="REJECTED",version="1"} 4
nv_inference_request_failure{model="upscaler",reason="BACKEND",version="1"} 8
nv_inference_exec_count{model="upscaler",version="1"} 16
request_predict_seconds_count{model_name="ranker"} 1
request_predict_seconds_sum{model_name="ranker"} 2
request_preprocess_seconds_count{model_name="ranker"} 4
revision_request_count{configuration_name="ranker",response_code="200",response_code_class="2xx"} 1
revision_request_count{configuration_name="ranker",response_code="404",response_code_class="4xx"} 2
revision_request_count{configuration_name="ranker",response_code="503",response_code_class="5xx"} 4
nginx_ingress_controller_requests{ingress="chat",method="POST",status="200"} 1
nginx_ingress_controller_requests{ingress="chat",method="POST",status="201"} 2
nginx_ingress_controller_requests{ingress="chat",method="POST",status="302"} 4
nginx_ingress_controller_requests{ingress="chat",method="POST",status="429"} 8
nginx_ingress_controller_requests{ingress="chat",method="POST",status="502"} 16
nginx_ingress_controller_requests{ingress="chat",method="POST",status="0"} 32
nginx_ingress_controller_requests{ingress="other",method="POST",status="200"} 64
apisix_http_status{code="200",route="chat"} 1
apisix_http_status{code="404",route="chat"} 2
apisix_http_status{code="502",route="chat"} 4
kong_http_requests_total{code="200",route="r",service="chat",source="service"} 1
kong_http_requests_total{code="401",route="r",service="chat",source="service"} 2
kong_http_requests_total{code="503",route="r",service="chat",source="kong"} 4
`;

/** By id: matchers of one feature, and the sums good, failed and minus take of the lines above (powers of two: which lines). */
const TAKES: Readonly<Record<string, readonly [match: string, good: number, failed: number, minus: number]>> = {
  "vllm-requests": ['{model_name="chat"}', 1 + 2 + 4 + 8, 4 + 8, 4 + 8],
  "vllm-tokens": ['{model_name="chat"}', 16, 0, 0],
  "sglang-requests": ["", 1 + 8, 2 + 16, 2 + 16],
  "sglang-tokens": ['{model_name="new"}', 32, 0, 0],
  "tgi-requests": ['{job="tgi"}', 2, 4, 0],
  "triton-inferences": ['{model="upscaler"}', 1, 4 + 8, 0],
  "triton-requests": ['{model="upscaler"}', 2, 4 + 8, 0],
  "kserve-predictions": ['{model_name="ranker"}', 1, 0, 0],
  "knative-requests": ['{configuration_name="ranker"}', 1, 4, 0],
  "ingress-nginx": ['{ingress="chat"}', 1 + 2, 16 + 32, 0],
  apisix: ['{route="chat"}', 1, 4, 0],
  kong: ['{service="chat"}', 1, 4, 0],
};

const exposed = EXPOSED.trim()
  .split("\n")
  .map((line) => {
    const end = line.lastIndexOf("}");
    const labels = parseSelector(line.slice(0, end + 1));
    return { labels: new Map(labels.map(({ name, value }) => [name, value])), value: Number(line.slice(end + 1)) };
  });

function isTaken(labels: ReadonlyMap<string, string>, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, op, value }) => {
    const said = labels.get(name) ?? "";
    const matches = op === "=" || op === "!=" ? said === value : new RegExp(`^(?:${value})$`).test(said);
    return op.startsWith("!") ? !matches : matches;
  });
}
const sumOf = (selectors: readonly string[]): number =>
  exposed
    .filter(({ labels }) => selectors.some((selector) => isTaken(labels, parseSelector(selector))))
    .reduce((sum, { value }) => sum + value, 0);

describe("adapters", () => {
  test("every adapter has its case here", () => {
    expect(USAGE_ADAPTERS.map(({ id }) => id).toSorted()).toEqual(Object.keys(TAKES).toSorted());
  });

  test.each(USAGE_ADAPTERS.map((adapter) => [adapter.id, adapter] as const))(
    "%s takes the right counters",
    (id, adapter) => {
      const [match, good, failed, minus] = TAKES[id]!;
      const filled = adapted(adapter, match);
      expect([sumOf(filled.good), sumOf(filled.failed), sumOf(filled.minus)]).toEqual([good, failed, minus]);
      for (const selector of [...filled.good, ...filled.failed, ...filled.minus])
        expect(printCounter(counterSelector(selector))).toBe(selector);
    },
  );

  test("its example of matchers can be read, and is put on every counter", () => {
    for (const adapter of USAGE_ADAPTERS) {
      const own = ownMatchers(adapter.match);
      expect(own.length).toBeGreaterThan(0);
      for (const selector of adapted(adapter, adapter.match).good)
        expect(counterSelector(selector).matchers).toEqual(expect.arrayContaining([...own]));
    }
  });
});

describe("selectors of counters", () => {
  test("hostile label values stay values", () => {
    const filled = adapted(USAGE_ADAPTERS[0]!, String.raw`{model_name="\"} or {__name__=~\".+"}`);
    expect(counterSelector(filled.good[0]!)).toEqual({
      names: ["vllm:request_success_total"],
      matchers: [{ name: "model_name", op: "=", value: '"} or {__name__=~".+' }],
    });
  });

  test.each([
    ['{job="a"}', /name of one metric/],
    ['{__name__=~"a|b"}', /name of one metric/],
    ['x{__name__="y"}', /name of one metric/],
    ["rate(x[5m])", /expected nothing more/],
    ["x[5m]", /expected nothing more/],
    ["x + y", /expected nothing more/],
    ["", /metric name/],
  ])("%s is refused with its place", (text, words) => {
    expect(() => counterSelector(text)).toThrow(CollectError);
    expect(() => counterSelector(text)).toThrow(words);
  });

  test("no matchers are none, and a metric among them is refused", () => {
    expect(["", " ", "{}", "{ }"].map(ownMatchers)).toEqual([[], [], [], []]);
    expect(() => ownMatchers("up")).toThrow(/labels only/);
    expect(() => ownMatchers('up{a="b"}')).toThrow(/labels only/);
  });
});

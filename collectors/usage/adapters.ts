import type { PromqlUsage } from "../../db/model/feature.ts";
import { MICRO, type Micro } from "../../db/model/money.ts";
import { counterSelector, ownMatchers, printCounter } from "./counter-selector.ts";

/** A ready-made way to count what a known server produces. Selectors are without the labels that tell features apart. */
export type UsageAdapter = {
  readonly id: string;
  readonly server: string;
  readonly counts: "requests" | "tokens" | "inferences";
  readonly unit: string; // suggested for the feature
  readonly good: readonly string[];
  readonly failed: readonly string[];
  readonly minus: readonly string[];
  readonly unitsPerCount: Micro;
  readonly match: string; // an example: the labels that tell features apart there
};

const one = MICRO;
const perThousand = 1_000n; // a thousand counts are a unit

/**
 * Names and labels as the servers expose them (facts/other-metrics.md, sections 3 and 4). What a gateway answers with 5xx,
 * and what no status came for, is failed; 4xx is the caller's doing and neither.
 */
export const USAGE_ADAPTERS: readonly UsageAdapter[] = [
  {
    // request_success counts what ended in any way: aborted by the caller, or (newer builds) in an error
    id: "vllm-requests",
    server: "vLLM",
    counts: "requests",
    unit: "request",
    good: ["vllm:request_success_total"],
    failed: ['vllm:request_success_total{finished_reason=~"abort|error"}'],
    minus: ['vllm:request_success_total{finished_reason=~"abort|error"}'],
    unitsPerCount: one,
    match: '{model_name="chat"}',
  },
  {
    id: "vllm-tokens",
    server: "vLLM",
    counts: "tokens",
    unit: "1k tokens",
    good: ["vllm:generation_tokens_total"],
    failed: [],
    minus: [],
    unitsPerCount: perThousand,
    match: '{model_name="chat"}',
  },
  {
    id: "sglang-requests",
    server: "SGLang",
    counts: "requests",
    unit: "request",
    good: ["sglang:num_requests_total", "sglang_num_requests_total"], // newer builds write _
    failed: ["sglang:num_aborted_requests_total", "sglang_num_aborted_requests_total"],
    minus: ["sglang:num_aborted_requests_total", "sglang_num_aborted_requests_total"],
    unitsPerCount: one,
    match: '{model_name="chat"}',
  },
  {
    id: "sglang-tokens",
    server: "SGLang",
    counts: "tokens",
    unit: "1k tokens",
    good: ["sglang:generation_tokens_total", "sglang_generation_tokens_total"],
    failed: [],
    minus: [],
    unitsPerCount: perThousand,
    match: '{model_name="chat"}',
  },
  {
    id: "tgi-requests",
    server: "Text Generation Inference",
    counts: "requests",
    unit: "request",
    good: ["tgi_request_success"],
    failed: ["tgi_request_failure"],
    minus: [],
    unitsPerCount: one,
    match: '{job="tgi-chat"}',
  },
  {
    id: "triton-inferences",
    server: "Triton",
    counts: "inferences",
    unit: "inference",
    good: ["nv_inference_count"], // a request may carry a batch of them
    failed: ["nv_inference_request_failure"],
    minus: [],
    unitsPerCount: one,
    match: '{model="upscaler"}',
  },
  {
    id: "triton-requests",
    server: "Triton",
    counts: "requests",
    unit: "request",
    good: ["nv_inference_request_success"],
    failed: ["nv_inference_request_failure"],
    minus: [],
    unitsPerCount: one,
    match: '{model="upscaler"}',
  },
  {
    id: "kserve-predictions",
    server: "KServe Python server",
    counts: "requests",
    unit: "prediction",
    good: ["request_predict_seconds_count"],
    failed: [], // it counts no failures: the gateway in front does
    minus: [],
    unitsPerCount: one,
    match: '{model_name="ranker"}',
  },
  {
    id: "knative-requests",
    server: "KServe on Knative",
    counts: "requests",
    unit: "request",
    good: ['revision_request_count{response_code_class="2xx"}'],
    failed: ['revision_request_count{response_code_class="5xx"}'],
    minus: [],
    unitsPerCount: one,
    match: '{configuration_name="ranker"}',
  },
  {
    id: "ingress-nginx",
    server: "ingress-nginx",
    counts: "requests",
    unit: "request",
    good: ['nginx_ingress_controller_requests{status=~"2.."}'],
    failed: ['nginx_ingress_controller_requests{status=~"5..|0"}'],
    minus: [],
    unitsPerCount: one,
    match: '{ingress="chat"}',
  },
  {
    id: "apisix",
    server: "APISIX",
    counts: "requests",
    unit: "request",
    good: ['apisix_http_status{code=~"2.."}'],
    failed: ['apisix_http_status{code=~"5.."}'],
    minus: [],
    unitsPerCount: one,
    match: '{route="chat"}',
  },
  {
    id: "kong",
    server: "Kong 3",
    counts: "requests",
    unit: "request",
    good: ['kong_http_requests_total{code=~"2.."}'],
    failed: ['kong_http_requests_total{code=~"5.."}'],
    minus: [],
    unitsPerCount: one,
    match: '{service="chat"}',
  },
];

/**
 * The selectors of an adapter for one feature: each of its counters with the matchers a person gave.
 * @throws CollectError bad_config when the matchers cannot be read
 */
export function adapted(adapter: UsageAdapter, match: string): Omit<PromqlUsage, "prometheus"> {
  const own = ownMatchers(match);
  const filled = (selectors: readonly string[]): string[] =>
    selectors.map((selector) => {
      const { names, matchers } = counterSelector(selector);
      return printCounter({ names, matchers: [...matchers, ...own] });
    });
  const { good, failed, minus, unitsPerCount } = adapter;
  return { good: filled(good), failed: filled(failed), minus: filled(minus), unitsPerCount };
}

import { CollectError, type Fetcher, type GetAnswer, type GetRequest } from "../../../collectors/collector.ts";
import { type Matcher, parseSelector } from "../../../collectors/prometheus/selector.ts";

export type FakeSeries = {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, string])[];
};

/** A Prometheus without a network: answers raw range selectors from a list of series. */
export type FakePrometheus = {
  readonly fetcher: Fetcher;
  series: FakeSeries[];
  /** 2.x closes a range on the left, 3.x does not. */
  leftClosed: boolean;
  /** Samples one question may touch before it is refused with 422. */
  maxSamples: number;
  /** Called before each answer; may throw or replace it. */
  before: (request: GetRequest, form: URLSearchParams) => Promise<string | null> | string | null;
  readonly forms: URLSearchParams[];
  asked: number;
  refused: number;
  mostAtOnce: number;
};

export function fakePrometheus(series: FakeSeries[] = []): FakePrometheus {
  let atOnce = 0;
  const busyKeys = new Set<string>();
  const fake: FakePrometheus = {
    series,
    leftClosed: true,
    maxSamples: Infinity,
    before: () => null,
    forms: [],
    asked: 0,
    refused: 0,
    mostAtOnce: 0,
    fetcher: {
      async get(key, request) {
        if (busyKeys.has(key)) throw new Error(`two requests at once on ${key}`);
        busyKeys.add(key);
        atOnce += 1;
        fake.mostAtOnce = Math.max(fake.mostAtOnce, atOnce);
        try {
          await new Promise((resolve) => setImmediate(resolve));
          return await answer(fake, request);
        } finally {
          atOnce -= 1;
          busyKeys.delete(key);
        }
      },
      forget: () => undefined,
      close: async () => undefined,
    },
  };
  return fake;
}

async function answer(fake: FakePrometheus, request: GetRequest): Promise<GetAnswer> {
  fake.asked += 1;
  const isLabels = request.url.pathname.includes("/label/");
  const form = isLabels ? request.url.searchParams : new URLSearchParams(request.body ?? "");
  fake.forms.push(form);
  const replaced = await fake.before(request, form);
  if (replaced !== null) return bodyOf(replaced);
  if (isLabels) return labelValues(fake, decodeURIComponent(request.url.pathname.split("/").at(-2)!), form);
  const { matchers, rangeMs } = parseRange(form.get("query")!);
  const to = Math.round(Number(form.get("time")) * 1000);
  const from = to - rangeMs;
  const found = fake.series
    .filter((s) => matchers.every((m) => matches(m, s.labels[m.name] ?? "")))
    .map(({ labels, samples }) => ({
      metric: labels,
      values: samples
        .filter(([at]) => at <= to && (fake.leftClosed ? at >= from : at > from))
        .map(([at, v]) => [at / 1000, v]),
    }))
    .filter(({ values }) => values.length > 0);
  const touched = found.reduce((sum, s) => sum + s.values.length, 0);
  if (touched > fake.maxSamples) {
    fake.refused += 1;
    throw new CollectError("http_status", `422: ${touched} samples`, { status: 422 });
  }
  return bodyOf(JSON.stringify({ status: "success", data: { resultType: "matrix", result: found } }));
}

function labelValues(fake: FakePrometheus, label: string, form: URLSearchParams): GetAnswer {
  const matchers = parseSelector(form.get("match[]")!);
  const hits = fake.series.filter((s) => matchers.every((m) => matches(m, s.labels[m.name] ?? "")));
  const values = [...new Set(hits.map((s) => s.labels[label] ?? "").filter((v) => v !== ""))].toSorted();
  return bodyOf(JSON.stringify({ status: "success", data: values }));
}

function parseRange(query: string): { matchers: readonly Matcher[]; rangeMs: number } {
  const end = query.lastIndexOf("[");
  return { matchers: parseSelector(query.slice(0, end)), rangeMs: Number(/^\[(\d+)ms\]$/.exec(query.slice(end))![1]) };
}

function matches({ op, value }: Matcher, label: string): boolean {
  if (op === "=") return label === value;
  if (op === "!=") return label !== value;
  const hit = new RegExp(`^(?:${value})$`, "su").test(label);
  return op === "=~" ? hit : !hit;
}

export function bodyOf(text: string, dateHeader = ""): GetAnswer {
  return { status: 200, contentType: "application/json", dateHeader, body: Buffer.from(text) };
}

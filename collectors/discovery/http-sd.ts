import { CollectError, type Fetcher } from "../collector.ts";
import { parseJsonTargets } from "./parse-targets.ts";
import { PLAIN_METRICS, type TargetDefaults } from "./target.ts";
import type { TargetRound } from "./target-watch.ts";

const MOST_BODY_BYTES = 16 * 1024 * 1024;
const MOST_DEADLINE_MS = 30_000;

export type HttpSdSpec = {
  readonly name: string; // of the source
  readonly url: URL;
  readonly refreshMs: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly headers: () => Readonly<Record<string, string>>; // credentials, read when needed
  readonly caFile: string | null;
  readonly defaults?: TargetDefaults;
};

/** Asks an http_sd endpoint for its whole list: 200, application/json, `[]` when empty. Anything else is a fault. */
export function httpSdReader(spec: HttpSdSpec, fetcher: Fetcher): () => Promise<TargetRound> {
  return async () => {
    const answer = await fetcher.get(`http_sd ${spec.name}`, {
      url: spec.url,
      headers: {
        ...spec.headers(),
        accept: "application/json",
        "x-prometheus-refresh-interval-seconds": String(spec.refreshMs / 1000),
      },
      deadlineMs: Math.min(MOST_DEADLINE_MS, spec.refreshMs),
      maxBytes: MOST_BODY_BYTES,
      ...(spec.caFile === null ? {} : { caFile: spec.caFile }),
    });
    const place = `${spec.url.origin}${spec.url.pathname}`;
    if (answer.status !== 200) {
      throw new CollectError("http_status", `${place}: HTTP ${answer.status}; a list comes with 200`, {
        status: answer.status,
      });
    }
    if (!/^application\/json\s*(;|$)/i.test(answer.contentType)) {
      throw new CollectError("content_type", `${place}: Content-Type must be application/json`);
    }
    const text = utf8(answer.body, place);
    const targets = parseJsonTargets({ text, place, extra: spec.labels, defaults: spec.defaults ?? PLAIN_METRICS });
    return { targets, fault: null };
  };
}

function utf8(body: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new CollectError("malformed", `${place}: is not UTF-8`, { cause });
  }
}

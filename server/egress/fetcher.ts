import { CollectError, type Fetcher, type GetRequest } from "../../collectors/collector.ts";
import { withoutCredentials } from "../../collectors/without-credentials.ts";
import type { Clock } from "../../db/model/clock.ts";
import { BodyWorkshop } from "./body-sink.ts";
import { BufferPool } from "./buffer-pool.ts";
import { type Resolve, systemResolve } from "./checked-address.ts";
import { type Connect, type Dialler, systemConnect } from "./dial.ts";
import { PlainChannel } from "./plain-channel.ts";
import type { EgressPolicy } from "./policy.ts";
import { assertRequest } from "./request-head.ts";
import { SecureClient } from "./secure-client.ts";
import { shownUrl } from "./shown-url.ts";

export type FetcherParts = {
  readonly policy: EgressPolicy;
  readonly clock: Clock;
  /** How many answers are read at a time: that many idle buffers are kept. Default 64. */
  readonly concurrency?: number;
  readonly resolve?: Resolve;
  readonly connect?: Connect;
};

/**
 * The one way out of the process. Plain HTTP goes through a lean reader on sockets, HTTPS through undici; the same
 * limits and the same faults hold for both.
 */
export function openFetcher(parts: FetcherParts): Fetcher {
  const dialler: Dialler = {
    policy: parts.policy,
    clock: parts.clock,
    resolve: parts.resolve ?? systemResolve,
    connect: parts.connect ?? systemConnect,
  };
  const workshop = new BodyWorkshop(new BufferPool(parts.concurrency ?? 64));
  const secure = new SecureClient(dialler, workshop);
  const channels = new Map<string, PlainChannel>();
  const inFlight = new Set<string>();
  let closed = false;

  const channelOf = (key: string): PlainChannel => {
    const known = channels.get(key);
    if (known) return known;
    const channel = new PlainChannel(dialler, workshop);
    channels.set(key, channel);
    return channel;
  };
  const admit = (key: string, request: GetRequest): void => {
    assertRequest(request);
    if (closed) throw new CollectError("connect", `${shownUrl(request.url)}: Dapan is stopping`);
    if (!inFlight.has(key)) return;
    throw new CollectError("overloaded", `${shownUrl(request.url)}: the request before is still in flight`);
  };

  return {
    async get(key, request) {
      admit(key, request);
      inFlight.add(key);
      try {
        const plain = request.url.protocol === "http:";
        return await (plain ? channelOf(key).exchange(request) : secure.exchange(request));
      } catch (error) {
        throw withoutCredentials(error, request.headers["authorization"] ?? "");
      } finally {
        inFlight.delete(key);
      }
    },
    forget(key) {
      channels.get(key)?.close();
      channels.delete(key);
    },
    async close() {
      closed = true;
      for (const channel of channels.values()) channel.close();
      channels.clear();
      await secure.close();
    },
  };
}

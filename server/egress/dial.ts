import * as net from "node:net";
import { CollectError } from "../../collectors/collector.ts";
import type { Clock } from "../../db/model/clock.ts";
import { type Endpoint, assertAllowed, checkedAddresses, type Resolve } from "./checked-address.ts";
import type { EgressPolicy } from "./policy.ts";

/** Opens a TCP connection to an address, never to a name. Injected, so that a test can watch what is dialled. */
export type Connect = (address: string, port: number, onread: net.OnReadOpts | null) => net.Socket;

export const systemConnect: Connect = (address, port, onread) =>
  net.connect({
    host: address,
    port,
    family: net.isIP(address),
    autoSelectFamily: false, // the order of addresses is ours
    noDelay: true,
    ...(onread ? { onread } : {}),
  });

export type Dialler = {
  readonly policy: EgressPolicy;
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly connect: Connect;
};

export type Attempt = {
  readonly endpoint: Endpoint;
  readonly onread: net.OnReadOpts | null;
  /** False once the deadline passed: nothing more is dialled. */
  readonly wanted: () => boolean;
  /** Is told of each socket at once, so that a deadline can end it. */
  readonly hold: (socket: net.Socket) => void;
};

/** An address that does not answer must leave time for the next one. */
const MOST_MS_PER_ADDRESS = 3_000;

/**
 * Connects to the first address of the endpoint that answers. Each was checked, the checked one is dialled, and the
 * socket is asked once more whom it reached.
 *
 * @throws CollectError `dns`, `refused_by_policy`, `connect`
 */
export async function dial(dialler: Dialler, { endpoint, onread, wanted, hold }: Attempt): Promise<net.Socket> {
  const addresses = await checkedAddresses(endpoint, dialler.policy, dialler.resolve);
  let failure: unknown = null;
  for (const [i, address] of addresses.entries()) {
    if (!wanted()) break;
    const socket = dialler.connect(address, endpoint.port, onread);
    hold(socket);
    try {
      await connected(socket, i === addresses.length - 1 ? null : dialler.clock, address, endpoint);
      assertReached(dialler.policy, socket, endpoint);
      return socket;
    } catch (error) {
      socket.destroy();
      if (error instanceof CollectError && error.fault === "refused_by_policy") throw error;
      failure = error;
    }
  }
  throw failure ?? new CollectError("connect", `${endpoint.host}:${endpoint.port} was not dialled: too late`);
}

function connected(socket: net.Socket, clock: Clock | null, address: string, { host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock?.after(MOST_MS_PER_ADDRESS, () => fail("no answer"));
    const done = (): void => {
      timer?.cancel();
      socket.off("connect", onConnect).off("error", onError).off("close", onClose);
    };
    const fail = (why: string, cause?: Error): void => {
      done();
      socket.on("error", () => {}); // whatever follows from destroying it
      const named = host === address ? `${address}:${port}` : `${host}:${port} (${address})`;
      reject(new CollectError("connect", `cannot connect to ${named}: ${why}`, { cause }));
    };
    const onConnect = (): void => {
      done();
      resolve();
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(error.code ?? error.message, error);
    const onClose = (): void => fail("closed");
    socket.once("connect", onConnect).once("error", onError).once("close", onClose);
  });
}

function assertReached(policy: EgressPolicy, socket: net.Socket, { host, port }: Endpoint): void {
  if (socket.remoteAddress === undefined) throw new CollectError("connect", `${host}:${port} closed at once`);
  assertAllowed(policy, socket.remoteAddress, port, host);
}

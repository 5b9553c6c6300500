import { createHash, timingSafeEqual } from "node:crypto";
import type { PushAnswer, UsageFault } from "../../../db/model/usage-views.ts";
import type { Deps } from "../../context.ts";
import { faultWords } from "./fault-words.ts";
import { type PushFault, readPush } from "./read-push.ts";
import { EntriesRefused, PushConflict } from "./usage-port.ts";

export type PushOutcome =
  | { readonly status: 200; readonly answer: PushAnswer; readonly kept: boolean }
  | { readonly status: 400; readonly error: string; readonly faults: readonly PushFault[] }
  | { readonly status: 409; readonly error: string };

/** Faults told at once: whoever has more has one mistake many times. */
const MOST_TOLD = 100;

/** Takes a push: all of its lines or none, and once for each key. */
export async function pushUsage(
  deps: Pick<Deps, "config" | "usage">,
  key: string,
  body: unknown,
): Promise<PushOutcome> {
  const reading = readPush(body, deps.config.current().timeZone);
  if (reading.fault !== null) return { status: 400, error: reading.fault, faults: [] };
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const wrong = [...reading.shapes, ...reading.faults.map(told)];
  if (wrong.length > 0) {
    const judged = await deps.usage.judge(reading.entries, { kind: "push", name: "push" });
    return refused([...wrong, ...judged.faults.map((fault) => told(inPush(fault, reading.indices)))]);
  }
  try {
    return { status: 200, ...(await deps.usage.push({ key, digest }, reading.entries)) };
  } catch (error) {
    if (error instanceof EntriesRefused) return refused(error.faults.map(told));
    if (error instanceof PushConflict)
      return {
        status: 409,
        error: `the Idempotency-Key "${key}" was used for another body; nothing was stored. Send a new push under a new key`,
      };
    throw error;
  }
}

const inPush = (fault: UsageFault, indices: readonly number[]): UsageFault => ({
  ...fault,
  row: indices[fault.row] ?? fault.row,
  other: fault.other === null ? null : (indices[fault.other] ?? fault.other),
});

const told = (fault: UsageFault): PushFault => ({
  index: fault.row,
  field: fault.field,
  code: fault.code,
  read: fault.read,
  hint: faultWords(fault),
});

function refused(faults: readonly PushFault[]): PushOutcome {
  const sorted = faults.toSorted((a, b) => a.index - b.index);
  const lines = new Set(faults.map(({ index }) => index)).size;
  const error = `${lines} ${lines === 1 ? "line" : "lines"} cannot be taken; nothing was stored`;
  return { status: 400, error, faults: sorted.slice(0, MOST_TOLD) };
}

type PushCaller = { readonly isLocal: boolean; readonly hasAccounts: boolean; readonly authorization: string };

/**
 * Why a caller without a token of its own may not push; null = it may. The token of the configuration is asked of everybody
 * where it is set; without one only this machine itself may, and where people sign in nobody.
 * @param secret the token of the configuration; null = none is set
 */
export function pushRefusal({ isLocal, hasAccounts, authorization }: PushCaller, secret: string | null): string | null {
  if (secret === null && hasAccounts)
    return 'a token is needed; make one with the right "push" on the page of tokens, or set usageTokenFile in dapan.yaml';
  if (secret === null) {
    if (authorization !== "") return "no token is set; set usageTokenFile or usageTokenEnv in dapan.yaml";
    return isLocal
      ? null
      : "without a token pushes are taken from this machine only, to localhost or 127.0.0.1 and not through a proxy; set usageTokenFile or usageTokenEnv in dapan.yaml";
  }
  if (authorization === "")
    return "a token is needed; send Authorization: Bearer and the token of usageTokenFile or usageTokenEnv";
  const said = /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
  return isSameSecret(said, secret) ? null : "the token is another than that of usageTokenFile or usageTokenEnv";
}

/** By digests of one length: how long it takes tells nothing about the secret. */
const isSameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());

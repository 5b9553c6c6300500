import { useCallback, useState } from "react";
import { useAskAlertsAgain } from "../../live/use-alerts.ts";
import { client } from "../../trpc.ts";

/** What became of the last order; `why` is the first reason why one failed. */
export type BulkResult = { readonly done: number; readonly failed: number; readonly why: string };

const AT_ONCE = 6;

/** Acknowledges many incidents, a few at a time. What fails leaves the others alone. */
export function useBulkAcknowledge(): {
  readonly run: (ids: readonly number[]) => Promise<void>;
  readonly isBusy: boolean;
  readonly result: BulkResult | null;
} {
  const askAgain = useAskAlertsAgain();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<BulkResult | null>(null);
  const run = useCallback(
    async (ids: readonly number[]) => {
      setBusy(true);
      setResult(null);
      const failures: string[] = [];
      const left = [...ids];
      const lane = async () => {
        for (let id = left.shift(); id !== undefined; id = left.shift())
          await client.alerts.acknowledge.mutate({ id, note: "" }).catch((error: unknown) => {
            failures.push(error instanceof Error ? error.message.slice(0, 200) : "");
          });
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      setResult({ done: ids.length - failures.length, failed: failures.length, why: failures[0] ?? "" });
      setBusy(false);
      await askAgain();
    },
    [askAgain],
  );
  return { run, isBusy, result };
}

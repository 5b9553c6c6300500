import { SECOND_MS } from "../../db/model/time.ts";
import type { Deps, WriteTrouble } from "../context.ts";

export type Readiness = {
  readonly ready: boolean;
  readonly database: "ok" | "no answer" | WriteTrouble; // anything but ok: pages show what is known, nothing is stored
  readonly config: "ok" | "reload refused"; // a refused reload keeps the old one: still ready, and said
};

/** Longest wait for the database: a probe wants an answer, not the truth at any price. */
const WAIT_MS = 2 * SECOND_MS;

/** Whether requests can be served now, and what comes in can be stored. */
export async function readiness(deps: Pick<Deps, "board" | "clock" | "config" | "writeTrouble">): Promise<Readiness> {
  const done = new AbortController();
  const answered = deps.board.ping().then(
    () => true,
    () => false,
  );
  const late = deps.clock.sleep(WAIT_MS, done.signal).then(
    () => false,
    () => false,
  );
  const isUp = await Promise.race([answered, late]);
  done.abort();
  const database = isUp ? (deps.writeTrouble() ?? "ok") : "no answer";
  return {
    ready: database === "ok",
    database,
    config: deps.config.faults().length === 0 ? "ok" : "reload refused",
  };
}

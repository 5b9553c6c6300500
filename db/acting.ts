import { AsyncLocalStorage } from "node:async_hooks";
import type { Executor } from "./database.ts";

/** What statements run in an act's transactions are asked through. */
type Ask = (sql: string, params: readonly unknown[]) => Promise<unknown>;

/**
 * What somebody does just now. Everything written meanwhile names its entry in the audit, by triggers; each of its
 * transactions asks first whether whoever acts still may.
 */
export class Act {
  readonly entryId: string;
  readonly #mayStill: ((query: Executor["query"]) => Promise<void>) | null;
  readonly #running = new Set<Promise<unknown>>();
  #isOver = false;

  /** @param mayStill throws where what the act was let in with is gone; asked inside each of its transactions */
  constructor(entryId: string, mayStill: ((query: Executor["query"]) => Promise<void>) | null) {
    this.entryId = entryId;
    this.#mayStill = mayStill;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return acts.run(this, work);
  }

  /** First statements of a transaction of this act. */
  async enter(ask: Ask): Promise<void> {
    await ask("SELECT set_config('dapan.entry', $1, true)", [this.entryId]);
    await this.#mayStill?.(async <T>(sql: string, params: readonly unknown[] = []) => (await ask(sql, params)) as T[]);
  }

  follow<T>(transaction: Promise<T>): Promise<T> {
    this.#running.add(transaction);
    const forget = (): void => void this.#running.delete(transaction);
    transaction.then(forget, forget);
    return transaction;
  }

  /** Nothing more belongs to it; resolves when what had begun has ended. */
  async end(): Promise<void> {
    this.#isOver = true;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}

const acts = new AsyncLocalStorage<Act | null>();

/** The act this statement belongs to; null = the process's own doing, also what an act set off and did not wait for. */
export function presentAct(): Act | null {
  const act = acts.getStore();
  return act === undefined || act === null || act.isOver ? null : act;
}

/** The act a statement outside of a transaction needs one for: those that only ask need none. */
export function actOf(sql: string): Act | null {
  const act = presentAct();
  return act === null || /^\s*select\b/i.test(sql) ? null : act;
}

/** What is put on record about acts is no part of them. */
export const outsideActs = <T>(work: () => Promise<T>): Promise<T> => acts.run(null, work);

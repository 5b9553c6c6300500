import { AsyncLocalStorage } from "node:async_hooks";

/** Longest statement of a question. Writes have no limit: a slot that takes longer is late, one that is stopped is lost. */
export const QUESTION_MS = 10_000;

const questions = new AsyncLocalStorage<true>();

/** Runs `work` as the answer to a question: its statements may be stopped, and leave the connections of writers alone. */
export const asQuestion = <T>(work: () => T): T => questions.run(true, work);

/** Whether somebody waits for this answer, and nothing is lost when there is none. */
export const isQuestion = (): boolean => questions.getStore() === true;

/** A question was stopped, for the sake of those that others ask. */
export class QuestionTooLong extends Error {
  override readonly name = "QuestionTooLong";
  readonly statusCode = 422; // the question is too large; asking it again will not help

  constructor(options?: ErrorOptions) {
    super(`this took longer than ${QUESTION_MS / 1_000} s and was stopped; ask for fewer days or for a part`, options);
  }
}

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

/** The database says nothing, or cannot be reached: it is not the question's fault, and may pass by itself. */
export class DatabaseSilent extends Error {
  override readonly name = "DatabaseSilent";
  readonly statusCode = 503;

  constructor(options?: ErrorOptions) {
    super("the database does not answer; this is asked again by itself, and dapan doctor says what is wrong", options);
  }
}

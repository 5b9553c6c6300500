import type { ReviewState } from "../../../db/model/board-views.ts";

/**
 * Which states a person may put advice into: open → accepted → done, and from either of the first two dismissed, with a
 * reason. A dismissal can be taken back; what is done is done, and the same finding later opens a new item.
 */
const NEXT: Readonly<Record<ReviewState, readonly ReviewState[]>> = {
  open: ["accepted", "done", "dismissed"],
  accepted: ["done", "dismissed", "open"],
  done: [],
  dismissed: ["open"],
};

/** Null when the step is allowed, else the sentence that says why not and what is. */
export function refuseStep(from: ReviewState, to: ReviewState, reason: string): string | null {
  if (!NEXT[from].includes(to)) {
    const allowed = NEXT[from].length > 0 ? NEXT[from].join(", ") : "nothing: it is closed";
    return `advice that is ${from} cannot become ${to}; allowed is ${allowed}`;
  }
  if (to === "dismissed" && reason.trim() === "")
    return "say why it is dismissed: the reason is shown to the next reader";
  return null;
}

import { REVIEW_KINDS, REVIEW_STATES, type ReviewKind, type ReviewState } from "../../db/model/board-views.ts";

/** What of the review page stands in its address. */
export type ReviewView = {
  readonly state: ReviewState;
  readonly kinds: readonly ReviewKind[]; // none = all
  readonly open: number | null; // the item whose cards are shown
};

/** Total, like every codec of an address. */
export function decodeReview(params: URLSearchParams): ReviewView {
  const state = REVIEW_STATES.find((known) => known === params.get("state")) ?? "open";
  const asked = new Set((params.get("kind") ?? "").split(","));
  const open = Number(params.get("open") ?? "");
  return {
    state,
    kinds: REVIEW_KINDS.filter((kind) => asked.has(kind)),
    open: Number.isInteger(open) && open > 0 && open <= 2_147_483_647 ? open : null,
  };
}

export function encodeReview(view: ReviewView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.state !== "open") params.set("state", view.state);
  if (view.kinds.length > 0 && view.kinds.length < REVIEW_KINDS.length) params.set("kind", view.kinds.join(","));
  if (view.open !== null) params.set("open", String(view.open));
  return params;
}

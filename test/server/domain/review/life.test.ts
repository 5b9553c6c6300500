import { expect, test } from "vitest";
import { REVIEW_STATES } from "../../../../db/model/board-views.ts";
import { refuseStep } from "../../../../server/domain/review/life.ts";

test("advice goes from open over accepted to done, or is dismissed with a reason", () => {
  const allowed = REVIEW_STATES.flatMap((from) =>
    REVIEW_STATES.filter((to) => refuseStep(from, to, "because") === null).map((to) => `${from} → ${to}`),
  );
  expect(allowed).toEqual([
    "open → accepted",
    "open → done",
    "open → dismissed",
    "accepted → open",
    "accepted → done",
    "accepted → dismissed",
    "dismissed → open",
  ]);
  expect(refuseStep("open", "dismissed", "  ")).toMatch(/say why/);
  expect(refuseStep("done", "open", "x")).toBe(
    "advice that is done cannot become open; allowed is nothing: it is closed",
  );
});

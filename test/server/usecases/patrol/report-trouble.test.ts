import { expect, test } from "vitest";
import { DAY_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { troubleAlert } from "../../../../server/usecases/patrol/report-trouble.ts";

const AT = unixMs(Date.UTC(2026, 10, 23));
const missed = { what: "missed", name: "Weekly", period: "2026-W46", at: AT, why: "Dapan was not running" } as const;

test("a report that was missed is one incident however often it is told, and another period is another", () => {
  const labels = (trouble: Parameters<typeof troubleAlert>[0]) => [...troubleAlert(trouble).labels];
  expect(labels({ ...missed, at: unixMs(AT + 5), why: "again" })).toEqual(labels(missed));
  expect(labels({ ...missed, period: "2026-W47" })).not.toEqual(labels(missed));
  expect(labels({ ...missed, what: "failed" })).not.toEqual(labels(missed));
});

test("it says which, why and what to do, and ends by itself", () => {
  const alert = troubleAlert(missed);
  expect(alert.annotations.get("summary")).toBe(
    "Weekly, 2026-W46: the report was not made when it was due: Dapan was not running. Make it by hand on the patrol page.",
  );
  expect(alert.endsAt).toBe(AT + 2 * DAY_MS);
});

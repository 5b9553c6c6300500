import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { LANGUAGES } from "../../../../db/model/channel.ts";
import type { CostFilter } from "../../../../db/model/ledger-views.ts";
import { decimalMoney, microOf } from "../../../../db/model/money.ts";
import type { ReportTable } from "../../../../db/model/report-document.ts";
import { REPORT_KINDS, type ReportPeriod, type ReportScope, WHOLE_FLEET } from "../../../../db/model/report.ts";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { plainText } from "../../../../reports/digest.ts";
import { FLEET_DIMENSIONS, type ReportValue } from "../../../../reports/report-value.ts";
import { documentOf } from "../../../../reports/write-document.ts";
import { periodAt, periodOf } from "../../../../server/domain/patrol/periods.ts";
import { costView } from "../../../../server/usecases/costs/cost-view.ts";
import { featuresView } from "../../../../server/usecases/costs/features-list.ts";
import { daysOf } from "../../../../server/usecases/patrol/report-money.ts";
import { reportCosts, type ReportParts } from "../../../../server/usecases/patrol/report-sources.ts";
import { reportValue } from "../../../../server/usecases/patrol/report-value.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { stageConfig } from "../../../tools/stage-config.ts";
import { NOW, seedLedger, ZONE } from "../costs/seeded-ledger.ts";

const WEEK = periodOf("weekly", "2026-W45", ZONE)!;
const FRAME = { link: null, madeAt: NOW };

export function reportValueSuite(db: () => Database): void {
  let parts: ReportParts;
  let week: ReportValue;
  const value = (period: ReportPeriod = WEEK, scope: ReportScope = WHOLE_FLEET): Promise<ReportValue> =>
    reportValue(parts, { period, scope });

  beforeAll(async () => {
    const config = { ...stageConfig().current(), timeZone: ZONE, currency: "CNY" };
    parts = { db: db(), clock: manualClock(NOW), config: () => config };
    await seedLedger(db(), 7);
    await seedIncidents(db(), WEEK.from);
    await seedAdvice(db(), WEEK);
    week = await value();
  });

  test("money is the Cost page's, by every dimension and in every scope", async () => {
    const deps = await reportCosts(parts);
    const asked: readonly (readonly [ReportScope, CostFilter])[] = [
      [WHOLE_FLEET, {}],
      [
        { ...WHOLE_FLEET, vendors: ["cloud-a", "=1+1"], billings: ["on_demand", "unknown"] },
        { vendor: ["cloud-a", "=1+1"], billing: ["on_demand", "unknown"] },
      ],
      [{ ...WHOLE_FLEET, teams: ["team-a"] }, { team: ["team-a"] }],
    ];
    for (const [scope, filter] of asked) {
      const own = scope === WHOLE_FLEET ? week : await value(WEEK, scope);
      for (const by of FLEET_DIMENSIONS) {
        const page = await costView(deps, { range: daysOf(WEEK), by, filter });
        expect(own.fleet.groups[by].map(({ key, costMicro }) => [key, costMicro ?? "0"])).toEqual(
          page.groups.map(({ key, micro }) => [key, micro]),
        );
        expect(own.fleet.total.costMicro).toBe(page.total.micro);
        expect(own.fleet.total.ms).toEqual(page.total.byState.ms);
      }
    }
  });

  test("features are the Features page's, and rows with what is no feature's add up to the total", async () => {
    const page = await featuresView(await reportCosts(parts), {
      basis: "allocation",
      policy: "apart",
      range: daysOf(WEEK),
    });
    const { features, fleet } = week;
    for (const line of features.lines) {
      const row = page.features.find(({ key }) => key === line.key)!;
      expect([line.costMicro, line.marginMicro, line.unitCostMicro]).toEqual([
        row.costMicro,
        row.marginMicro,
        row.unitCostMicro,
      ]);
    }
    const sum = [...features.lines.map(({ costMicro }) => costMicro), ...features.loose.map(({ micro }) => micro)];
    expect(sum.reduce((all, one) => all + microOf(one ?? "0"), 0n)).toBe(microOf(features.total.costMicro!));
    expect(features.total.costMicro).toBe(fleet.total.costMicro);
  });

  test("features on some pools are the card-time there: their sum with the rest is the scope's cost", async () => {
    const { features, fleet } = await value(WEEK, { ...WHOLE_FLEET, vendors: ["cloud-a"] });
    const sum = [...features.lines.map(({ costMicro }) => costMicro), ...features.loose.map(({ micro }) => micro)];
    expect(sum.reduce((all, one) => all + microOf(one ?? "0"), 0n)).toBe(microOf(fleet.total.costMicro!));
    expect(features.lines.every(({ revenueMicro }) => revenueMicro === null)).toBe(true);
  });

  test("the period before is the week before, with the Cost page's money", async () => {
    const page = await costView(await reportCosts(parts), {
      range: daysOf(periodOf("weekly", "2026-W44", ZONE)!),
      by: "vendor",
    });
    const own = week;
    expect(own.before?.name).toBe("2026-W44");
    expect(own.fleet.total.costBeforeMicro).toBe(page.total.micro);
  });

  test("incidents of the period are counted, and those of another pool are not in a scope", async () => {
    expect(week.incidents).toMatchObject({ fired: 2, acked: 1, mttaMs: HOUR_MS, mttrMs: 2 * HOUR_MS });
    expect((await value(WEEK, { ...WHOLE_FLEET, vendors: ["cloud-b"] })).incidents.fired).toBe(0);
  });

  test("advice is listed as it stood when the period ended, largest saving first", async () => {
    const kinds = week.idle.reclaim.map(({ id, isAccepted }) => [id, isAccepted]);
    expect(kinds).toEqual([
      [3, false],
      [1, true],
    ]);
  });

  test("every kind is written in both languages, and its table says the value's cost to the last micro-unit", async () => {
    for (const kind of REPORT_KINDS) {
      const own = kind === "weekly" ? week : await value(periodAt(kind, WEEK.from, ZONE));
      for (const language of LANGUAGES) {
        const document = documentOf(own, language, FRAME);
        expect(plainText(document)).not.toMatch(/NaN|Infinity|undefined|\{\w+\}/);
        if (kind === "daily") continue;
        const table = document.sections
          .flatMap(({ blocks }) => blocks)
          .find((block): block is ReportTable => block.kind === "table" && block.id === "by-model")!;
        expect(table.total?.[3]?.value).toBe(decimalMoney(microOf(own.fleet.total.costMicro!)));
      }
    }
  });

  test("a report made twice is the same value, whenever it is made", async () => {
    const past = periodOf("weekly", "2026-W44", ZONE)!;
    const first = await value(past);
    const later = { ...parts, clock: manualClock((NOW + DAY_MS) as typeof NOW) };
    expect(JSON.stringify(await reportValue(later, { period: past, scope: WHOLE_FLEET }))).toBe(JSON.stringify(first));
  });

  test("a scope without cards is a report that says so, without a figure that is not known", async () => {
    const own = await value(WEEK, { ...WHOLE_FLEET, vendors: ["nobody"] });
    expect(own.fleet.total.costMicro).toBeNull();
    expect(documentOf(own, "en", FRAME).headline).toBe("No card of this scope was ours in this period.");
  });

  test("the week of another zone says that the books' days begin at another instant", async () => {
    const own = await value(periodOf("weekly", "2026-W44", "America/New_York")!);
    expect(own.money).toMatchObject({ isSameZone: false, zone: ZONE, range: { from: "2026-10-26", to: "2026-11-02" } });
    expect(plainText(documentOf(own, "en", FRAME))).toContain("The books are kept by calendar days of Asia/Shanghai");
  });
}

/** Accepted in the week; done in the week; done after it; opened after it. */
async function seedAdvice(db: Database, { from, to }: ReportPeriod): Promise<void> {
  const rows = [
    ["accepted", from, from + HOUR_MS, "1000000"],
    ["done", from, from + HOUR_MS, "2000000"],
    ["done", from, to + HOUR_MS, "3000000"],
    ["open", to + HOUR_MS, to + HOUR_MS, "4000000"],
  ] as const;
  for (const [i, [state, opened, changed, saving]] of rows.entries())
    await db.query(
      `INSERT INTO review_item (fingerprint, kind, state, pool_id, cards, saving_per_day_micro, saving_from_ms, currency, coverage,
         evidence, opened_at_ms, changed_at_ms, changed_by, reason)
       VALUES ($1, 'idle_held', $2, 1, '["GPU-1"]', $3, $4, 'CNY', 1, '{}', $4, $5, 'li', '')`,
      [`a-${String(i)}`, state, saving, opened, changed],
    );
}

/** Two incidents of pool 1 in the week, one of them acknowledged and resolved; one long before. */
async function seedIncidents(db: Database, from: number): Promise<void> {
  const rows = [
    [from + HOUR_MS, from + 2 * HOUR_MS, from + 3 * HOUR_MS],
    [from + DAY_MS, null, null],
    [from - 30 * DAY_MS, null, from - 29 * DAY_MS],
  ] as const;
  for (const [i, [firedAt, ackedAt, resolvedAt]] of rows.entries())
    await db.query(
      `INSERT INTO incident (fingerprint, rule_id, rule_version, scope, labels, severity, phase, since_ms, pending_at_ms,
         observed_ms, seen_at_ms, fired_at_ms, resolved_at_ms, because, is_historic, flaps, is_flapping, suppressor,
         is_confirmed, card_ids, node_key, cluster, region, pool_id, "values", evidence, acked_by, acked_at_ms, assignee,
         escalation, cost_per_hour_micro, unpriced_cards, currency, holders, feature_ids)
       VALUES ($1, 'card-drop', 0, 'card', '{}', 'P1', $2, $3, $3, 0, $3, $3, $4, 'at_once', false, 0, false, '', false, '{1}',
         'cloud-a/sh-1/k1/gpu-1', 'k1', 'sh-1', 1, '{}', '[]', '', $5, '', 0, 10000000, 0, 'CNY', '[]', '{}')`,
      [`f-${String(i)}`, resolvedAt === null ? "firing" : "resolved", firedAt, resolvedAt, ackedAt],
    );
}

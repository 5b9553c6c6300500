import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableColumns } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { describe, expect, test } from "vitest";
import { LEDGER_STATES } from "../../db/model/ledger.ts";
import { SLOT_COLUMNS } from "../../db/model/slot.ts";
import { cardDay } from "../../db/schema/card-day.ts";
import { cardHour } from "../../db/schema/card-hour.ts";
import { cardSlot } from "../../db/schema/card-slot.ts";
import { featureDay } from "../../db/schema/feature-day.ts";
import { holderHour } from "../../db/schema/holder-hour.ts";
import { hourPart } from "../../db/schema/hour-part.ts";
import { ledgerDifference } from "../../db/schema/ledger-difference.ts";
import { ledgerHour } from "../../db/schema/ledger-hour.ts";
import { poolHour } from "../../db/schema/pool-hour.ts";
import { slotHold } from "../../db/schema/slot-hold.ts";
import { HOLD_LIST, PART_LIST, STATE_MS } from "../../db/store/holder-sql.ts";
import { AMOUNTS, STATE_MICRO } from "../../db/store/ledger-lines.ts";
import { PARTITIONED, type PartitionedTable, partitionAt, partitionNamed } from "../../db/store/partitions.ts";
import { CARD_SLOT_LIST, columnName } from "../../db/store/slot-columns.ts";

describe("schema", () => {
  test("the tables have the measured columns of db/model/slot.ts, in its order", () => {
    const measured = SLOT_COLUMNS.map(({ name }) => name);
    for (const table of [cardSlot, cardHour, cardDay, poolHour]) {
      expect(Object.keys(getTableColumns(table)).slice(-measured.length)).toEqual(measured);
      expect(
        getTableConfig(table)
          .columns.map((c) => c.name)
          .slice(-measured.length),
      ).toEqual(measured.map(columnName));
    }
    expect(
      getTableConfig(cardSlot)
        .columns.map((c) => c.name)
        .join(", "),
    ).toBe(CARD_SLOT_LIST);
  });

  test("the tables of the ledger have the states of db/model/ledger.ts, in its order", () => {
    expect(STATE_MS).toEqual(LEDGER_STATES.map((state) => `${state}_ms`));
    expect(STATE_MICRO).toEqual(LEDGER_STATES.map((state) => `${state}_micro`));
    const columnsOf = (table: PgTable) => getTableConfig(table).columns.map((c) => c.name);
    expect(columnsOf(holderHour).slice(-6)).toEqual(STATE_MS);
    for (const table of [ledgerHour, featureDay, ledgerDifference])
      expect(columnsOf(table).slice(-12)).toEqual(AMOUNTS);
    expect(columnsOf(slotHold).join(", ")).toBe(HOLD_LIST);
    expect(columnsOf(hourPart).join(", ")).toBe(PART_LIST);
  });

  test("the migrations bring what the schema says: there is nothing left to generate", { timeout: 60_000 }, () => {
    const scratch = mkdtempSync(join(tmpdir(), "dapan-migrations-"));
    cpSync("db/migrations", scratch, { recursive: true });
    const before = readdirSync(scratch);
    execFileSync(
      process.execPath,
      [
        "node_modules/drizzle-kit/bin.cjs",
        "generate",
        "--dialect",
        "postgresql",
        "--schema",
        "./db/schema/*.ts",
        "--out",
        scratch,
      ],
      { stdio: "pipe" },
    );
    expect(readdirSync(scratch)).toEqual(before);
    rmSync(scratch, { recursive: true });
  });

  test("every partition's name says its time, and its time says its name", () => {
    for (const table of Object.keys(PARTITIONED) as PartitionedTable[]) {
      for (const at of [0, Date.UTC(2026, 1, 28, 23, 59, 59, 999), Date.UTC(2024, 11, 31), Date.UTC(2027, 0, 1)]) {
        const partition = partitionAt(table, at);
        expect(partition.from <= at && at < partition.to).toBe(true);
        expect(partitionNamed(table, partition.name)).toEqual(partition);
      }
    }
    expect(partitionNamed("card_slot", "card_slot_20261340")).toBeNull();
    expect(partitionNamed("card_slot", "card_hour_202611")).toBeNull();
  });
});

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { settleOffers } from "../../../collectors/price-lists/settle.ts";
import { listOf } from "./reading.ts";

/**
 * Every row of a real comparison table, and what becomes of it. The golden file holds the verdicts and not the table:
 * row, what its card is read as, micro-units per card-hour of each offer, and why an offer is left out or refused.
 * UPDATE_GOLDEN=1 writes it.
 */
const SOURCE = path.resolve("../shared/data/prices/cloud-gpus.csv");
const GOLDEN = path.resolve("test/golden/price-list/cloud-gpus.txt");

test("all 257 real rows are explained", () => {
  if (!existsSync(SOURCE)) return console.log(`skipped: no ${SOURCE}`);
  const { rows, offers, issues, repeats } = listOf(readFileSync(SOURCE));
  const settled = settleOffers(offers, repeats);
  const taken = new Set(settled.taken);
  const lines = rows.map((row) => {
    const errors = issues.filter((issue) => issue.row === row && issue.level === "error");
    const notes = issues.filter((issue) => issue.row === row && issue.level === "note").map(({ key }) => key);
    const mine = offers.filter((offer) => offer.row === row);
    const fates = mine.map((offer) => {
      const why = settled.issues.find((issue) => issue.row === row && issue.column === offer.column);
      const fate = taken.has(offer) ? "taken" : `${why?.key} ${why?.other}`;
      return `${offer.change.selector.billing} ${offer.perCardMicro} ${fate}`;
    });
    const refused = errors.map(({ key, column }) => `refused: ${key} in ${column}`);
    return [row, mine[0]?.card?.name ?? "-", ...fates, ...refused, notes.join(" ")].join(" | ").replace(/ \| $/, "");
  });
  expect(rows.length).toBe(257);
  for (const line of lines) expect(line).toMatch(/taken|cheaper_row \d|duplicate \d|refused: \w+ in /);
  const made = `${lines.join("\n")}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(path.dirname(GOLDEN), { recursive: true });
    writeFileSync(GOLDEN, made);
  }
  expect(made).toBe(readFileSync(GOLDEN, "utf8"));
});

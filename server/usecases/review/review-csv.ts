import type { ReviewItem, ReviewState } from "../../../db/model/board-views.ts";
import { microOf, type MicroText } from "../../../db/model/money.ts";
import type { Deps } from "../../context.ts";
import { shownTo, type Sight } from "../../domain/access/sight.ts";
import { BOM, type Cell, csvLine } from "../../../db/model/csv.ts";

/** Columns in order: units stand in the names. Times are ISO 8601 in UTC, money is in whole units with six decimals. */
const COLUMNS: readonly (readonly [string, (item: ReviewItem) => Cell])[] = [
  ["id", (item) => item.id],
  ["kind", (item) => item.kind],
  ["state", (item) => item.state],
  ["pool_id", (item) => item.poolId],
  ["cards", (item) => item.cards.length],
  ["currency", (item) => item.currency],
  ["saving_per_day", (item) => amount(item.savingPerDayMicro)],
  ["saving_from", (item) => instant(item.savingFrom)],
  ["coverage_ratio", (item) => item.coverage],
  ["opened_at", (item) => instant(item.openedAt)],
  ["changed_at", (item) => instant(item.changedAt)],
  ["changed_by", (item) => item.changedBy],
  ["reason", (item) => item.reason],
  ["measured_saving", (item) => (item.receipt === null ? null : amount(item.receipt.savedMicro))],
  ["card_uuids", (item) => item.cards.join(" ")],
];

/** The review list in one state, as CSV pieces. */
export async function* reviewCsv(
  { review }: Pick<Deps, "review">,
  state: ReviewState,
  sight: Sight,
): AsyncGenerator<string> {
  const { items } = shownTo(sight, await review.list(state));
  yield BOM + csvLine(COLUMNS.map(([name]) => name));
  yield items.map((item) => csvLine(COLUMNS.map(([, cell]) => cell(item)))).join("");
}

const instant = (at: number): string => new Date(at).toISOString();

/** Exact to the micro-unit: a number in the file, because a double holds 15 digits and a day's saving has fewer. */
const amount = (micro: MicroText | null): number | null => (micro === null ? null : Number(microOf(micro)) / 1e6);

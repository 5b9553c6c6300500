import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type BoardSum, GROUP_KEYS, type GroupKey } from "../../../db/model/board-groups.ts";
import type { BoardPool, BoardView as Board } from "../../../db/model/board-views.ts";
import { type BoardView, DEFAULT_BOARD, MAX_LEVELS, PIVOT_SORTS } from "../../lib/board-url.ts";
import { csvText, download } from "../../lib/csv.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { PivotTable } from "./PivotTable.tsx";
import { changeOf, pivotCsv, pivotLines } from "./pivot-rows.ts";

/** Any question of the kind "how many, how used, how dear, by what". Lines narrow the board; the totals row is the strip. */
export function PivotPanel(props: {
  pools: readonly BoardPool[];
  sum: BoardSum;
  before: {
    readonly pools: readonly BoardPool[];
    readonly priced: { readonly now: BoardSum; readonly before: BoardSum };
  } | null;
  board: Board;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const { pools, sum, before, board, view, onChange } = props;
  const { by, pivotSort: sort, pivotDescending: descending } = view;
  const lines = useMemo(
    () => pivotLines({ by, sort, descending }, pools, before?.pools ?? null, board.currency),
    [by, sort, descending, pools, before, board.currency],
  );
  const toCsv = () =>
    download(
      `dapan-board-${new Date(board.asOf).toISOString().slice(0, 16).replace(":", "")}.csv`,
      csvText(pivotCsv(by, lines, sum, board.currency)),
    );
  return (
    <>
      <div className="pivot-head">
        <Levels by={by} onChange={(next) => onChange({ by: next }, "replace")} />
        <span className="panel-note">{t("pivot.lines", { count: lines.length })}</span>
        <div className="panel-actions">
          <SegmentedControl
            size="xs"
            aria-label={t("pivot.rows")}
            value={view.rows}
            onChange={(rows) => onChange({ rows: rows === "comfortable" ? "comfortable" : "dense" }, "replace")}
            data={[
              { value: "dense", label: t("pivot.dense") },
              { value: "comfortable", label: t("pivot.comfortable") },
            ]}
          />
          <button type="button" className="button" onClick={toCsv}>
            {t("cards.csv")}
          </button>
        </div>
      </div>
      {lines.length === 0 ? (
        <p className="panel-empty">{t("map.empty")}</p>
      ) : (
        <PivotTable
          lines={lines}
          sum={sum}
          change={before === null ? null : changeOf(before.priced.now, before.priced.before)}
          board={board}
          view={view}
          onChange={onChange}
          onSort={(column) => onChange(nextSort(view, column), "replace")}
        />
      )}
    </>
  );
}

/** One to three choices; a key stands once. */
function Levels({ by, onChange }: { by: readonly GroupKey[]; onChange: (by: readonly GroupKey[]) => void }) {
  const { t } = useTranslation();
  const set = (level: number, value: string) => {
    const key = GROUP_KEYS.find((one) => one === value);
    const rest = by.filter((one, i) => i !== level && one !== key);
    onChange(key === undefined ? rest : [...rest.slice(0, level), key, ...rest.slice(level)]);
  };
  const shown = Math.min(MAX_LEVELS, by.length + 1);
  return (
    <div className="levels" role="group" aria-label={t("pivot.by")}>
      {Array.from({ length: shown }, (_, level) => (
        <label key={level} className="level">
          <span>{level === 0 ? t("pivot.by") : t("pivot.thenBy")}</span>
          <select
            className="select"
            value={by[level] ?? ""}
            onChange={(event) => set(level, event.currentTarget.value)}
          >
            {(level > 0 || by[level] === undefined) && <option value="">{t("pivot.nothing")}</option>}
            {GROUP_KEYS.filter((key) => key === by[level] || !by.includes(key)).map((key) => (
              <option key={key} value={key}>
                {t(`fact.${key}`)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

/** The first click sorts the way the column is read, the second turns it, the third lets go. */
function nextSort(view: BoardView, column: string): Pick<BoardView, "pivotSort" | "pivotDescending"> {
  const sort = PIVOT_SORTS.find((one) => one === column) ?? DEFAULT_BOARD.pivotSort;
  const mostFirst = sort !== "name";
  if (view.pivotSort !== sort) return { pivotSort: sort, pivotDescending: mostFirst };
  if (view.pivotDescending === mostFirst) return { pivotSort: sort, pivotDescending: !mostFirst };
  return { pivotSort: DEFAULT_BOARD.pivotSort, pivotDescending: DEFAULT_BOARD.pivotDescending };
}

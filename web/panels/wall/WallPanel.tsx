import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardPool } from "../../../db/model/board-views.ts";
import { POOL_FACETS } from "../../../db/model/card-query.ts";
import { CARD_STATES, type CardState } from "../../../db/model/fleet.ts";
import type { CardRow, StateCounts } from "../../../db/model/views.ts";
import { STATES_WORST_FIRST } from "../../../reports/charts/theme.ts";
import { type BoardView, WALL_GROUPS } from "../../lib/board-url.ts";
import { NO_CARDS, totalOf } from "../../lib/fleet.ts";
import { tierLabel } from "../../lib/tier-words.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { StateMark } from "../../parts/StateMark.tsx";
import { WallCanvas } from "./WallCanvas.tsx";
import { WallTip } from "./WallTip.tsx";
import { groupWall, standsStill, type WallGroup } from "./wall-groups.ts";
import type { WallWords } from "./wall-paint.ts";

/** What every card in scope does, one mark each, grouped by pool or node. */
export function WallPanel(props: {
  rows: readonly CardRow[] | undefined; // in scope
  kept: ReadonlySet<number> | null;
  pools: ReadonlyMap<number, BoardPool>;
  query: { error: unknown; isFetching: boolean; refetch: () => Promise<unknown> };
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, kept, view, onChange, query } = props;
  return (
    <PanelFrame
      title={view.at === null ? t("wall.title") : t("wall.titleThen")}
      className="panel-wall"
      note={
        rows !== undefined &&
        (kept === null
          ? t("wall.count", { count: rows.length, shown: format.count(rows.length) })
          : t("cards.shown", { shown: format.count(kept.size), total: format.count(rows.length) }))
      }
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("wall.by")}
          value={view.wall}
          onChange={(value) => onChange({ wall: value === "node" ? "node" : "pool" }, "replace")}
          data={WALL_GROUPS.map((by) => ({ value: by, label: t(`wall.group.${by}`) }))}
        />
      }
    >
      <Legend rows={rows} view={view} onChange={onChange} />
      {query.error !== null && (
        <PanelError
          what={t("wall.what")}
          error={query.error}
          kept={rows !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {rows === undefined && query.error === null && (
        <div className="wall-frame">
          <LoadingBlock height={300} />
        </div>
      )}
      {rows !== undefined && rows.length === 0 && <p className="panel-empty">{t("wall.empty")}</p>}
      {rows !== undefined && rows.length > 0 && (
        <Wall rows={rows} kept={kept} pools={props.pools} view={view} onChange={onChange} />
      )}
    </PanelFrame>
  );
}

function Wall(props: {
  rows: readonly CardRow[];
  kept: ReadonlySet<number> | null;
  pools: ReadonlyMap<number, BoardPool>;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, pools, view, onChange } = props;
  const groups = useGroups(rows, pools, view.wall);
  const words = useWords(groups, pools, view.wall);
  const counts = countStates(rows);
  const label = t("wall.summary", {
    total: format.count(rows.length),
    states: STATES_WORST_FIRST.filter((state) => counts[state] > 0)
      .map((state) => t("wall.stateCount", { state: t(`state.${state}`), count: format.count(counts[state]) }))
      .join(", "),
  });
  return (
    <WallCanvas
      label={label}
      rows={rows}
      groups={groups}
      words={words}
      by={view.wall}
      kept={props.kept}
      open={view.card}
      say={(row) =>
        t("wall.said", {
          state: t(`state.${row.state}`),
          uuid: row.uuid.slice(0, 12),
          node: row.node,
          model: pools.get(row.poolId)?.model ?? "",
          util: format.percent(row.utilRatio),
        })
      }
      renderTip={(row) => <WallTip row={row} pool={pools.get(row.poolId)} isPast={view.at !== null} />}
      onOpen={(row) => onChange({ card: row.uuid }, view.card === null ? "push" : "replace")}
      onLabel={(group) => onChange(narrowTo(group, pools, view))}
    />
  );
}

/** A label leads to what it names: the pool in all its parts, or the node. */
function narrowTo(
  group: WallGroup,
  pools: ReadonlyMap<number, BoardPool>,
  view: BoardView,
): Parameters<ChangeBoard>[0] {
  if (view.wall === "node") return { query: { nodes: [group.key] } };
  const pool = pools.get(group.poolId);
  if (pool === undefined) return {};
  return { query: { pool: { ...view.query.pool, ...Object.fromEntries(POOL_FACETS.map((f) => [f, [pool[f]]])) } } };
}

/** Cards keep their place while only their states change: the grouping is made anew when cards come, go or move. */
function useGroups(
  rows: readonly CardRow[],
  pools: ReadonlyMap<number, BoardPool>,
  by: BoardView["wall"],
): readonly WallGroup[] {
  const [kept, setKept] = useState(() => ({ rows, by, groups: groupWall(rows, pools, by) }));
  if (kept.rows === rows && kept.by === by) return kept.groups;
  const stands = kept.by === by && standsStill(kept.rows, rows);
  const groups = stands ? kept.groups : groupWall(rows, pools, by);
  setKept({ rows, by, groups });
  return groups;
}

function useWords(
  groups: readonly WallGroup[],
  pools: ReadonlyMap<number, BoardPool>,
  by: BoardView["wall"],
): readonly WallWords[] {
  const { t } = useTranslation();
  const format = useFormat();
  const named = by === "node" ? null : pools; // nodes are named by themselves: live pools must not repaint them
  const made = useMemo(
    () =>
      groups.map((group): WallWords => {
        if (named === null) {
          const name = group.key === "" ? t("fact.notSaid") : group.key;
          return { names: [name], note: "", tail: true };
        }
        const pool = named.get(group.poolId);
        const note = format.count(group.rows.length);
        if (pool === undefined) return { names: [t("wall.noPool")], note, tail: false };
        const place = [pool.vendor, pool.region].filter(Boolean).join(" / ");
        const short = `${tierLabel(pool.tier.tier)} ${pool.model}`;
        const names = [`${short} · ${place}`, ...(pool.region === "" ? [] : [`${short} · ${pool.region}`]), short];
        return { names, note, tail: false };
      }),
    [groups, named, t, format],
  );
  return useSameWords(made);
}

/** The former list while it says the same: pools are made anew with each live change, their names are not. */
function useSameWords(made: readonly WallWords[]): readonly WallWords[] {
  const [kept, setKept] = useState(made);
  if (kept === made || isSame(kept, made)) return kept;
  setKept(made);
  return made;
}

const isSame = (a: readonly WallWords[], b: readonly WallWords[]): boolean =>
  a.length === b.length && a.every((word, i) => word.names[0] === b[i]?.names[0] && word.note === b[i]?.note);

function countStates(rows: readonly CardRow[]): StateCounts {
  const counts: Record<CardState, number> = { ...NO_CARDS };
  for (const row of rows) counts[row.state] += 1;
  return counts;
}

/** What the marks mean, how many there are, and the switches that fade the others. */
function Legend({
  rows,
  view,
  onChange,
}: {
  rows: readonly CardRow[] | undefined;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useMemo(() => countStates(rows ?? []), [rows]);
  const total = totalOf(counts);
  const chosen = view.query.states;
  // Where nothing judges `starting`, a 0 would claim that no card starts.
  const shown = STATES_WORST_FIRST.filter((state) => state !== "starting" || counts.starting > 0);
  const toggle = (state: CardState) =>
    onChange({
      query: { states: CARD_STATES.filter((s) => (s === state ? !chosen.includes(s) : chosen.includes(s))) },
    });
  return (
    <ul className="legend wall-legend" aria-label={t("wall.legend")}>
      {shown.map((state) => (
        <li key={state}>
          <button
            type="button"
            className="legend-state"
            aria-pressed={chosen.includes(state)}
            title={t("wall.filterState", {
              state: t(`state.${state}`),
              share: format.percent(total === 0 ? null : counts[state] / total),
            })}
            onClick={() => toggle(state)}
          >
            <StateMark state={state} />
            {t(`state.${state}`)}
            <strong>{format.count(counts[state])}</strong>
          </button>
        </li>
      ))}
    </ul>
  );
}

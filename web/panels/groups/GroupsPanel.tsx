import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PoolView } from "../../../db/model/views.ts";
import { type BoardView, GROUPINGS, type Grouping } from "../../lib/board-url.ts";
import { coverageOf, type GroupLine, groupPools, totalOf } from "../../lib/fleet.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Share } from "../../parts/Share.tsx";
import { StateBar } from "../../parts/StateBar.tsx";
import { useFacetText } from "../../parts/use-facet-text.ts";

/** Cards by vendor, region, model or billing type. A line narrows the board; the totals row is the KPI strip. */
export function GroupsPanel(props: {
  pools: readonly PoolView[];
  sums: Omit<GroupLine, "key">;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const { view, onChange } = props;
  const lines = useMemo(() => groupPools(props.pools, view.by), [props.pools, view.by]);
  return (
    <PanelFrame
      title={t("groups.title")}
      className="panel-groups"
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("groups.by")}
          value={view.by}
          onChange={(value) => onChange({ by: GROUPINGS.find((g) => g === value) ?? "vendor" })}
          data={GROUPINGS.map((by) => ({ value: by, label: t(`fact.${by}`) }))}
        />
      }
    >
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("groups.title")}>
        <table className="plain groups">
          <thead>
            <tr>
              <th>{t(`fact.${view.by}`)}</th>
              <th className="num">{t("groups.cards")}</th>
              <th>{t("groups.states")}</th>
              <th className="num">{t("groups.util")}</th>
              <th className="num">{t("groups.coverage")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.key} line={line} view={view} onChange={onChange} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("groups.total")}</th>
              <Figures line={props.sums} />
            </tr>
          </tfoot>
        </table>
      </div>
    </PanelFrame>
  );
}

function Line({ line, view, onChange }: { line: GroupLine; view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const facetText = useFacetText();
  const name = facetText(view.by, line.key);
  const narrowed = view.query.pool[view.by].length === 1;
  const narrow = () =>
    onChange({ by: nextGrouping(view), query: { pool: { ...view.query.pool, [view.by]: [line.key] } } });
  return (
    <tr className={narrowed ? undefined : "clickable"} onClick={narrowed ? undefined : narrow}>
      <th scope="row">
        {narrowed ? (
          name
        ) : (
          <button
            type="button"
            className="link group-name"
            title={name}
            aria-label={t("groups.narrow", { what: name })}
          >
            {name}
          </button>
        )}
      </th>
      <Figures line={line} />
    </tr>
  );
}

function Figures({ line }: { line: Omit<GroupLine, "key"> }) {
  const format = useFormat();
  return (
    <>
      <td className="num">{format.count(totalOf(line.counts))}</td>
      <td>
        <StateBar counts={line.counts} />
      </td>
      <td className="num">
        <Share ratio={line.last24h.meanRatio} text={format.percent(line.last24h.meanRatio)} />
      </td>
      <td className="num">{format.coverage(coverageOf(line.last24h))}</td>
    </>
  );
}

/** After narrowing to one vendor the next question is where in it: the first grouping not narrowed yet. */
function nextGrouping(view: BoardView): Grouping {
  return GROUPINGS.find((by) => by !== view.by && view.query.pool[by].length !== 1) ?? view.by;
}

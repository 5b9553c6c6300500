import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { sumBoard } from "../../../db/model/board-groups.ts";
import { DEFAULT_BOARD } from "../../lib/board-url.ts";
import { comparedOf } from "../../lib/compared.ts";
import { useHasTeams } from "../../lib/use-me.ts";
import { useBoard, useCompare } from "../../live/use-board.ts";
import { useSummary } from "../../live/use-fleet.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { KpiStrip } from "../kpi/KpiStrip.tsx";

const WHOLE_FLEET = { ...DEFAULT_BOARD, against: "day" } as const;

/** The whole fleet in one line: the board's own figures, against the same hours of yesterday. */
export function TodayKpis() {
  const { t } = useTranslation();
  const board = useBoard(WHOLE_FLEET);
  const { data: before } = useCompare(WHOLE_FLEET);
  const view = useHasTeams() ? { ...WHOLE_FLEET, against: null } : WHOLE_FLEET; // to them nothing is compared
  const targets = useSummary().data?.sources ?? null;
  const { data } = board;
  const shown = useMemo(() => {
    if (data === undefined) return null;
    const compared = before === undefined ? null : comparedOf(before, data.pools, WHOLE_FLEET, data.currency);
    return { sum: sumBoard(data.pools, data.currency), compared };
  }, [data, before]);
  return (
    <>
      {board.error !== null && (
        <PanelError
          what={t("kpi.label")}
          error={board.error}
          kept={data !== undefined}
          busy={board.isFetching}
          onRetry={() => void board.refetch()}
        />
      )}
      {board.isPending && <LoadingRows rows={1} height={112} />}
      {data !== undefined && shown !== null && (
        <KpiStrip sum={shown.sum} compared={shown.compared} board={data} view={view} targets={targets} />
      )}
    </>
  );
}

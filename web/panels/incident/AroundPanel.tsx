import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentPage } from "./page.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { CARD_READINGS_PX } from "../../../reports/charts/card-day.ts";
import { useFormat } from "../../lib/use-format.ts";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { AsSwitch } from "../features/AsSwitch.tsx";
import { ReadingsChart } from "../card-page/ReadingsChart.tsx";
import { ReadingsTable } from "../card-page/ReadingsTable.tsx";

/** The readings of a card of the incident, or of one beside it, around the moment. Holes are hatched. */
export function AroundPanel(props: { page: IncidentPage; uuid: string; onCard: (uuid: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { page, uuid } = props;
  const [as, setAs] = useState<"chart" | "table">("chart");
  const { row, chart } = page;
  const readings = useQuery({
    ...trpc.board.cardReadings.queryOptions({ uuid, from: chart?.from ?? 0, to: chart?.to ?? 0 }),
    enabled: chart !== null,
    ...(row.resolvedAt === null && { refetchInterval: MINUTE_MS }),
  });
  if (chart === null)
    return (
      <PanelFrame title={t("incident.chart.title")}>
        <p className="panel-empty">{t("incident.chart.none")}</p>
      </PanelFrame>
    );
  const { data } = readings;
  const isEmpty = data?.points.length === 0;
  return (
    <PanelFrame
      title={t("incident.chart.title")}
      note={
        row.resolvedAt === null
          ? t("incident.chart.began", { time: format.dateTime(row.since) })
          : t("incident.chart.ended", { time: format.dateTime(row.resolvedAt) })
      }
      actions={<AsSwitch as={as} onAs={setAs} />}
    >
      <div className="filters">
        <CardPicker {...props} />
      </div>
      {readings.error !== null && (
        <PanelError
          what={t("cardPage.readings.what")}
          error={readings.error}
          kept={data !== undefined}
          busy={readings.isFetching}
          onRetry={() => void readings.refetch()}
        />
      )}
      {readings.isPending && <LoadingBlock height={CARD_READINGS_PX} />}
      {isEmpty && <p className="panel-empty">{t("cardPage.readings.empty")}</p>}
      {data !== undefined && !isEmpty && as === "chart" && <ReadingsChart uuid={uuid} readings={data} />}
      {data !== undefined && !isEmpty && as === "table" && <ReadingsTable readings={data} />}
    </PanelFrame>
  );
}

/** The ill ones first, as the page lists them. */
function CardPicker({ page, uuid, onCard }: { page: IncidentPage; uuid: string; onCard: (uuid: string) => void }) {
  const { t } = useTranslation();
  const known = page.cards.some((card) => card.uuid === uuid);
  return (
    <NativeSelect
      size="xs"
      className="around-card"
      label={t("incident.chart.of")}
      value={uuid}
      onChange={(event) => onCard(event.currentTarget.value)}
      data={[
        ...(known ? [] : [{ value: uuid, label: uuid }]),
        ...page.cards.map((card) => ({
          value: card.uuid,
          label: t(card.isIll ? "incident.chart.ill" : "incident.chart.beside", { uuid: card.uuid }),
        })),
      ]}
    />
  );
}

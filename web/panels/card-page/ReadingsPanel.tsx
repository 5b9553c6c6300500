import { Button, SegmentedControl } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { CARD_READINGS_PX } from "../../../reports/charts/card-day.ts";
import { CARD_RANGES, type CardView, stepped, windowOf } from "../../lib/card-url.ts";
import { coverageOf } from "../../lib/fleet.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { type Outputs, trpc } from "../../trpc.ts";
import { CardEvents } from "../card/CardEvents.tsx";
import { downloadReadings } from "./readings-csv.ts";
import { type Readings, stepName, sumsOf } from "./readings.ts";
import { ReadingsChart } from "./ReadingsChart.tsx";
import { ReadingsTable } from "./ReadingsTable.tsx";

/** A window of the card's life: readings, errors and holders on one time axis, and what happened in it. */
export function ReadingsPanel(props: {
  card: Outputs["board"]["card"];
  view: CardView;
  onChange: (part: Partial<CardView>) => void;
}) {
  const { t } = useTranslation();
  const { card, view, onChange } = props;
  const { uuid } = card.row;
  const window = windowOf(view, useNow());
  const readings = useQuery(
    trpc.board.cardReadings.queryOptions(
      { uuid, ...window },
      { placeholderData: keepPreviousData, ...(view.to === null && { refetchInterval: 5 * MINUTE_MS }) },
    ),
  );
  const { data } = readings;
  return (
    <>
      <PanelFrame
        title={t("cardPage.readings.title")}
        note={data !== undefined && <Note readings={data} />}
        actions={<Controls uuid={uuid} view={view} onChange={onChange} data={data} />}
      >
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
        {data !== undefined && data.points.length === 0 && (
          <p className="panel-empty">{t("cardPage.readings.empty")}</p>
        )}
        {data !== undefined && data.points.length > 0 && view.as === "chart" && (
          <ReadingsChart uuid={uuid} readings={data} />
        )}
        {data !== undefined && data.points.length > 0 && view.as === "table" && <ReadingsTable readings={data} />}
      </PanelFrame>
      {data !== undefined && <CardEvents events={data.events} />}
    </>
  );
}

function Controls(props: {
  uuid: string;
  view: CardView;
  onChange: (part: Partial<CardView>) => void;
  data: Readings | undefined;
}) {
  const { t } = useTranslation();
  const { uuid, view, onChange, data: shown } = props;
  const now = useNow();
  return (
    <>
      <Button.Group>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconChevronLeft size={14} aria-hidden />}
          onClick={() => onChange(stepped(view, now, -1))}
        >
          {t("cardPage.readings.earlier")}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={view.to === null}
          rightSection={<IconChevronRight size={14} aria-hidden />}
          onClick={() => onChange(stepped(view, now, 1))}
        >
          {t("cardPage.readings.later")}
        </Button>
        <Button size="xs" variant="default" disabled={view.to === null} onClick={() => onChange({ to: null })}>
          {t("cardPage.readings.now")}
        </Button>
      </Button.Group>
      <SegmentedControl
        size="xs"
        aria-label={t("cardPage.readings.range")}
        value={view.range}
        onChange={(range) => onChange({ range: CARD_RANGES.find((known) => known === range) ?? "24h" })}
        data={CARD_RANGES.map((value) => ({ value, label: t(`cardPage.readings.ranges.${value}`) }))}
      />
      <SegmentedControl
        size="xs"
        aria-label={t("history.view")}
        value={view.as}
        onChange={(as) => onChange({ as: as === "table" ? "table" : "chart" })}
        data={[
          { value: "chart", label: t("history.asChart") },
          { value: "table", label: t("history.asTable") },
        ]}
      />
      <button
        type="button"
        className="button"
        disabled={shown === undefined}
        onClick={() => shown !== undefined && downloadReadings(uuid, shown)}
      >
        {t("cardPage.readings.csv")}
      </button>
    </>
  );
}

/** How fine the steps are, and how much was observed. */
function Note({ readings }: { readings: Readings }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = format.coverage(coverageOf(sumsOf(readings.points)));
  const step = t(`cardPage.readings.step.${stepName(readings.stepMs)}`);
  const holders = readings.holders === null ? ` · ${t("cardPage.readings.noHolders")}` : "";
  return `${t("cardPage.readings.note", { step, share })}${holders}`;
}

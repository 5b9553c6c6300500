import { SegmentedControl } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS, SLOT_MS } from "../../../db/model/time.ts";
import type { CardPoint } from "../../../db/model/views.ts";
import { SIBLINGS_PX, siblingsOption } from "../../../reports/charts/siblings.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { timeTicks } from "../../lib/time-ticks.ts";
import { useFormat } from "../../lib/use-format.ts";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import type { IncidentPage } from "./page.ts";

/** More lines are a thicket: up to three of the incident, and as many beside it as make eight. */
const MOST_ILL = 3;
const MOST_LINES = 8;
const READINGS = ["temperature", "power", "util"] as const;
type Reading = (typeof READINGS)[number];

const VALUE: Readonly<Record<Reading, (point: CardPoint) => number | null>> = {
  temperature: (point) => point.temperatureCelsius,
  power: (point) => point.powerWatts,
  util: (point) => (point.utilRatio === null ? null : point.utilRatio * 100),
};

/** One reading of the affected cards among those beside them, around the moment. */
export function ComparePanel({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const [reading, setReading] = useState<Reading>("temperature");
  const { chart, row } = page;
  const cards = useMemo(() => chosen(page.cards), [page.cards]);
  const answers = useQueries({
    queries: cards.map(({ uuid }) => ({
      ...trpc.board.cardReadings.queryOptions({ uuid, from: chart?.from ?? 0, to: chart?.to ?? 0 }),
      enabled: chart !== null,
      ...(row.resolvedAt === null && { refetchInterval: MINUTE_MS }),
    })),
  });
  if (chart === null || cards.length < 2) return null;
  const isPending = answers.some((answer) => answer.isPending);
  const points = answers.map(({ data }) => data?.points ?? NO_POINTS);
  const steps = answers.find(({ data }) => data !== undefined)?.data ?? chart; // whole slots, where an answer says them
  return (
    <PanelFrame
      title={t("incident.compare.title")}
      note={t("incident.compare.shown", { count: cards.length })}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("incident.compare.reading")}
          value={reading}
          onChange={setReading}
          data={READINGS.map((one) => ({ value: one, label: t(`incident.siblings.${one}`) }))}
        />
      }
    >
      {isPending ? (
        <LoadingBlock height={SIBLINGS_PX} />
      ) : (
        <Lines page={page} cards={cards} points={points} reading={reading} window={steps} />
      )}
    </PanelFrame>
  );
}

const NO_POINTS: readonly CardPoint[] = [];

type Card = IncidentPage["cards"][number];

function chosen(cards: readonly Card[]): readonly Card[] {
  const ill = cards.filter(({ isIll }) => isIll).slice(0, MOST_ILL);
  return [...ill, ...cards.filter(({ isIll }) => !isIll).slice(0, MOST_LINES - ill.length)];
}

function Lines(props: {
  page: IncidentPage;
  cards: readonly Card[];
  points: readonly (readonly CardPoint[])[];
  reading: Reading;
  window: { readonly from: number; readonly to: number };
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const { page, cards, points, reading, window } = props;
  const { from, to } = window;
  const { row } = page;
  const name = t(`reading.${reading}`);
  const label = t("incident.compare.summary", { reading: name, from: format.dateTime(from), to: format.dateTime(to) });
  const value = { temperature: format.celsius, power: format.watts, util: (n: number) => format.percent(n / 100) }[
    reading
  ];
  const ends = row.resolvedAt === null ? [] : [{ at: row.resolvedAt, name: t("incident.compare.ended") }];
  const option = siblingsOption(
    {
      from,
      to,
      stepMs: SLOT_MS,
      lines: cards.map(({ uuid, isIll }, i) => ({ name: uuid.slice(-12), isIll, points: points[i] ?? NO_POINTS })),
      moments: [{ at: row.since, name: t("incident.compare.began") }, ...ends],
    },
    VALUE[reading],
    {
      axis: t(`incident.compare.axis.${reading}`),
      value,
      time: format.minute,
      ticks: timeTicks(from, to, format.minute),
      summary: label,
    },
    theme,
  );
  return (
    <>
      <ul className="legend" aria-hidden>
        <li>
          <span className="line-key line-key-ill" />
          {t("incident.siblings.ill")}
        </li>
        <li>
          <span className="line-key" />
          {t("incident.siblings.beside")}
        </li>
      </ul>
      <LazyChart option={option} label={label} height={SIBLINGS_PX} />
    </>
  );
}

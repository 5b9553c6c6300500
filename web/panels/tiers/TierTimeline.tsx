import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DAY_MS, MINUTE_MS } from "../../../db/model/time.ts";
import { useTierWords } from "../../lib/tier-words.ts";
import { TIMELINE_DAYS, type TimelineDays } from "../../lib/tiers-url.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { Said } from "../../parts/Said.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import type { Outputs } from "../../trpc.ts";
import { trpc } from "../../trpc.ts";
import "../../styles/tiers-page.css";

/** Which tiers changed, when and why, newest first. `poolId` null = of every pool. */
export function TierTimeline(props: {
  poolId: number | null;
  days: TimelineDays;
  onDays: (days: TimelineDays) => void;
}) {
  const { t } = useTranslation();
  const { poolId, days } = props;
  const to = Math.ceil(useNow() / MINUTE_MS) * MINUTE_MS; // a question a minute, not one a tick
  const events = useQuery(
    trpc.tiers.events.queryOptions({ poolId, from: to - days * DAY_MS, to }, { placeholderData: (before) => before }),
  );
  const title = t("tiers.timeline.title");
  return (
    <PanelFrame
      title={title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("tiers.timeline.window")}
          value={String(days)}
          onChange={(value) => props.onDays(Number(value) as TimelineDays)}
          data={TIMELINE_DAYS.map((n) => ({ value: String(n), label: t("tiers.days", { count: n }) }))}
        />
      }
    >
      {events.error !== null && (
        <PanelError
          what={title}
          error={events.error}
          kept={events.data !== undefined}
          busy={events.isFetching}
          onRetry={() => void events.refetch()}
        />
      )}
      {events.isPending && events.error === null && <LoadingRows rows={4} height={40} />}
      {events.data?.events.length === 0 && (
        <p className="panel-empty">{t("tiers.timeline.none", { window: t("tiers.days", { count: days }) })}</p>
      )}
      {events.data !== undefined && events.data.events.length > 0 && (
        <Events told={events.data} hasPool={poolId === null} />
      )}
    </PanelFrame>
  );
}

type Told = Outputs["tiers"]["events"];

function Events({ told, hasPool }: { told: Told; hasPool: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  return (
    <div className="groups-scroll timeline-scroll" tabIndex={0} role="region" aria-label={t("tiers.timeline.title")}>
      <table className="plain tiers-table">
        <thead>
          <tr>
            <th>{t("tiers.timeline.when")}</th>
            <th>{t("tiers.timeline.change")}</th>
            {hasPool && <th>{t("tiers.override.pool")}</th>}
            {seesMoney && <th className="num">{t("tiers.figure.hourly")}</th>}
            <th>{t("tiers.because")}</th>
          </tr>
        </thead>
        <tbody>
          {told.events.map((event) => (
            <EventRow key={`${event.poolId} ${event.at}`} event={event} hasPool={hasPool} />
          ))}
        </tbody>
      </table>
      {told.isCut && (
        <p className="panel-empty">{t("tiers.timeline.cut", { shown: format.count(told.events.length) })}</p>
      )}
    </div>
  );
}

function EventRow({ event, hasPool }: { event: Told["events"][number]; hasPool: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const words = useTierWords();
  const seesMoney = useSeesMoney();
  return (
    <tr>
      <td className="tiers-time">{format.dateTime(event.at)}</td>
      <td>
        <span className="tier-step">
          {event.fromTier === null ? (
            <span className="muted">{t("tiers.timeline.first")}</span>
          ) : (
            <>
              <TierMark tier={event.fromTier} />
              <span aria-hidden>→</span>
              <span className="sr">{t("tiers.to")}</span>
            </>
          )}
          <TierMark tier={event.toTier} />
        </span>
      </td>
      {hasPool && (
        <td className="tiers-pool">
          <PoolLink id={event.poolId} />
        </td>
      )}
      {seesMoney && <td className="num">{unitPrice(event.hourlyMicro, event.currency, lang)}</td>}
      <td className="tiers-said">
        {event.reasons
          .map((reason) => words.reason(reason, event))
          .map((text) => (
            <span key={text} className="tiers-reason">
              <Said text={text} />
            </span>
          ))}
      </td>
    </tr>
  );
}

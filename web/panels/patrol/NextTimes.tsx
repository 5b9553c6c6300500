import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";

const TYPE_MS = 300;

/** When a schedule would run next, or what is wrong with it; asked a breath after the last letter. */
export function NextTimes({ cron, zone }: { cron: string; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked, setAsked] = useState({ cron, zone });
  useEffect(() => {
    const wait = browserClock.after(TYPE_MS, () => setAsked({ cron, zone }));
    return () => wait.cancel();
  }, [cron, zone]);
  const isWhole = asked.cron !== "" && asked.zone !== "";
  const next = useQuery(
    trpc.reports.nextRuns.queryOptions(isWhole ? asked : skipToken, { placeholderData: keepPreviousData }),
  );
  const fault = next.error?.message ?? next.data?.fault ?? "";
  return (
    <div className="next-times" role="status">
      <h3>{t("patrol.schedules.form.next")}</h3>
      {fault !== "" ? (
        <p className="failed">{fault}</p>
      ) : (
        <ol>
          {next.data?.times.map((at) => (
            <li key={at}>{format.dateTime(at)}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Asked } from "../../panels/patrol/Asked.tsx";
import { SchedulesPanel } from "../../panels/patrol/SchedulesPanel.tsx";
import { trpc } from "../../trpc.ts";

/** Which reports are made by themselves, when, and for whom. */
export function SchedulesPage() {
  const { t } = useTranslation();
  useTitle(t("patrol.tabs.schedules"));
  const query = useQuery(trpc.reports.definitions.queryOptions(undefined, { refetchInterval: MINUTE_MS / 2 }));
  return (
    <Asked what={t("patrol.schedules.what")} query={query}>
      {(page) => <SchedulesPanel page={page} />}
    </Asked>
  );
}

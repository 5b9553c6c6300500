import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Asked } from "../../panels/patrol/Asked.tsx";
import { CalendarPanel } from "../../panels/patrol/CalendarPanel.tsx";
import { GuardPanel } from "../../panels/patrol/GuardPanel.tsx";
import { trpc } from "../../trpc.ts";

/** When nothing may go wrong, and which days are days off. */
export function GuardPage() {
  const { t } = useTranslation();
  useTitle(t("patrol.tabs.guard"));
  const query = useQuery(trpc.patrol.guard.queryOptions(undefined, { refetchInterval: MINUTE_MS }));
  return (
    <Asked what={t("patrol.guard.what")} query={query}>
      {(page) => (
        <>
          <GuardPanel page={page} />
          <CalendarPanel page={page} />
        </>
      )}
    </Asked>
  );
}

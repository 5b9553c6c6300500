import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Asked } from "../../panels/patrol/Asked.tsx";
import { ChecksPanel } from "../../panels/patrol/ChecksPanel.tsx";
import { trpc } from "../../trpc.ts";

/** The checklist as it was last looked at. */
export function ChecksPage() {
  const { t } = useTranslation();
  useTitle(t("patrol.title"));
  const query = useQuery(
    trpc.patrol.checks.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.isRunning === true ? SECOND_MS : MINUTE_MS),
    }),
  );
  return (
    <Asked what={t("patrol.checks.what")} query={query}>
      {(page) => <ChecksPanel page={page} />}
    </Asked>
  );
}

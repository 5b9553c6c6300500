import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";

const ASK_MS = 1_000;

/** What the rule would have done to the stored days; how far the replay is while it runs. */
export function RuleReplay({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(
    trpc.alerts.lab.queryOptions(
      { id },
      {
        refetchInterval: ({ state }) => (state.data?.state === "running" || state.data === undefined ? ASK_MS : false),
      },
    ),
  );
  if (data === undefined || data === null) return null;
  if (data.state === "running")
    return (
      <p className="channel-answer" role="status">
        {t("rules.labRunning", { share: format.percent(data.done / data.of) })}
      </p>
    );
  if (data.state === "failed") return <p className="failed">{data.error}</p>;
  const { draft, notKept } = data.result;
  return (
    <p className="channel-answer" role="status">
      {draft.total === 0
        ? t("rules.labNone")
        : t("rules.labDone", {
            total: format.count(draft.total),
            pages: draft.pagesPerDay.toFixed(1),
            most: format.count(draft.mostOpen),
          })}
      {notKept.length > 0 && ` ${t("rules.labNotKept", { signals: notKept.join(", ") })}`}
    </p>
  );
}

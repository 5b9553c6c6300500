import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useMay } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { ChannelsPanel } from "../../panels/channels/ChannelsPanel.tsx";
import { DeadLetters } from "../../panels/channels/DeadLetters.tsx";
import { RoutesPanel } from "../../panels/channels/RoutesPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/pricing.css";
import "../../styles/review.css";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";

/** Who is told, where and how, and what became of each message. */
export function ChannelsPage() {
  const { t } = useTranslation();
  useTitle(t("alerts.tabs.channels"));
  const mayWrite = useMay("channels.write"); // to see them, too: addresses are half a secret
  const page = useQuery(trpc.alerts.channels.queryOptions(undefined, { refetchInterval: MINUTE_MS / 4 }));
  return (
    <div className="desk">
      {page.error !== null && (
        <PanelError
          what={t("alerts.tabs.channels")}
          wholePage
          error={page.error}
          kept={page.data !== undefined}
          busy={page.isFetching}
          onRetry={() => void page.refetch()}
        />
      )}
      {page.isPending && <LoadingRows rows={5} height={40} />}
      {mayWrite && page.data !== undefined && (
        <>
          <ChannelsPanel page={page.data} />
          <RoutesPanel page={page.data} />
          <DeadLetters channels={page.data.rows} />
        </>
      )}
    </div>
  );
}

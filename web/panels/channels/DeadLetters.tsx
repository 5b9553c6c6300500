import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ChannelRow } from "../../../db/model/alert-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { useChannelsChange } from "./use-channels-change.ts";

/** Messages that were given up; absent while there is none. */
export function DeadLetters({ channels }: { channels: readonly ChannelRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = useChannelsChange();
  const letters = useQuery(trpc.alerts.deadLetters.queryOptions({ channelId: null }));
  const replay = useMutation(trpc.alerts.replay.mutationOptions({ onSettled: changed }));
  if (letters.data === undefined || letters.data.length === 0) return null;
  return (
    <PanelFrame title={t("channels.dead.title")} note={t("channels.dead.lead")}>
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("channels.dead.title")}>
        <table className="plain">
          <thead>
            <tr>
              <th>{t("channels.dead.at")}</th>
              <th>{t("channels.dead.what")}</th>
              <th>{t("channels.dead.channel")}</th>
              <th className="num">{t("channels.dead.tries")}</th>
              <th>{t("channels.dead.why")}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {letters.data.map((one) => (
              <tr key={one.outboxId}>
                <td>{format.dateTime(one.at)}</td>
                <th scope="row">{one.title}</th>
                <td>{channels.find(({ id }) => id === one.channelId)?.name ?? "–"}</td>
                <td className="num">{format.count(one.attempts)}</td>
                <td className="muted">{one.lastError}</td>
                <td>
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={replay.isPending && replay.variables.outboxId === one.outboxId}
                    onClick={() => replay.mutate({ outboxId: one.outboxId })}
                  >
                    {t("channels.dead.again")}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {replay.error !== null && (
        <p className="failed" role="alert">
          {replay.error.message}
        </p>
      )}
    </PanelFrame>
  );
}

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../../../db/model/access-views.ts";
import { browserName } from "../../lib/browser-name.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";

/** Where one is signed in, and the way to end it there. */
export function SessionsPanel() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const sessions = useQuery(trpc.access.sessions.queryOptions());
  const onSettled = () => queries.invalidateQueries({ queryKey: trpc.access.sessions.queryKey() });
  const end = useMutation(trpc.access.endSession.mutationOptions({ onSettled }));
  const endOthers = useMutation(trpc.access.endOtherSessions.mutationOptions({ onSettled }));
  const rows = sessions.data ?? [];
  return (
    <PanelFrame
      title={t("account.sessions")}
      actions={
        rows.length > 1 && (
          <Button size="compact-sm" variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t("account.endOthers")}
          </Button>
        )
      }
    >
      {sessions.error !== null && (
        <PanelError
          what={t("account.sessions")}
          error={sessions.error}
          kept={sessions.data !== undefined}
          busy={sessions.isFetching}
          onRetry={() => void sessions.refetch()}
        />
      )}
      {sessions.isPending && <LoadingRows rows={2} />}
      {sessions.data?.length === 0 && <p className="panel-empty">{t("account.noSessions")}</p>}
      {rows.length > 0 && (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("account.sessions")}>
          <table className="plain">
            <thead>
              <tr>
                {(["browser", "address", "from", "seen", "ends"] as const).map((column) => (
                  <th key={column}>{t(`account.column.${column}`)}</th>
                ))}
                <th>
                  <span className="sr">{t("account.end")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.id} row={row} isBusy={end.isPending} onEnd={() => end.mutate({ id: row.id })} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Refused error={end.error ?? endOthers.error} says={(why) => t("account.failed", { why })} />
    </PanelFrame>
  );
}

function Row({ row, isBusy, onEnd }: { row: SessionView; isBusy: boolean; onEnd: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = browserName(row.agent);
  return (
    <tr>
      <th scope="row" className="person-name" title={row.agent}>
        {known === null ? <Cut text={row.agent} empty={t("account.unknownBrowser")} /> : t("account.browserOf", known)}
      </th>
      <td>{row.address}</td>
      <td>{format.dateTime(row.startedAt)}</td>
      <td>{format.dateTime(row.seenAt)}</td>
      <td>{format.dateTime(row.endsAt)}</td>
      <td>
        {row.isThis ? (
          <span className="muted">{t("account.thisOne")}</span>
        ) : (
          <Button size="compact-sm" variant="default" disabled={isBusy} onClick={onEnd}>
            {t("account.end")}
          </Button>
        )}
      </td>
    </tr>
  );
}

import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTitle } from "../../lib/use-title.ts";
import { useMe } from "../../lib/use-me.ts";
import { useApprovals } from "../../live/use-approvals.ts";
import { DecidedPanel } from "../../panels/approvals/DecidedPanel.tsx";
import { WaitingPanel } from "../../panels/approvals/WaitingPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/mapping.css";
import "../../styles/pricing.css";
import "../../styles/audit.css";

/** What waits for a second person, and what became of what did. */
export function ApprovalsPage() {
  const { t } = useTranslation();
  useTitle(t("approvals.title"));
  const { id } = useSearch({ from: "/approvals" });
  const named = id === undefined ? null : Number(id);
  const me = useMe();
  const list = useApprovals();
  const isAsked = me === undefined || me.kind === "person"; // on an open console nothing waits for anybody
  const rows = list.data ?? (isAsked ? null : []);
  const waiting = rows?.filter(({ state }) => state === "waiting") ?? [];
  const decided = rows?.filter(({ state }) => state !== "waiting") ?? [];
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("approvals.title")}</h1>
        {list.data !== undefined && <AsOf at={list.dataUpdatedAt} />}
        <p className="lead">{t("approvals.lead")}</p>
      </header>
      {list.error !== null && (
        <PanelError
          what={t("approvals.title")}
          wholePage
          error={list.error}
          kept={list.data !== undefined}
          busy={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      )}
      {rows === null && list.error === null && <LoadingRows rows={4} height={56} />}
      {rows !== null && (
        <>
          {named !== null && !rows.some((row) => row.id === named) && (
            <p className="board-note" role="status">
              {t("approvals.gone", { id: named })}
            </p>
          )}
          <WaitingPanel rows={waiting} named={named} />
          {decided.length > 0 && <DecidedPanel rows={decided} named={named} />}
        </>
      )}
    </div>
  );
}

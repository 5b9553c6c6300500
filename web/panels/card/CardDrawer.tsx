import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { CardRow } from "../../../db/model/views.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { useHasTeams } from "../../lib/use-me.ts";
import { useCards } from "../../live/use-fleet.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { ErrorBoundary } from "../../parts/ErrorBoundary.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { StateWord } from "../../parts/StateMark.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { isNotFound, trpc } from "../../trpc.ts";
import { CardDay } from "./CardDay.tsx";
import { CardEvents } from "./CardEvents.tsx";
import { CardFacts } from "./CardFacts.tsx";
import { CardNow } from "./CardNow.tsx";

/**
 * One card beside the table: who, where, what, and its last day. Not modal: `j` and `k` go on through the table while it
 * is open. It takes the focus when it opens and gives it back when it closes.
 */
export function CardDrawer({ uuid, view, onChange }: { uuid: string; view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const title = useId();
  const hasTeams = useHasTeams(); // then cards have no pages
  const box = useFocusWhileOpen();
  const detail = useQuery(trpc.card.detail.queryOptions({ uuid }, { refetchInterval: MINUTE_MS }));
  const live = useLiveRow(uuid);
  const row = live ?? detail.data?.row;
  return (
    <aside ref={box} className="drawer" role="dialog" aria-labelledby={title} tabIndex={-1}>
      <header className="drawer-head">
        <div>
          <h2 id={title} aria-label={t("card.dialog", { uuid })}>
            {row !== undefined && <StateWord state={row.state} />}
            <span className="mono drawer-uuid">{uuid}</span>
            <CopyText text={uuid} label={t("card.copy")} done={t("card.copied")} />
          </h2>
          {!hasTeams && (
            <>
              <Link to="/cards/$uuid" params={{ uuid }} className="drawer-page">
                {t("cardPage.open")}
              </Link>
              <Link to="/cards/$uuid" params={{ uuid }} hash="health" className="drawer-page">
                {t("cardPage.health.link")}
              </Link>
            </>
          )}
          <AsOf {...(detail.data !== undefined && live === undefined && { at: detail.data.asOf })} />
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t("card.close")}
          title={t("card.close")}
          onClick={() => onChange({ card: null })}
        >
          <IconX size={18} />
        </ActionIcon>
      </header>
      <ErrorBoundary what={t("card.title")} key={uuid}>
        <div className="drawer-body">
          {detail.error !== null && <Failed detail={detail} uuid={uuid} />}
          {detail.isPending && <LoadingBlock height={520} />}
          {detail.data !== undefined && row !== undefined && (
            <>
              <CardNow row={row} />
              <CardFacts detail={detail.data} row={row} />
              <CardDay detail={detail.data} as={view.cardAs} onAs={(cardAs) => onChange({ cardAs }, "replace")} />
              <CardEvents events={detail.data.events} />
            </>
          )}
        </div>
      </ErrorBoundary>
    </aside>
  );
}

function Failed(props: {
  detail: { error: unknown; data: unknown; isFetching: boolean; refetch: () => Promise<unknown> };
  uuid: string;
}) {
  const { t } = useTranslation();
  const { detail } = props;
  if (isNotFound(detail.error))
    return (
      <div className="notice" role="status">
        <p className="notice-title">{t("card.unknownCard")}</p>
        <p>{t("card.unknownCardHint")}</p>
      </div>
    );
  return (
    <PanelError
      what={t("card.title")}
      error={detail.error}
      kept={detail.data !== undefined}
      busy={detail.isFetching}
      onRetry={() => void detail.refetch()}
    />
  );
}

/** The row as the table has it, which live changes keep fresh. */
function useLiveRow(uuid: string): CardRow | undefined {
  const rows = useCards().data?.rows;
  return rows?.find((row) => row.uuid === uuid);
}

function useFocusWhileOpen() {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return box;
}

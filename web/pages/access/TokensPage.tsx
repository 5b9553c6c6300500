import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { TokenForm } from "../../panels/tokens/TokenForm.tsx";
import { TokensPanel } from "../../panels/tokens/TokensPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";
import "../../styles/people.css";

/** What programs come with. */
export function TokensPage() {
  const { t } = useTranslation();
  useTitle(t("tokens.title"));
  const me = useMe();
  const isPerson = me?.kind === "person";
  const [isMaking, setMaking] = useState(false);
  const tokens = useQuery(trpc.tokens.list.queryOptions(undefined, { enabled: isPerson }));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("tokens.title")}</h1>
        {tokens.data !== undefined && <AsOf at={tokens.dataUpdatedAt} />}
        <p className="lead">{t("tokens.lead")}</p>
      </header>
      {me?.kind === "open" && <p className="notice">{t("tokens.open")}</p>}
      {tokens.error !== null && (
        <PanelError
          what={t("tokens.title")}
          wholePage
          error={tokens.error}
          kept={tokens.data !== undefined}
          busy={tokens.isFetching}
          onRetry={() => void tokens.refetch()}
        />
      )}
      {isPerson && tokens.isPending && <LoadingRows rows={6} />}
      {tokens.data !== undefined && <TokensPanel rows={tokens.data} onNew={() => setMaking(true)} />}
      {isMaking && <TokenForm onClose={() => setMaking(false)} />}
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../../lib/use-keys.ts";
import { useMay, useMe } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { InviteForm } from "../../panels/people/InviteForm.tsx";
import { PeoplePanel } from "../../panels/people/PeoplePanel.tsx";
import { PersonForm } from "../../panels/people/PersonForm.tsx";
import { Forbidden } from "../../parts/Forbidden.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/people.css";

/** Who may come in, and what each may do. */
export function PeoplePage() {
  const { t } = useTranslation();
  useTitle(t("people.title"));
  const me = useMe();
  const mayManage = useMay("access.manage");
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("people.title")}</h1>
        <p className="lead">{t("people.lead")}</p>
      </header>
      {me?.kind === "open" && <p className="notice">{t("account.open")}</p>}
      {me !== undefined && !mayManage && <Forbidden what={t("people.title")} right="access.manage" />}
      {me?.kind === "person" && mayManage && <Everybody />}
    </div>
  );
}

function Everybody() {
  const { t } = useTranslation();
  const { person: openId = null } = useSearch({ from: "/people" });
  const navigate = useNavigate({ from: "/people" });
  const [isInviting, setInviting] = useState(false);
  useKeys({ "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus() });
  const people = useQuery(trpc.access.people.queryOptions());
  const open = (person: string | null) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...(person !== null && { person }) }),
    });
  const opened = people.data?.find(({ id }) => id === openId);
  return (
    <>
      {people.data !== undefined && <AsOf at={people.dataUpdatedAt} />}
      {people.error !== null && (
        <PanelError
          what={t("people.title")}
          wholePage
          error={people.error}
          kept={people.data !== undefined}
          busy={people.isFetching}
          onRetry={() => void people.refetch()}
        />
      )}
      {people.isPending && <LoadingRows rows={8} />}
      {people.data !== undefined && openId !== null && opened === undefined && (
        <p className="board-note" role="status">
          {t("people.gone")}
        </p>
      )}
      {people.data !== undefined && (
        <PeoplePanel
          people={people.data}
          openId={openId}
          onOpen={(id) => {
            setInviting(false);
            open(id);
          }}
          onInvite={() => {
            open(null);
            setInviting(true);
          }}
        />
      )}
      {isInviting && <InviteForm onClose={() => setInviting(false)} />}
      {opened !== undefined && <PersonForm key={opened.id} person={opened} onClose={() => open(null)} />}
    </>
  );
}

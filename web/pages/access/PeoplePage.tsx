import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonView } from "../../../db/model/access-views.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useMay, useMe } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { InviteForm } from "../../panels/people/InviteForm.tsx";
import { PeoplePanel } from "../../panels/people/PeoplePanel.tsx";
import { PersonForm } from "../../panels/people/PersonForm.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";
import "../../styles/people.css";

/** Who may come in, and what each may do. */
export function PeoplePage() {
  const { t } = useTranslation();
  useTitle(t("people.title"));
  const isOpen = useMe()?.kind === "open";
  const isAsked = useMay("access.manage") && !isOpen;
  const people = useQuery(trpc.access.people.queryOptions(undefined, { enabled: isAsked }));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("people.title")}</h1>
        {people.data !== undefined && <AsOf at={people.dataUpdatedAt} />}
        <p className="lead">{t("people.lead")}</p>
      </header>
      {isOpen && <p className="notice">{t("account.open")}</p>}
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
      {isAsked && people.isPending && <LoadingRows rows={8} />}
      {people.data !== undefined && <Everybody people={people.data} />}
    </div>
  );
}

/** The list, and beside it the one the address names or somebody new. */
function Everybody({ people }: { people: readonly PersonView[] }) {
  const { t } = useTranslation();
  const { person: openId = null } = useSearch({ from: "/people" });
  const navigate = useNavigate({ from: "/people" });
  const [isInviting, setInviting] = useState(false);
  useKeys({ "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus() });
  const open = (person: string | null) => {
    setInviting(false);
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...(person !== null && { person }) }),
    });
  };
  const opened = people.find(({ id }) => id === openId);
  return (
    <>
      {openId !== null && opened === undefined && (
        <p className="board-note" role="status">
          {t("people.gone")}
        </p>
      )}
      <PeoplePanel
        people={people}
        openId={openId}
        onOpen={open}
        onInvite={() => {
          open(null);
          setInviting(true);
        }}
      />
      {isInviting && <InviteForm onClose={() => setInviting(false)} />}
      {opened !== undefined && <PersonForm key={opened.id} person={opened} onClose={() => open(null)} />}
    </>
  );
}

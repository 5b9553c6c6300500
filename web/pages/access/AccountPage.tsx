import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Me } from "../../../db/model/access-views.ts";
import { useMe } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { PasswordPanel } from "../../panels/account/PasswordPanel.tsx";
import { SessionsPanel } from "../../panels/account/SessionsPanel.tsx";
import { usePersonWords } from "../../panels/people/use-person-words.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";
import "../../styles/people.css";

/** Who one is here, where one is signed in, and how. */
export function AccountPage() {
  const { t } = useTranslation();
  useTitle(t("account.title"));
  const me = useMe();
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("account.title")}</h1>
      </header>
      {me === undefined && <LoadingRows rows={6} />}
      {me?.kind === "open" && <p className="notice">{t("account.open")}</p>}
      {me?.kind === "person" && (
        <>
          <Facts me={me} />
          <SessionsPanel />
          {me.hasSession && me.ways.includes("password") && <PasswordPanel />}
        </>
      )}
    </div>
  );
}

function Facts({ me }: { me: Me }) {
  const { t } = useTranslation();
  const words = usePersonWords();
  const more = me.hasSession ? me.signIn.providers.filter(({ id }) => !me.ways.includes(id)) : [];
  return (
    <PanelFrame title={t("account.you")}>
      <dl className="account-facts">
        <dt>{t("people.column.name")}</dt>
        <dd>
          <bdi>{me.name}</bdi>
        </dd>
        <dt>{t("people.column.email")}</dt>
        <dd>
          <bdi>{me.email ?? t("account.noEmail")}</bdi>
        </dd>
        <dt>{t("people.column.roles")}</dt>
        <dd>{words.roles(me)}</dd>
        <dt>{t("people.column.teams")}</dt>
        <dd>
          <bdi>{words.teams(me)}</bdi>
        </dd>
        <dt>{t("account.ways")}</dt>
        <dd className="person-acts">
          <span>{words.ways(me)}</span>
          {more.map(({ id, name }) => (
            <Button
              key={id}
              component="a"
              size="compact-sm"
              variant="default"
              href={`/api/oidc/${encodeURIComponent(id)}?connect=1&next=${encodeURIComponent("/account")}`}
            >
              {t("account.add", { name })}
            </Button>
          ))}
        </dd>
      </dl>
    </PanelFrame>
  );
}

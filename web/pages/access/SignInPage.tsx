import { Button, TextInput } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { nextPath } from "../../../db/model/next-path.ts";
import { useFailureText } from "../../lib/use-failure-text.ts";
import { type Sent, sendForm } from "../../lib/send-form.ts";
import { useMe } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { PasswordField } from "../../panels/access/PasswordField.tsx";
import "../../styles/access.css";

/** E-mail and password, or one of the organisation's own sign-ins. */
export function SignInPage() {
  const { t } = useTranslation();
  const { next: asked, fault, id: faultId } = useSearch({ from: "/sign-in" });
  const next = nextPath(asked);
  const me = useMe();
  useTitle(t("access.signIn.title"));
  const ways = me?.signIn;
  return (
    <main id="main" className="access-page" tabIndex={-1}>
      <h1>{t("access.signIn.title")}</h1>
      {fault !== undefined && (
        <p className="access-failure" role="alert">
          {t(`access.fault.${fault}`)} {faultId !== undefined && <small>{t("access.fault.id", { id: faultId })}</small>}
        </p>
      )}
      {me?.kind === "person" && (
        <p role="status">
          {t("access.you", { name: me.name })} <a href={next}>{t("access.signIn.goOn")}</a>
        </p>
      )}
      {ways?.isOpen === true && (
        <p role="status">
          {t("access.signIn.open")} <a href={next}>{t("access.signIn.goOn")}</a>
        </p>
      )}
      {ways?.needsSetUp === true && <p role="status">{t("access.signIn.setUp")}</p>}
      {ways?.isOpen === false && ways.hasPassword && <PasswordForm next={next} />}
      {ways?.providers.map(({ id, name }) => (
        <Button
          key={id}
          component="a"
          variant="default"
          fullWidth
          href={`/api/oidc/${encodeURIComponent(id)}?next=${encodeURIComponent(next)}`}
        >
          {t("access.signIn.with", { name })}
        </Button>
      ))}
    </main>
  );
}

function PasswordForm({ next }: { next: string }) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ email: "", password: "" });
  const [sent, setSent] = useState<Sent | "busy" | null>(null);
  const failure = useFailureText(sent === "busy" ? null : sent);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setSent("busy");
    const result = await sendForm("/api/sign-in", form);
    if (result.isOk) return window.location.assign(next); // everything anew, as whom one is now
    setForm({ ...form, password: "" });
    setSent(result);
  };
  return (
    <form className="access-form" onSubmit={(event) => void send(event)}>
      <TextInput
        label={t("access.email")}
        type="email"
        name="email"
        autoComplete="username"
        autoFocus
        required
        maxLength={254}
        value={form.email}
        onChange={(event) => setForm({ ...form, email: event.currentTarget.value })}
      />
      <PasswordField
        label={t("access.password")}
        autoComplete="current-password"
        value={form.password}
        onChange={(password) => setForm({ ...form, password })}
      />
      <p className="access-failure" role="alert">
        {failure.text}
      </p>
      <Button type="submit" fullWidth loading={sent === "busy"} disabled={failure.isWaiting}>
        {t("access.signIn.title")}
      </Button>
      <p className="muted">{t("access.signIn.lost")}</p>
    </form>
  );
}

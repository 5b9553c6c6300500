import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { linkOf, type OpenLink } from "../../lib/one-time-link.ts";
import { useFailureText } from "../../lib/use-failure-text.ts";
import { type Sent, sendForm } from "../../lib/send-form.ts";
import { useTitle } from "../../lib/use-title.ts";
import { PasswordField } from "../../panels/access/PasswordField.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import "../../styles/access.css";

/** The token is taken out of the address at once: it opens an account, and addresses are shown, kept and shared. */
const takeToken = (): string => {
  const token = window.location.hash.slice(1);
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  return token;
};

/** Behind a one-time link: the first administrator, an invitation, a new password. */
export function LinkPage() {
  const { t } = useTranslation();
  const [token] = useState(takeToken);
  const [read, setRead] = useState<Sent | null>(null);
  useEffect(() => void sendForm(`/api/link?token=${encodeURIComponent(token)}`, undefined).then(setRead), [token]);
  const link = read?.isOk === true ? linkOf(read.answer) : null;
  const failure = useFailureText(read);
  useTitle(t("access.link.title"));
  return (
    <main id="main" className="access-page" tabIndex={-1}>
      <h1>{t(`access.link.kinds.${link?.kind ?? "invite"}`)}</h1>
      {read === null && <LoadingBlock height={200} />}
      {read !== null && link === null && <p role="alert">{failure.text || t("access.failure.over")}</p>}
      {link !== null && <LinkForm token={token} link={link} />}
    </main>
  );
}

function LinkForm({ token, link }: { token: string; link: OpenLink }) {
  const { t } = useTranslation();
  const isFirst = link.kind === "set-up";
  const [form, setForm] = useState({ name: link.name, email: link.email, password: "" });
  const [sent, setSent] = useState<Sent | "busy" | null>(null);
  const failure = useFailureText(sent === "busy" ? null : sent);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setSent("busy");
    const { name, email, password } = form;
    const result = await sendForm("/api/link", isFirst ? { token, name, email, password } : { token, password });
    if (result.isOk) return window.location.assign("/");
    setSent(result);
  };
  return (
    <form className="access-form" onSubmit={(event) => void send(event)}>
      <TextInput
        label={t("access.name")}
        name="name"
        autoComplete="name"
        required={isFirst}
        readOnly={!isFirst}
        autoFocus={isFirst}
        maxLength={100}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
      />
      <TextInput
        label={t("access.email")}
        type="email"
        name="email"
        autoComplete="username"
        required={isFirst}
        readOnly={!isFirst}
        maxLength={254}
        value={form.email}
        onChange={(event) => setForm({ ...form, email: event.currentTarget.value })}
      />
      <PasswordField
        label={t("access.newPassword")}
        hint={t("access.passwordRule")}
        autoComplete="new-password"
        value={form.password}
        onChange={(password) => setForm({ ...form, password })}
      />
      <p className="access-failure" role="alert">
        {failure.text}
      </p>
      <Button type="submit" fullWidth loading={sent === "busy"} disabled={failure.isWaiting}>
        {t("access.link.go")}
      </Button>
    </form>
  );
}

import { ActionIcon, Kbd, SegmentedControl } from "@mantine/core";
import { IconKeyboard, IconLogout, IconMenu2, IconSearch, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sendForm } from "../lib/send-form.ts";
import { useMe } from "../lib/use-me.ts";
import { SchemeButton } from "./SchemeButton.tsx";
import { useLanguage } from "./use-language.ts";

export function Header(props: { menuOpen: boolean; onMenu: () => void; onPalette: () => void; onHelp: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="head">
      <ActionIcon
        className="head-menu"
        variant="subtle"
        color="gray"
        size={32}
        aria-expanded={props.menuOpen}
        aria-controls="nav"
        aria-label={props.menuOpen ? t("nav.close") : t("nav.open")}
        onClick={props.onMenu}
      >
        {props.menuOpen ? <IconX size={18} /> : <IconMenu2 size={18} />}
      </ActionIcon>
      <Link to="/board" className="brand">
        <Logo />
        {t("app.name")}
      </Link>
      <button type="button" className="head-search" aria-keyshortcuts="Control+K Meta+K" onClick={props.onPalette}>
        <IconSearch size={14} aria-hidden />
        <span>{t("head.search")}</span>
        <Kbd size="xs" aria-hidden>
          {navigator.userAgent.includes("Mac") ? "⌘ K" : "Ctrl K"}
        </Kbd>
      </button>
      <LanguageSwitch />
      <SchemeButton />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t("head.help")}
        title={t("head.help")}
        onClick={props.onHelp}
      >
        <IconKeyboard size={18} />
      </ActionIcon>
      <SignedIn />
    </header>
  );
}

/** Who is signed in, and the way out; nothing where nobody signs in. */
function SignedIn() {
  const { t } = useTranslation();
  const me = useMe();
  if (me?.kind !== "person") return null;
  const signOut = async () => {
    const sent = await sendForm("/api/sign-out", {});
    const isElsewhere = !sent.isOk && sent.status === 409;
    window.location.assign(isElsewhere ? "/sign-in?fault=proxy" : "/sign-in"); // what this page has read goes with it
  };
  return (
    <>
      <Link to="/account" className="head-me" title={t("access.you", { name: me.name })}>
        {me.name}
      </Link>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t("access.signOut")}
        title={t("access.signOut")}
        onClick={() => void signOut()}
      >
        <IconLogout size={18} />
      </ActionIcon>
    </>
  );
}

function LanguageSwitch() {
  const { t } = useTranslation();
  const [lang, choose] = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      className="head-lang"
      aria-label={t("head.language")}
      value={lang}
      onChange={(value) => choose(value === "zh" ? "zh" : "en")}
      data={[
        { value: "zh", label: <span lang="zh-CN">中</span> },
        { value: "en", label: <span lang="en">EN</span> },
      ]}
    />
  );
}

function Logo() {
  return (
    <svg width="18" height="18" viewBox="0 0 16 16" aria-hidden>
      <rect width="16" height="16" rx="3" fill="var(--accent)" />
      <path d="M3 12V8h2v4zm4 0V4h2v8zm4 0V6h2v6z" fill="var(--page)" />
    </svg>
  );
}

import { useNavigate } from "@tanstack/react-router";
import { Suspense, lazy, useEffect, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FormatContext, useFormatOf } from "../lib/use-format.ts";
import { useFreshSummary } from "../live/use-fleet.ts";
import { rememberLeader, useKeys } from "../lib/use-keys.ts";
import { Guarded } from "./Guarded.tsx";
import { Header } from "./Header.tsx";
import { Nav } from "./Nav.tsx";
import { OpenBanner } from "./OpenBanner.tsx";
import { StaleNotice } from "./StaleNotice.tsx";
import { usePages } from "./use-pages.ts";
import { useLanguageOfAddress } from "./use-language.ts";

const importPalette = () => import("./Palette.tsx");
const Palette = lazy(importPalette);
const KeysHelp = lazy(() => import("./KeysHelp.tsx"));

/** What stands around every page: head, menu, notices, palette, help. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(0); // how often it was called; 0 = its code is not loaded yet
  const pages = usePages();
  const summary = useFreshSummary().data;
  const format = useFormatOf(summary?.zone);
  useLanguageOfAddress();

  const callPalette = () => setPalette((n) => n + 1);
  useKeys({
    ...Object.fromEntries(pages.map(({ key, to }) => [key, () => void navigate({ to })])),
    "?": () => setHelp(true),
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      rememberLeader(event);
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.isComposing) {
        event.preventDefault();
        setPalette((n) => n + 1);
      }
    };
    window.addEventListener("keydown", onKey); // after the maps of the pages, which mount first
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    const idle = requestIdleCallback(() => void importPalette(), { timeout: 5_000 }); // or its first letters would be lost
    return () => cancelIdleCallback(idle);
  }, []);

  return (
    <FormatContext value={format}>
      <div className="shell">
        <a className="skip" href="#main">
          {t("app.skip")}
        </a>
        <Header
          menuOpen={menu}
          onMenu={() => setMenu((open) => !open)}
          onPalette={callPalette}
          onHelp={() => setHelp(true)}
        />
        <Nav open={menu} onGo={() => setMenu(false)} />
        <main id="main" tabIndex={-1}>
          <StaleNotice />
          <Guarded>{children}</Guarded>
        </main>
        <OpenBanner />
        <Suspense fallback={null}>
          {palette > 0 && <Palette called={palette} />}
          {help && <KeysHelp onClose={() => setHelp(false)} />}
        </Suspense>
      </div>
    </FormatContext>
  );
}

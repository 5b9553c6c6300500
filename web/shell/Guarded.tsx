import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMePending } from "../lib/use-me.ts";
import { Forbidden } from "../parts/Forbidden.tsx";
import { LoadingRows } from "../parts/Loading.tsx";
import { PAGES } from "./pages.ts";
import { useClosed } from "./use-pages.ts";

/** The page, or why it is not for whoever came by its address: it asks the server nothing that it would refuse. */
export function Guarded({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const isPending = useMePending();
  const closed = useClosed();
  const page = PAGES.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  const isForSome = page !== undefined && ("needs" in page || "whole" in page);
  if (!isForSome) return children;
  if (isPending) return <LoadingRows rows={12} />;
  const right = closed(page);
  if (right === undefined) return children;
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t(`nav.${page.id}`)}</h1>
      </header>
      <Forbidden what={t(`nav.${page.id}`)} right={right} />
    </div>
  );
}

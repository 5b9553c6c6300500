import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useHasTeams, useMePending } from "../lib/use-me.ts";
import { Forbidden } from "../parts/Forbidden.tsx";
import { LoadingRows } from "../parts/Loading.tsx";
import { PAGES } from "./pages.ts";
import { useClosed } from "./use-pages.ts";

/** The page, or why it is not for whoever came by its address: it asks the server nothing that it would refuse. */
export function Guarded({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const isPending = useMePending();
  const hasTeams = useHasTeams();
  const closed = useClosed();
  const isAt = (to: string) => pathname === to || pathname.startsWith(`${to}/`);
  const page = PAGES.find(({ to }) => isAt(to));
  const single = isAt("/cards") ? "cardPage.what" : isAt("/pools") ? "poolPage.what" : null; // about the whole fleet, too
  const isForSome = single !== null || (page !== undefined && ("needs" in page || "whole" in page));
  if (!isForSome) return children;
  if (isPending) return <LoadingRows rows={12} />;
  const right = page === undefined ? (hasTeams ? null : undefined) : closed(page);
  if (right === undefined) return children;
  const name = single === null ? t(`nav.${page?.id ?? "board"}`) : t(single);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{name}</h1>
      </header>
      <Forbidden what={name} right={right} />
    </div>
  );
}

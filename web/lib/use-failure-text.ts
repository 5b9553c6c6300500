import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SECOND_MS } from "../../db/model/time.ts";
import { browserClock } from "./clock.ts";
import type { Sent } from "./send-form.ts";

/** Why a form of sign-in did not go through, in the reader's language; counts down while one has to wait. */
export function useFailureText(sent: Sent | null): { readonly text: string; readonly isWaiting: boolean } {
  const { t } = useTranslation();
  const [left, setLeft] = useState(0);
  useEffect(() => setLeft(sent?.isOk === false ? (sent.waitS ?? 0) : 0), [sent]);
  useEffect(() => {
    if (left <= 0) return;
    const timer = browserClock.after(SECOND_MS, () => setLeft(left - 1));
    return () => timer.cancel();
  }, [left]);
  if (sent === null || sent.isOk) return { text: "", isWaiting: false };
  if (left > 0) return { text: t("access.failure.wait", { count: left }), isWaiting: true };
  const known = { 0: "none", 401: "wrong", 404: "over", 429: "again", 503: "busy" } as const;
  const key = known[sent.status as keyof typeof known];
  return { text: key === undefined ? sent.why : t(`access.failure.${key}`), isWaiting: false };
}

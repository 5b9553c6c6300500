import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SECOND_MS } from "../../db/model/time.ts";
import { browserClock } from "./clock.ts";
import type { Sent } from "./send-form.ts";

/** Words for what the server answers with; other statuses have a sentence of its own. */
export const FAILURE_WORDS = { 0: "none", 401: "wrong", 404: "over", 429: "again", 503: "busy" } as const;

/** Why a form of sign-in did not go through, in the reader's language; counts down while one has to wait. */
export function useFailureText(sent: Sent | null): { readonly text: string; readonly isWaiting: boolean } {
  const { t } = useTranslation();
  const [wait, setWait] = useState({ of: sent, left: waitOf(sent) });
  if (wait.of !== sent) setWait({ of: sent, left: waitOf(sent) });
  const { left } = wait;
  useEffect(() => {
    if (left <= 0) return;
    const timer = browserClock.after(SECOND_MS, () => setWait({ of: sent, left: left - 1 }));
    return () => timer.cancel();
  }, [sent, left]);
  if (sent === null || sent.isOk) return { text: "", isWaiting: false };
  if (left > 0) return { text: t("access.failure.wait", { count: left }), isWaiting: true };
  const key = FAILURE_WORDS[sent.status as keyof typeof FAILURE_WORDS];
  return { text: key === undefined ? sent.why : t(`access.failure.${key}`), isWaiting: false };
}

const waitOf = (sent: Sent | null): number => (sent?.isOk === false ? (sent.waitS ?? 0) : 0);

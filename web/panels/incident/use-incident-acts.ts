import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAskAlertsAgain } from "../../live/use-alerts.ts";
import type { SilenceWish } from "../../lib/silence-wish.ts";
import { client } from "../../trpc.ts";

export type ActName = "acknowledge" | "unacknowledge" | "assign" | "note" | "silence" | "resolve" | "confirm";
export type IncidentActs = {
  readonly busy: ActName | null;
  readonly said: { readonly text: string; readonly isFailure: boolean } | null;
  readonly acknowledge: (note: string) => Promise<boolean>;
  readonly unacknowledge: () => Promise<boolean>;
  readonly assign: (assignee: string) => Promise<boolean>;
  readonly note: (text: string) => Promise<boolean>;
  readonly silence: (wish: SilenceWish) => Promise<boolean>;
  readonly resolve: (note: string) => Promise<boolean>;
  readonly confirm: () => Promise<boolean>;
};

/** What a person can do with an incident, one act at a time; each answers whether it worked, and says so. */
export function useIncidentActs(id: number): IncidentActs {
  const { t } = useTranslation();
  const askAgain = useAskAlertsAgain();
  const [busy, setBusy] = useState<ActName | null>(null);
  const [said, setSaid] = useState<IncidentActs["said"]>(null);
  const run = async (name: ActName, act: () => Promise<unknown>) => {
    setBusy(name);
    setSaid(null);
    try {
      await act();
      setSaid({ text: t(`incident.acts.done.${name}`), isFailure: false });
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
      setSaid({ text: t("incident.acts.failed", { why }), isFailure: true });
      return false;
    } finally {
      setBusy(null);
      void askAgain();
    }
  };
  const { alerts } = client;
  return {
    busy,
    said,
    acknowledge: (note) => run("acknowledge", () => alerts.acknowledge.mutate({ id, note })),
    unacknowledge: () => run("unacknowledge", () => alerts.unacknowledge.mutate({ id })),
    assign: (assignee) => run("assign", () => alerts.assign.mutate({ id, assignee })),
    note: (text) => run("note", () => alerts.note.mutate({ id, text })),
    silence: (wish) => run("silence", () => alerts.addSilence.mutate(wish)),
    resolve: (note) => run("resolve", () => alerts.resolve.mutate({ id, note })),
    confirm: () => run("confirm", () => alerts.confirm.mutate({ id })),
  };
}

import { Button, Kbd, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentPage } from "./page.ts";
import { browserClock } from "../../lib/clock.ts";
import { quietPlace, silenceOf } from "../../lib/silence-wish.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { usePools } from "../../live/use-fleet.ts";
import { AssignAct, ResolveAct } from "./AskedActs.tsx";
import { useIncidentActs } from "./use-incident-acts.ts";

/** What can be done about it, always at hand. The note goes with the act that is chosen, or stands alone. */
export function IncidentActions({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const { row } = page;
  const acts = useIncidentActs(row.id);
  const [note, setNote] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const pool = usePools().get(row.poolId);
  const isOpen = row.phase !== "resolved";
  const isAcked = row.ackedBy !== "";
  const isHeld = row.suppressedBy === "silence" || row.suppressedBy === "maintenance";
  const emptied = async (done: Promise<boolean>) => {
    if (await done) setNote("");
  };
  const acknowledge = () => void emptied(acts.acknowledge(note.trim()));
  const silence = () => {
    const why = note.trim() === "" ? t("incident.acts.silenceWhy", { id: row.id }) : note.trim().slice(0, 500);
    void emptied(acts.silence(silenceOf(page, pool, browserClock.now(), why)));
  };
  const addNote = () => {
    if (note.trim() !== "") void emptied(acts.note(note.trim()));
  };
  useKeys({
    n: () => field.current?.focus(),
    ...(isOpen && !isAcked && acts.busy === null && { a: acknowledge }),
    ...(isOpen && !isHeld && acts.busy === null && { s: silence }),
  });
  const place = quietPlace(silenceOf(page, pool, 0, ""));
  const what =
    place === ""
      ? t("incident.acts.silenceEverywhere", { rule: row.ruleId })
      : t("incident.acts.silenceOf", { rule: row.ruleId, where: place });
  return (
    <section className="incident-acts" aria-label={t("incident.acts.label", { id: row.id })}>
      <div role="status" className={acts.said?.isFailure === true ? "acts-said bulk-failed" : "acts-said"}>
        {acts.said !== null && <p>{acts.said.text}</p>}
      </div>
      <form
        className="acts-row"
        onSubmit={(event) => {
          event.preventDefault();
          addNote();
        }}
      >
        <TextInput
          ref={field}
          size="xs"
          className="acts-note"
          aria-label={t("incident.acts.note")}
          placeholder={t("incident.acts.notePlaceholder")}
          maxLength={2_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
            if (event.key === "Enter" && event.nativeEvent.isComposing) event.preventDefault();
          }}
        />
        <Button
          type="submit"
          size="compact-sm"
          variant="default"
          disabled={note.trim() === ""}
          loading={acts.busy === "note"}
          rightSection={<Kbd size="xs">n</Kbd>}
        >
          {t("incident.acts.addNote")}
        </Button>
        <span className="acts-gap" />
        {isOpen && row.suppressedBy === "breaker" && (
          <Button
            size="compact-sm"
            title={t("incident.acts.confirmSays")}
            loading={acts.busy === "confirm"}
            onClick={() => void acts.confirm()}
          >
            {t("incident.acts.confirm")}
          </Button>
        )}
        {isOpen && !isAcked && (
          <Button
            size="compact-sm"
            loading={acts.busy === "acknowledge"}
            onClick={acknowledge}
            rightSection={<Kbd size="xs">a</Kbd>}
          >
            {t("incident.acts.acknowledge")}
          </Button>
        )}
        {isOpen && isAcked && (
          <Button
            size="compact-sm"
            variant="default"
            loading={acts.busy === "unacknowledge"}
            onClick={() => void acts.unacknowledge()}
          >
            {t("incident.acts.unacknowledge")}
          </Button>
        )}
        {isOpen && <AssignAct assignee={row.assignee} busy={acts.busy === "assign"} onAssign={acts.assign} />}
        {isOpen && !isHeld && (
          <Button
            size="compact-sm"
            variant="default"
            title={t("incident.acts.silenceSays", { what })}
            loading={acts.busy === "silence"}
            onClick={silence}
            rightSection={<Kbd size="xs">s</Kbd>}
          >
            {t("incident.acts.silence")}
          </Button>
        )}
        {isOpen && (
          <ResolveAct busy={acts.busy === "resolve"} onResolve={() => void emptied(acts.resolve(note.trim()))} />
        )}
      </form>
    </section>
  );
}

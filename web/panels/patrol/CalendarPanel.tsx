import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { GuardPage } from "../../../db/model/patrol-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";

const KINDS = ["holiday", "workday", "ordinary"] as const;

/** Days off and made-up workdays, as published or as changed here. */
export function CalendarPanel({ page }: { page: GuardPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const mayWrite = useMay("rules.write");
  const [draft, setDraft] = useState({ day: "", kind: KINDS[0] as (typeof KINDS)[number], name: "" });
  const set = useMutation(
    trpc.patrol.setDay.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.patrol.guard.queryKey() }),
    }),
  );
  return (
    <PanelFrame title={t("patrol.guard.calendar")} note={t("patrol.guard.calendarNote", { year: page.calendarTo })}>
      {mayWrite && (
        <form
          className="filters calendar-form"
          aria-label={t("patrol.guard.addDay")}
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate({ ...draft, name: draft.name.trim() });
          }}
        >
          <TextInput
            size="xs"
            type="date"
            label={t("patrol.guard.dayForm.day")}
            required
            value={draft.day}
            onChange={(event) => setDraft({ ...draft, day: event.currentTarget.value })}
          />
          <NativeSelect
            size="xs"
            label={t("patrol.guard.dayForm.kind")}
            value={draft.kind}
            onChange={(event) =>
              setDraft({ ...draft, kind: KINDS.find((one) => one === event.currentTarget.value) ?? "holiday" })
            }
            data={KINDS.map((value) => ({ value, label: t(`patrol.guard.dayKind.${value}`) }))}
          />
          <TextInput
            size="xs"
            label={t("patrol.guard.dayForm.name")}
            required
            maxLength={50}
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          />
          <Button size="xs" variant="default" type="submit" loading={set.isPending}>
            {t("patrol.guard.dayForm.save")}
          </Button>
          {set.error !== null && (
            <span className="failed" role="alert">
              {t("patrol.guard.failed", { why: set.error.message })}
            </span>
          )}
        </form>
      )}
      {page.days.length === 0 ? (
        <p className="panel-empty">{t("patrol.guard.calendarNone")}</p>
      ) : (
        <div className="groups-scroll calendar-days" tabIndex={0} role="region" aria-label={t("patrol.guard.calendar")}>
          <table className="plain">
            <thead>
              <tr>
                {(["day", "kind", "name", "act"] as const).map((column) => (
                  <th key={column}>{t(`patrol.guard.dayColumn.${column}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {page.days.map((day) => (
                <tr key={day.day}>
                  <th scope="row">
                    {format.date(Date.parse(`${day.day}T12:00:00Z`))}
                    {day.isChanged && <span className="badge">{t("patrol.guard.changed")}</span>}
                  </th>
                  <td>{t(`patrol.guard.dayKind.${day.kind}`)}</td>
                  <td>{day.name}</td>
                  <td>
                    {mayWrite && day.isChanged && (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        onClick={() => set.mutate({ day: day.day, kind: null, name: "" })}
                      >
                        {t("patrol.guard.asPublished")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

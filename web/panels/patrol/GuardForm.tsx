import { Button, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { GuardDuty, GuardPage, GuardRow } from "../../../db/model/patrol-views.ts";
import { WHOLE_FLEET } from "../../../db/model/report.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { wallInstant, wallText } from "../../lib/wall-time.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { type DutyDraft, GuardDutyRows } from "./GuardDutyRows.tsx";
import { GuardFigures } from "./GuardFigures.tsx";
import { ScopeFacets } from "./ScopeFacets.tsx";

/** A window: from when to when, of what, who answers for it, who is on duty, how much sooner the rules speak. */
export function GuardForm(props: { row: GuardRow | null; page: GuardPage; onClose: () => void }) {
  const { row, page } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const tomorrow = wallText(page.asOf + DAY_MS, page.zone).slice(0, 10);
  const [name, setName] = useState(row?.name ?? "");
  const [owner, setOwner] = useState(row?.owner ?? "");
  const [from, setFrom] = useState(row === null ? `${tomorrow}T00:00` : wallText(row.from, page.zone));
  const [to, setTo] = useState(row === null ? `${tomorrow}T23:59` : wallText(row.to, page.zone));
  const [scope, setScope] = useState(row?.scope ?? WHOLE_FLEET);
  const [percent, setPercent] = useState(Math.round((row?.stricter.waitScale ?? 0.5) * 100));
  const [figures, setFigures] = useState(row?.stricter.thresholds ?? []);
  const [duty, setDuty] = useState<readonly DutyDraft[]>(
    (row?.duty ?? []).map((one) => ({
      ...one,
      from: wallText(one.from, page.zone),
      to: wallText(one.to, page.zone),
    })),
  );
  const save = useMutation(
    trpc.patrol.saveGuard.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.patrol.guard.queryKey() });
        props.onClose();
      },
    }),
  );
  const submit = () => {
    const [start, end] = [wallInstant(from, page.zone), wallInstant(to, page.zone)];
    const shifts = dutyOf(duty, page.zone);
    if (start === null || end === null || shifts === null) return;
    save.mutate({
      id: row?.id ?? null,
      name: name.trim(),
      owner: owner.trim(),
      from: start,
      to: end,
      scope,
      duty: shifts,
      stricter: { waitScale: percent / 100, families: row?.stricter.families ?? [], thresholds: figures },
    });
  };
  return (
    <Drawer
      title={row === null ? t("patrol.guard.form.add") : t("patrol.guard.form.edit", { name: row.name })}
      onClose={props.onClose}
    >
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          size="xs"
          label={t("patrol.guard.form.name")}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={t("patrol.guard.form.owner")}
          required
          maxLength={100}
          value={owner}
          onChange={(event) => setOwner(event.currentTarget.value)}
        />
        <div className="guard-row">
          <TextInput
            size="xs"
            type="datetime-local"
            label={t("patrol.guard.form.from")}
            required
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t("patrol.guard.form.to")}
            required
            min={from}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </div>
        <p className="muted">{t("patrol.guard.form.zone", { zone: page.zone })}</p>
        <ScopeFacets scope={scope} known={page.scopes} onChange={setScope} />
        <GuardDutyRows rows={duty} window={{ from, to }} onChange={setDuty} />
        <NumberInput
          size="xs"
          label={t("patrol.guard.form.wait")}
          description={t("patrol.guard.form.waitHint")}
          min={10}
          max={100}
          value={percent}
          onChange={(value) => setPercent(Math.min(100, Math.max(10, Number(value))))}
        />
        <GuardFigures figures={figures} tunable={page.tunable} onChange={setFigures} />
        {save.error !== null && (
          <p className="failed" role="alert">
            {t("patrol.guard.failed", { why: save.error.message })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={props.onClose}>
            {t("patrol.guard.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={save.isPending}>
            {t("patrol.guard.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** null = a time that is none: the fields themselves say so. */
function dutyOf(rows: readonly DutyDraft[], zone: string): GuardDuty[] | null {
  const duty = rows.flatMap(({ who, reach, from, to }) => {
    const [start, end] = [wallInstant(from, zone), wallInstant(to, zone)];
    return start === null || end === null ? [] : [{ who: who.trim(), reach: reach.trim(), from: start, to: end }];
  });
  return duty.length === rows.length ? duty : null;
}

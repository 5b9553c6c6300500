import { Button, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { GuardDuty, GuardPage, GuardRow } from "../../../db/model/patrol-views.ts";
import { WHOLE_FLEET } from "../../../db/model/report.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { wallInstant, wallText } from "../../lib/wall-time.ts";
import { patrolTrpc } from "../../patrol-trpc.ts";
import { Lines } from "../channels/ChannelForm.tsx";
import { Drawer } from "../mapping/Drawer.tsx";
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
  const [duty, setDuty] = useState(
    (row?.duty ?? []).map(({ who, reach }) => (reach === "" ? who : `${who}, ${reach}`)),
  );
  const save = useMutation(
    patrolTrpc.patrol.saveGuard.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: patrolTrpc.patrol.guard.queryKey() });
        props.onClose();
      },
    }),
  );
  const submit = () => {
    const [start, end] = [wallInstant(from, page.zone), wallInstant(to, page.zone)];
    if (start === null || end === null) return;
    save.mutate({
      id: row?.id ?? null,
      name: name.trim(),
      owner: owner.trim(),
      from: start,
      to: end,
      scope,
      duty: duty.map((line) => dutyOf(line, row?.duty ?? [], start, end)),
      stricter: { waitScale: percent / 100, families: row?.stricter.families ?? [] },
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
        <div className="price-fields">
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
        <Lines
          label={t("patrol.guard.form.duty")}
          hint={t("patrol.guard.form.dutyHint")}
          lines={duty}
          onChange={setDuty}
        />
        <NumberInput
          size="xs"
          label={t("patrol.guard.form.wait")}
          description={t("patrol.guard.form.waitHint")}
          min={10}
          max={100}
          value={percent}
          onChange={(value) => setPercent(Math.min(100, Math.max(10, Number(value))))}
        />
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

/** "Ann, 138 0000 0000"; who was on duty keeps the hours, someone new has the whole window. */
function dutyOf(line: string, before: readonly GuardDuty[], from: number, to: number): GuardDuty {
  const at = line.search(/[,，]/);
  const [who, reach] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  const known = before.find((one) => one.who === who.trim());
  return {
    who: who.trim(),
    reach: reach.trim(),
    from: Math.max(from, known?.from ?? from),
    to: Math.min(to, known?.to ?? to),
  };
}

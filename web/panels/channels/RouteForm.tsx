import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelsPage } from "../../../db/model/alert-views.ts";
import { SEVERITIES, type Where } from "../../../db/model/rule.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { Lines } from "../../parts/Lines.tsx";
import { Drawer } from "../mapping/Drawer.tsx";
import type { RouteDraft } from "./route-draft.ts";

const PLACES = ["cluster", "region", "team"] as const;
const TIMES = [
  ["groupWaitMs", "wait", SECOND_MS, 0, 3_600],
  ["groupIntervalMs", "interval", MINUTE_MS, 1, 1_440],
  ["repeatMs", "repeat", HOUR_MS, 1, 168],
] as const;
const ESCALATE_MINUTES = 30;

/** What a route takes, where it leads, and how often it speaks. */
export function RouteForm(props: {
  draft: RouteDraft;
  page: ChannelsPage;
  isBusy: boolean;
  error: string | null; // why the server did not take it
  onSave: (draft: RouteDraft) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(props.draft);
  const put = (part: Partial<RouteDraft>) => setDraft({ ...draft, ...part });
  const toggled = <T,>(list: readonly T[], one: T): T[] =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  const step = draft.escalations[0];
  return (
    <Drawer title={draft.name === "" ? t("channels.routes.add") : draft.name} onClose={props.onClose}>
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          props.onSave(draft);
        }}
      >
        <TextInput
          size="xs"
          label={t("channels.routes.name")}
          required
          maxLength={100}
          value={draft.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <fieldset className="route-ticks">
          <legend>
            {t("channels.routes.severities")} <small className="muted">{t("channels.routes.severitiesHint")}</small>
          </legend>
          {SEVERITIES.map((severity) => (
            <Checkbox
              key={severity}
              size="xs"
              label={t(`alerts.severity.${severity}`)}
              checked={draft.severities.includes(severity)}
              onChange={() => put({ severities: toggled(draft.severities, severity) })}
            />
          ))}
        </fieldset>
        <Lines label={t("channels.routes.rules")} lines={draft.ruleIds} onChange={(ruleIds) => put({ ruleIds })} />
        {PLACES.map((place) => (
          <Lines
            key={place}
            label={t(`channels.routes.${place}`)}
            lines={draft.where[place] ?? []}
            onChange={(values) => put({ where: withPart(draft.where, place, values) })}
          />
        ))}
        <fieldset className="route-ticks">
          <legend>{t("channels.routes.channels")}</legend>
          {props.page.rows.map((row) => (
            <Checkbox
              key={row.id}
              size="xs"
              label={row.name}
              checked={draft.channelIds.includes(row.id)}
              onChange={() => put({ channelIds: toggled(draft.channelIds, row.id) })}
            />
          ))}
        </fieldset>
        <div className="price-fields">
          {TIMES.map(([field, word, unit, min, max]) => (
            <NumberInput
              key={field}
              size="xs"
              label={t(`channels.routes.${word}`)}
              min={min}
              max={max}
              value={draft[field] / unit}
              onChange={(value) => put({ [field]: Math.round(Number(value) * unit) })}
            />
          ))}
        </div>
        <div className="price-fields">
          <NativeSelect
            size="xs"
            label={t("channels.routes.escalateTo")}
            value={String(step?.channelIds[0] ?? "")}
            onChange={(event) => {
              const id = Number(event.currentTarget.value);
              put({
                escalations:
                  id === 0 ? [] : [{ afterMs: step?.afterMs ?? ESCALATE_MINUTES * MINUTE_MS, channelIds: [id] }],
              });
            }}
            data={[
              { value: "", label: t("channels.routes.escalateNever") },
              ...props.page.rows.map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
          />
          {step !== undefined && (
            <NumberInput
              size="xs"
              label={t("channels.routes.escalateAfter")}
              min={1}
              max={1_440}
              value={step.afterMs / MINUTE_MS}
              onChange={(value) => put({ escalations: [{ ...step, afterMs: Math.round(Number(value) * MINUTE_MS) }] })}
            />
          )}
        </div>
        <Checkbox
          size="xs"
          label={t("channels.routes.on")}
          checked={draft.goesOn}
          onChange={(event) => put({ goesOn: event.currentTarget.checked })}
        />
        {props.error !== null && (
          <p className="failed" role="alert">
            {t("channels.failed", { why: props.error })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={props.onClose}>
            {t("channels.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={props.isBusy}>
            {t("channels.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** A part without values is left out: it would match nothing. */
function withPart(where: Where, part: keyof Where, values: readonly string[]): Where {
  const { [part]: _before, ...rest } = where;
  return values.length === 0 ? rest : { ...rest, [part]: values };
}

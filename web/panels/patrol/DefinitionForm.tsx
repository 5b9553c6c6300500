import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../../../db/model/channel.ts";
import type { DefinitionEdit, DefinitionsPage } from "../../../db/model/patrol-views.ts";
import {
  type Recipient,
  REPORT_KINDS,
  type ReportDefinition,
  type ReportKind,
  WHOLE_FLEET,
} from "../../../db/model/report.ts";
import { useLang } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { Lines } from "../../parts/Lines.tsx";
import { ShowsMoney } from "../../parts/ShowsMoney.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { NextTimes } from "./NextTimes.tsx";
import { ScopeFacets } from "./ScopeFacets.tsx";

/** Off the full hour: bots are overloaded at :00. */
const PRESETS: Readonly<Record<ReportKind, string>> = { daily: "7 9 * * *", weekly: "7 9 * * 1", monthly: "7 9 1 * *" };

/** What is made, when, of what, in which language, for whom; the next times stand beside the cron as it is typed. */
export function DefinitionForm(props: {
  definition: ReportDefinition | null;
  page: DefinitionsPage;
  onClose: () => void;
}) {
  const { page, definition } = props;
  const { t } = useTranslation();
  const lang = useLang();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<DefinitionEdit>(
    definition ?? {
      id: null,
      name: "",
      kind: "weekly",
      cron: PRESETS.weekly,
      zone: page.zone,
      scope: WHOLE_FLEET,
      language: lang === "zh" ? "zh-CN" : "en",
      recipients: [],
      isPaused: false,
    },
  );
  const seesMoney = useMay("money.see");
  const put = (part: Partial<DefinitionEdit>) => setDraft((before) => ({ ...before, ...part }));
  const save = useMutation(
    trpc.reports.saveDefinition.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.reports.definitions.queryKey() });
        props.onClose();
      },
    }),
  );
  return (
    <Drawer
      title={
        definition === null
          ? t("patrol.schedules.form.add")
          : t("patrol.schedules.form.edit", { name: definition.name })
      }
      onClose={props.onClose}
    >
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          const { showsMoney = true, ...said } = draft;
          const wish = { ...said, name: said.name.trim(), cron: said.cron.trim(), zone: said.zone.trim() };
          save.mutate({ ...wish, ...(seesMoney && { showsMoney }) });
        }}
      >
        <TextInput
          size="xs"
          label={t("patrol.schedules.form.name")}
          required
          maxLength={100}
          value={draft.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <div className="price-fields">
          <NativeSelect
            size="xs"
            label={t("patrol.schedules.form.kind")}
            value={draft.kind}
            onChange={(event) => {
              const kind = REPORT_KINDS.find((one) => one === event.currentTarget.value) ?? "weekly";
              put({ kind, ...(draft.cron === PRESETS[draft.kind] && { cron: PRESETS[kind] }) });
            }}
            data={REPORT_KINDS.map((value) => ({ value, label: t(`patrol.kind.${value}`) }))}
          />
          <NativeSelect
            size="xs"
            label={t("patrol.schedules.form.language")}
            value={draft.language}
            onChange={(event) =>
              put({ language: LANGUAGES.find((one) => one === event.currentTarget.value) ?? "zh-CN" })
            }
            data={LANGUAGES.map((value) => ({ value, label: t(`patrol.schedules.language.${value}`) }))}
          />
        </div>
        <TextInput
          size="xs"
          className="mono-field"
          label={t("patrol.schedules.form.cron")}
          description={t("patrol.schedules.form.cronHint")}
          required
          maxLength={100}
          spellCheck={false}
          value={draft.cron}
          onChange={(event) => put({ cron: event.currentTarget.value })}
        />
        <div className="review-actions">
          {REPORT_KINDS.map((kind) => (
            <Button key={kind} size="compact-xs" variant="default" onClick={() => put({ cron: PRESETS[kind] })}>
              {t(`patrol.schedules.form.presets.${kind}`)}
            </Button>
          ))}
        </div>
        <TextInput
          size="xs"
          label={t("patrol.schedules.form.zone")}
          required
          maxLength={64}
          spellCheck={false}
          value={draft.zone}
          onChange={(event) => put({ zone: event.currentTarget.value })}
        />
        <NextTimes cron={draft.cron.trim()} zone={draft.zone.trim()} />
        <p className="muted">{t("patrol.make.scopeHint")}</p>
        <ScopeFacets scope={draft.scope} known={page.scopes} onChange={(scope) => put({ scope })} />
        <Recipients page={page} chosen={draft.recipients} onChange={(recipients) => put({ recipients })} />
        <ShowsMoney checked={draft.showsMoney ?? true} onChange={(showsMoney) => put({ showsMoney })} />
        <Checkbox
          size="xs"
          label={t("patrol.schedules.form.paused")}
          checked={draft.isPaused}
          onChange={(event) => put({ isPaused: event.currentTarget.checked })}
        />
        {save.error !== null && (
          <p className="failed" role="alert">
            {t("patrol.schedules.failed", { why: save.error.message })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={props.onClose}>
            {t("patrol.schedules.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={save.isPending}>
            {t("patrol.schedules.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** Chats to tick, and addresses for each e-mail channel. */
function Recipients(props: {
  page: DefinitionsPage;
  chosen: readonly Recipient[];
  onChange: (chosen: readonly Recipient[]) => void;
}) {
  const { t } = useTranslation();
  const { chosen } = props;
  const without = (channelId: number) => chosen.filter((one) => one.channelId !== channelId);
  const chats = props.page.channels.filter(({ kind }) => kind !== "email");
  return (
    <>
      <fieldset className="route-ticks">
        <legend>{t("patrol.schedules.form.chats")}</legend>
        {chats.length === 0 && <span className="muted">{t("patrol.schedules.form.noChats")}</span>}
        {chats.map(({ id, name }) => {
          const isChosen = chosen.some((one) => one.channelId === id);
          return (
            <Checkbox
              key={id}
              size="xs"
              label={name}
              checked={isChosen}
              onChange={() => props.onChange(isChosen ? without(id) : [...chosen, { kind: "chat", channelId: id }])}
            />
          );
        })}
      </fieldset>
      {props.page.channels
        .filter(({ kind }) => kind === "email")
        .map(({ id, name }) => (
          <Lines
            key={id}
            label={t("patrol.schedules.form.mail", { name })}
            lines={chosen.flatMap((one) => (one.kind === "mail" && one.channelId === id ? one.to : []))}
            onChange={(to) =>
              props.onChange(to.length === 0 ? without(id) : [...without(id), { kind: "mail", channelId: id, to }])
            }
          />
        ))}
    </>
  );
}

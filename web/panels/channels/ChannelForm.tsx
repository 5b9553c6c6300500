import { Button, Checkbox, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelRow } from "../../../db/model/alert-views.ts";
import { CHANNEL_KINDS, type ChannelKind, LANGUAGES, type Language } from "../../../db/model/channel.ts";
import { useLang } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { Lines } from "../../parts/Lines.tsx";
import { Refused, Waits } from "../../parts/Refused.tsx";
import { ShowsMoney } from "../../parts/ShowsMoney.tsx";
import { approvalOf, trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { useChannelsChange } from "./use-channels-change.ts";

/** What each kind asks for beside its address. */
const NEEDS: Readonly<
  Record<ChannelKind, readonly ("secret" | "previousSecret" | "keyword" | "mentions" | "to" | "from")[]>
> = {
  feishu: ["secret", "keyword", "mentions"],
  dingtalk: ["secret", "keyword", "mentions"],
  wecom: ["mentions"],
  slack: ["mentions"],
  teams: [],
  telegram: ["secret", "to"],
  email: ["secret", "to", "from"],
  pagerduty: ["secret"],
  alertmanager_webhook: [],
  webhook: ["secret", "previousSecret"],
  alertmanager: [],
};
const EXAMPLES: Readonly<Record<ChannelKind, string>> = {
  feishu: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
  dingtalk: "https://oapi.dingtalk.com/robot/send?access_token=…",
  wecom: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
  slack: "https://hooks.slack.com/services/…",
  teams: "https://….logic.azure.com/workflows/…",
  telegram: "https://api.telegram.org",
  email: "smtps://user@mail.example.com:465",
  pagerduty: "https://events.pagerduty.com/v2/enqueue",
  alertmanager_webhook: "https://receiver.example.com/alerts",
  webhook: "https://receiver.example.com/hook",
  alertmanager: "https://alertmanager.example.com",
};
const SECRET_HINTS = ["feishu", "dingtalk", "webhook", "telegram", "pagerduty", "email"] as const;

/** Adds a channel or changes one. Secrets are never read back: a field left empty keeps what there is. */
export function ChannelForm({ channel, onClose }: { channel: ChannelRow | null; onClose: () => void }) {
  const { t } = useTranslation();
  const lang = useLang();
  const changed = useChannelsChange();
  const [name, setName] = useState(channel?.name ?? "");
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? "feishu");
  const [language, setLanguage] = useState<Language>(channel?.language ?? (lang === "zh" ? "zh-CN" : "en"));
  const [sendsResolved, setSendsResolved] = useState(channel?.sendsResolved ?? true);
  const [showsMoney, setShowsMoney] = useState(channel?.showsMoney ?? true);
  const seesMoney = useMay("money.see");
  const [secrets, setSecrets] = useState({ url: "", secret: "", previousSecret: "" });
  const [settings, setSettings] = useState(
    channel?.settings ?? { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" },
  );
  const save = useMutation(
    trpc.alerts.saveChannel.mutationOptions({
      onSuccess: async () => {
        await changed();
        onClose();
      },
    }),
  );
  const waits = approvalOf(save.error);
  const needs = new Set(NEEDS[kind]);
  const hint = SECRET_HINTS.find((one) => one === kind) ?? "other";
  const put = (part: Partial<typeof settings>) => setSettings({ ...settings, ...part });
  const kept = channel === null ? undefined : t("channels.form.kept");
  return (
    <Drawer
      title={channel === null ? t("channels.form.add") : t("channels.form.edit", { name: channel.name })}
      onClose={onClose}
    >
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          const said = Object.fromEntries(Object.entries(secrets).filter(([, text]) => text !== ""));
          const sent = { ...settings, mentions: [...settings.mentions], to: [...settings.to] };
          const wish = { id: channel?.id ?? null, name, kind, language, sendsResolved, settings: sent, secrets: said };
          save.mutate({ ...wish, ...(seesMoney && { showsMoney }) });
        }}
      >
        <div className="price-fields">
          <TextInput
            size="xs"
            label={t("channels.form.name")}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            size="xs"
            label={t("channels.form.kind")}
            disabled={channel !== null}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as ChannelKind)}
            data={CHANNEL_KINDS.map((value) => ({ value, label: t(`channels.kind.${value}`) }))}
          />
          <NativeSelect
            size="xs"
            label={t("channels.form.language")}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value as Language)}
            data={LANGUAGES.map((value) => ({ value, label: t(`channels.language.${value}`) }))}
          />
        </div>
        <TextInput
          size="xs"
          className="mono-field"
          label={t("channels.form.url")}
          description={t("channels.form.urlHint")}
          required={channel === null}
          placeholder={channel === null ? EXAMPLES[kind] : t("channels.form.urlKept", { shown: channel.shownAddress })}
          autoComplete="off"
          spellCheck={false}
          maxLength={2_048}
          value={secrets.url}
          onChange={(event) => setSecrets({ ...secrets, url: event.currentTarget.value })}
        />
        {(["secret", "previousSecret"] as const).map(
          (field) =>
            needs.has(field) && (
              <PasswordInput
                key={field}
                size="xs"
                className="mono-field"
                label={t(`channels.form.${field}`)}
                description={field === "secret" ? t(`channels.form.secretHint.${hint}`) : undefined}
                placeholder={kept}
                autoComplete="new-password"
                maxLength={1_024}
                value={secrets[field]}
                onChange={(event) => setSecrets({ ...secrets, [field]: event.currentTarget.value })}
              />
            ),
        )}
        {needs.has("from") && (
          <TextInput
            size="xs"
            label={t("channels.form.from")}
            required
            maxLength={320}
            value={settings.from}
            onChange={(event) => put({ from: event.currentTarget.value })}
          />
        )}
        {needs.has("to") && (
          <Lines
            label={t("channels.form.to")}
            hint={t(`channels.form.toHint.${kind === "telegram" ? "telegram" : "email"}`)}
            lines={settings.to}
            onChange={(to) => put({ to })}
          />
        )}
        {needs.has("keyword") && (
          <TextInput
            size="xs"
            label={t("channels.form.keyword")}
            maxLength={100}
            value={settings.keyword}
            onChange={(event) => put({ keyword: event.currentTarget.value })}
          />
        )}
        {needs.has("mentions") && (
          <>
            <Lines
              label={t("channels.form.mentions")}
              lines={settings.mentions}
              onChange={(mentions) => put({ mentions })}
            />
            <Checkbox
              size="xs"
              label={t("channels.form.mentionsAll")}
              checked={settings.mentionsAll}
              onChange={(event) => put({ mentionsAll: event.currentTarget.checked })}
            />
          </>
        )}
        <Checkbox
          size="xs"
          label={t("channels.form.resolved")}
          checked={sendsResolved}
          onChange={(event) => setSendsResolved(event.currentTarget.checked)}
        />
        <ShowsMoney checked={showsMoney} onChange={setShowsMoney} />
        {waits === null ? (
          <Refused error={save.error} says={(why) => t("channels.failed", { why })} />
        ) : (
          <Waits id={waits} onClose={onClose} />
        )}
        <div className="review-actions review-actions-end" hidden={waits !== null}>
          <Button size="compact-sm" variant="subtle" onClick={onClose}>
            {t("channels.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={save.isPending} disabled={waits !== null}>
            {t("channels.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

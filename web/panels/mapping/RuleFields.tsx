import { ActionIcon, NativeSelect, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { MappingFault, MappingPage } from "../../../db/model/mapping-views.ts";
import { usePatternWords } from "../../lib/pattern-words.ts";
import type { Trial } from "./pattern-trial.ts";
import { MATCH_TEXTS, type RuleDraft, type RuleItem } from "./rule-list.ts";
import { useMappingWords } from "./use-mapping-words.ts";

/** The fields of a rule, each with what is wrong in it. */
export function RuleFields(props: {
  draft: RuleDraft;
  put: (part: Partial<RuleDraft>) => void;
  others: readonly RuleItem[]; // the list without this rule
  place: number; // index among them
  onPlace: (place: number) => void;
  page: MappingPage;
  faults: readonly MappingFault[];
  where: string; // "rules[3]": as the server calls this rule
  trial: Trial | null;
  wasTried: boolean; // what is left blank is wrong from then on
}) {
  const { t } = useTranslation();
  const words = useMappingWords(props.page);
  const patternWords = usePatternWords();
  const { draft, put, page, trial, wasTried } = props;
  const fault = (path: string) => words.at(props.faults, `${props.where}.${path}`);
  const isBlank = (text: string) => wasTried && text.trim() === "";
  const features = page.features.filter(({ isArchived, key }) => !isArchived || key === draft.feature);
  return (
    <>
      <div className="price-fields">
        <TextInput
          size="xs"
          label={t("mapping.form.name")}
          placeholder={t("mapping.form.nameHint")}
          withAsterisk
          maxLength={120}
          value={draft.name}
          error={fault("name") ?? (isBlank(draft.name) && t("mapping.fault.blankName"))}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label={t("mapping.form.feature")}
          withAsterisk
          value={draft.feature}
          error={fault("feature") ?? (isBlank(draft.feature) && t("mapping.fault.blankFeature"))}
          onChange={(event) => put({ feature: event.currentTarget.value })}
          data={[
            { value: "", label: t("mapping.form.chooseFeature") },
            ...features.map(({ key, name }) => ({ value: key, label: name === key ? key : `${name} (${key})` })),
          ]}
        />
        <NativeSelect
          size="xs"
          label={t("mapping.form.place")}
          value={String(props.place)}
          onChange={(event) => props.onPlace(Number(event.currentTarget.value))}
          data={[
            { value: "0", label: t("mapping.form.placeFirst") },
            ...props.others.map(({ rule }, i) => ({
              value: String(i + 1),
              label: t("mapping.form.placeAfter", { position: i + 1, name: rule.name }),
            })),
          ]}
        />
      </div>
      <fieldset className="price-fields mapping-match">
        <legend>
          {t("mapping.form.match")} <small>{t("mapping.form.matchHint")}</small>
        </legend>
        {MATCH_TEXTS.map((field) => {
          const hint = trial?.wrong.get(field);
          const wrong =
            hint === undefined ? undefined : t("mapping.trial.wrong", { hint: patternWords(hint, draft[field]) });
          return (
            <TextInput
              key={field}
              size="xs"
              className="mono-field"
              label={t(`mapping.form.${field}`)}
              placeholder={field === "owner" ? t("mapping.form.ownerHint") : ""}
              maxLength={256}
              spellCheck={false}
              value={draft[field]}
              error={fault(`match.${field}`) ?? wrong}
              onChange={(event) => put({ [field]: event.currentTarget.value })}
            />
          );
        })}
      </fieldset>
      <Labels draft={draft} put={put} fault={fault} />
      <div className="price-fields">
        {(["from", "to"] as const).map((field) => (
          <TextInput
            key={field}
            size="xs"
            label={t(`mapping.form.${field}`)}
            inputWrapperOrder={["label", "input", "description", "error"]}
            description={t("mapping.form.hour", { zone: page.zone })}
            placeholder={t(`mapping.form.${field}Hint`)}
            maxLength={40}
            value={draft[field]}
            error={fault(field)}
            onChange={(event) => put({ [field]: event.currentTarget.value })}
          />
        ))}
      </div>
    </>
  );
}

function Labels(props: {
  draft: RuleDraft;
  put: (part: Partial<RuleDraft>) => void;
  fault: (path: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const { put, fault } = props;
  const { labels } = props.draft;
  const change = (at: number, part: Partial<RuleDraft["labels"][number]>) =>
    put({ labels: labels.map((label, i) => (i === at ? { ...label, ...part } : label)) });
  return (
    <fieldset className="mapping-labels">
      <legend>{t("mapping.form.labels")}</legend>
      {labels.map(({ name, pattern }, at) => (
        <div key={at} className="mapping-label">
          <TextInput
            size="xs"
            className="mono-field"
            aria-label={t("mapping.form.labelName")}
            placeholder="app_kubernetes_io_name"
            maxLength={200}
            spellCheck={false}
            value={name}
            onChange={(event) => change(at, { name: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            className="mono-field"
            aria-label={t("mapping.form.labelPattern")}
            placeholder=".*"
            maxLength={256}
            spellCheck={false}
            value={pattern}
            error={fault(`match.labels.${name.trim()}`)}
            onChange={(event) => change(at, { pattern: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t("mapping.form.removeLabel", { name })}
            onClick={() => put({ labels: labels.filter((_, i) => i !== at) })}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <button type="button" className="button" onClick={() => put({ labels: [...labels, { name: "", pattern: "" }] })}>
        {t("mapping.form.addLabel")}
      </button>
      {fault("match.labels") !== undefined && <p className="failed">{fault("match.labels")}</p>}
    </fieldset>
  );
}

import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RuleDraft } from "../../../db/model/alert-views.ts";
import { ACTIONS, RULE_FAMILIES, SEVERITIES } from "../../../db/model/rule.ts";
import { OWN_PREFIX, scopesOf, sendable, withCondition } from "../../lib/rule-draft.ts";
import { saidOf } from "../../lib/rule-refusal.ts";
import { useRefusalWords } from "../../lib/use-refusal-words.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { ConditionFields } from "./ConditionFields.tsx";
import { RuleLab } from "./RuleLab.tsx";
import { Minutes } from "./rule-inputs.tsx";
import { WhereFields } from "./WhereFields.tsx";

/** What the form begins with: a rule in force to be changed, or one of the user's own that is not there yet. */
export type RuleStart = RuleDraft & { readonly isNew: boolean; readonly isBuiltIn: boolean };

/** Writes a rule, or changes one, and replays it before it is saved. Of a built-in rule the shape stays: clone it for another. */
export function RuleForm(props: {
  start: RuleStart;
  taken: ReadonlySet<string>; // ids of all rules
  runbooks: readonly string[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const words = useRefusalWords();
  const { isNew, isBuiltIn } = props.start;
  const [draft, setDraft] = useState<RuleDraft>(() => {
    const { rule, enabled, why } = props.start;
    return { rule, enabled, why };
  });
  const [labFault, setLabFault] = useState<string | null>(null);
  const save = useMutation(
    trpc.alerts.saveRule.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.alerts.rules.queryKey() });
        props.onClose();
      },
    }),
  );
  const { rule } = draft;
  const isTaken = isNew && props.taken.has(rule.id);
  const message = save.error?.message ?? labFault;
  const refusal = isTaken ? { place: "id", why: t("rules.form.taken") } : message === null ? null : words(message);
  const at = (place: string) => saidOf(refusal, place);
  const put = (part: Partial<RuleDraft["rule"]>) => setDraft({ ...draft, rule: { ...rule, ...part } });
  const scopes = scopesOf(rule.condition);
  return (
    <Drawer
      title={isNew ? t("rules.form.new") : t("rules.form.edit", { id: rule.id })}
      note={isBuiltIn && <p className="muted">{t("rules.form.builtIn")}</p>}
      onClose={props.onClose}
    >
      <form
        className="mapping-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTaken) save.mutate(sendable(draft));
        }}
      >
        {isNew && (
          <TextInput
            size="xs"
            className="mono-field"
            label={t("rules.form.id")}
            description={t("rules.form.idHint", { prefix: OWN_PREFIX })}
            placeholder={`${OWN_PREFIX}…`}
            required
            maxLength={63}
            spellCheck={false}
            autoComplete="off"
            value={rule.id}
            error={at("id")}
            onChange={(event) => put({ id: event.currentTarget.value })}
          />
        )}
        <fieldset className="rule-parts">
          <legend>{t("rules.form.condition")}</legend>
          <ConditionFields
            condition={rule.condition}
            place="condition"
            refusal={refusal}
            isFixed={isBuiltIn}
            onChange={(condition) => setDraft({ ...draft, rule: withCondition(rule, condition) })}
          />
        </fieldset>
        <div className="price-fields">
          <NativeSelect
            size="xs"
            label={t("alerts.severityName")}
            value={rule.severity}
            error={at("severity")}
            onChange={(event) => put({ severity: event.currentTarget.value as typeof rule.severity })}
            data={SEVERITIES.map((value) => ({ value, label: t(`alerts.severity.${value}`) }))}
          />
          <Minutes
            label={t("rules.form.for")}
            hint={t("rules.form.forHint")}
            value={rule.forMs}
            error={at("forMs")}
            onChange={(forMs) => put({ forMs })}
          />
          <Minutes
            label={t("rules.form.keep")}
            hint={t("rules.form.keepHint")}
            value={rule.keepFiringMs}
            error={at("keepFiringMs")}
            onChange={(keepFiringMs) => put({ keepFiringMs })}
          />
        </div>
        {(["zh", "en"] as const).map((tongue) => (
          <Textarea
            key={tongue}
            size="xs"
            label={t(`rules.form.summary.${tongue}`)}
            description={tongue === "zh" ? t("rules.form.summaryHint") : undefined}
            required
            autosize
            minRows={1}
            maxRows={4}
            maxLength={300}
            value={rule.summary[tongue]}
            error={at(`summary.${tongue}`)}
            onChange={(event) => put({ summary: { ...rule.summary, [tongue]: event.currentTarget.value } })}
          />
        ))}
        <NativeSelect
          size="xs"
          label={t("rules.form.action")}
          value={rule.action}
          error={at("action")}
          onChange={(event) => put({ action: event.currentTarget.value as typeof rule.action })}
          data={ACTIONS.map((value) => ({ value, label: t(`incident.action.${value}`) }))}
        />
        <div className="price-fields">
          <NativeSelect
            size="xs"
            label={t("rules.form.runbook")}
            value={rule.runbook}
            error={at("runbook")}
            onChange={(event) => put({ runbook: event.currentTarget.value })}
            data={[
              { value: "", label: t("rules.form.noRunbook") },
              ...props.runbooks.map((name) => ({ value: name, label: name })),
            ]}
          />
          {!isBuiltIn && (
            <NativeSelect
              size="xs"
              label={t("alerts.familyName")}
              value={rule.family}
              error={at("family")}
              onChange={(event) => put({ family: event.currentTarget.value as typeof rule.family })}
              data={RULE_FAMILIES.map((value) => ({ value, label: t(`alerts.family.${value}`) }))}
            />
          )}
          {scopes.length > 1 && (
            <NativeSelect
              size="xs"
              label={t("rules.form.scope")}
              value={rule.scope}
              error={at("scope")}
              onChange={(event) => put({ scope: event.currentTarget.value as typeof rule.scope })}
              data={scopes.map((value) => ({ value, label: t(`rules.scope.${value}`) }))}
            />
          )}
        </div>
        <WhereFields where={rule.where} refusal={refusal} onChange={(where) => put({ where })} />
        <TextInput
          size="xs"
          label={t("rules.form.sourceOf")}
          description={t("rules.form.sourceOfHint")}
          maxLength={500}
          value={rule.source}
          error={at("source")}
          onChange={(event) => put({ source: event.currentTarget.value })}
        />
        <Checkbox
          size="xs"
          label={t("rules.form.enabled")}
          checked={draft.enabled}
          onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
        />
        <TextInput
          size="xs"
          label={t("rules.form.why")}
          maxLength={500}
          value={draft.why}
          error={at("why")}
          onChange={(event) => setDraft({ ...draft, why: event.currentTarget.value })}
        />
        <RuleLab draft={draft} isBlocked={isTaken} onRefused={setLabFault} />
        {refusal !== null && (
          <p className="failed" role="alert">
            {t(save.error === null && labFault !== null ? "rules.labRefused" : "rules.failed", { why: refusal.why })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={props.onClose}>
            {t("rules.form.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" loading={save.isPending}>
            {t("rules.form.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UsageAdapterView, UsageSourceRow } from "../../../db/model/usage-views.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { useMappingChange } from "../mapping/use-mapping-change.ts";
import { FeatureSelect } from "./FeatureSelect.tsx";
import { COUNTERS, newSource, promqlOf, type SourceDraft, sourceDraftOf } from "./source-draft.ts";
import { SourceTrial } from "./SourceTrial.tsx";
import type { UnitFeatures } from "./use-features.ts";
import { Saved, WhyAndSave } from "./WhyAndSave.tsx";

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

/** A counter of a Prometheus whose increases are a feature's units; tried before it is saved. */
export function SourceForm(props: {
  source: UsageSourceRow | null;
  about: string | null;
  features: UnitFeatures;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { source, features, onClose } = props;
  const changed = useMappingChange();
  const adapters = useQuery({ ...trpc.usage.adapters.queryOptions(), staleTime: Infinity });
  const prometheis = useQuery(trpc.usage.prometheis.queryOptions());
  const [said, setDraft] = useState(() => (source === null ? newSource(props.about, "") : sourceDraftOf(source)));
  const draft = said.prometheus === "" ? { ...said, prometheus: prometheis.data?.[0] ?? "" } : said;
  const [why, setWhy] = useState("");
  const [wasTried, setTried] = useState(false);
  const trial = useMutation(trpc.usage.testQuery.mutationOptions());
  const save = useMutation(trpc.usage.saveSource.mutationOptions({ onSuccess: changed }));
  const put = (part: Partial<SourceDraft>) => setDraft({ ...draft, ...part });
  const adapter = adapters.data?.find(({ id }) => id === draft.adapter);
  const promql = promqlOf(draft);
  const blank = (isBlank: boolean, code: "blankName" | "blankFeature" | "blankGood") =>
    wasTried && isBlank ? t(`usage.form.${code}`) : undefined;
  const hasCounters = draft.adapter !== "" || draft.good.trim() !== "";
  const isWhole = draft.name.trim() !== "" && draft.feature !== "" && hasCounters;
  const isTrialOfThis = JSON.stringify(trial.variables?.promql) === JSON.stringify(promql);
  const title = source === null ? t("usage.form.add") : t("usage.form.edit", { name: source.name });
  const submit = () => {
    setTried(true);
    if (!isWhole || why.trim() === "") return;
    const since = draft.since.trim() === "" ? null : draft.since.trim();
    save.mutate({ feature: draft.feature, name: draft.name.trim(), promql: { ...promql }, since, why });
  };
  return (
    <Drawer title={title} onClose={onClose}>
      {save.isSuccess ? (
        <Saved text={t("usage.savedPlain")} onClose={onClose} />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {prometheis.data?.length === 0 && <p className="failed">{t("usage.form.noPrometheus")}</p>}
          <div className="price-fields">
            <FeatureSelect
              features={features}
              value={draft.feature}
              disabled={source !== null}
              error={blank(draft.feature === "", "blankFeature")}
              onChange={(feature) => put({ feature })}
            />
            <TextInput
              size="xs"
              label={t("usage.form.name")}
              placeholder={t("usage.form.nameHint")}
              withAsterisk
              disabled={source !== null}
              maxLength={64}
              value={draft.name}
              error={blank(draft.name.trim() === "", "blankName")}
              onChange={(event) => put({ name: event.currentTarget.value })}
            />
            <NativeSelect
              size="xs"
              label={t("usage.form.prometheus")}
              value={draft.prometheus}
              onChange={(event) => put({ prometheus: event.currentTarget.value })}
              data={[...new Set([...(prometheis.data ?? []), draft.prometheus])]}
            />
          </div>
          <div className="price-fields">
            <NativeSelect
              size="xs"
              label={t("usage.form.adapter")}
              value={draft.adapter}
              onChange={(event) => put({ adapter: event.currentTarget.value })}
              data={[
                { value: "", label: t("usage.form.own") },
                ...(adapters.data ?? []).map(({ id, server, counts }) => ({
                  value: id,
                  label: t("usage.form.adapterName", { server, counts: t(`usage.form.counts.${counts}`) }),
                })),
              ]}
            />
            {draft.adapter !== "" && (
              <TextInput
                size="xs"
                className="mono-field"
                label={t("usage.form.match")}
                description={t("usage.form.matchHint")}
                inputWrapperOrder={ORDER}
                placeholder={adapter?.match ?? ""}
                spellCheck={false}
                maxLength={2_000}
                value={draft.match}
                onChange={(event) => put({ match: event.currentTarget.value })}
              />
            )}
            <TextInput
              size="xs"
              label={t("usage.form.units")}
              description={t("usage.form.unitsHint", { usual: adapter?.unitsPerCount ?? "1" })}
              inputWrapperOrder={ORDER}
              inputMode="decimal"
              maxLength={40}
              value={draft.unitsPerCount}
              onChange={(event) => put({ unitsPerCount: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              label={t("usage.form.since")}
              description={t("usage.form.sinceHint")}
              inputWrapperOrder={ORDER}
              placeholder="YYYY-MM-DD HH:MM"
              maxLength={40}
              value={draft.since}
              onChange={(event) => put({ since: event.currentTarget.value })}
            />
          </div>
          {draft.adapter === "" &&
            COUNTERS.map((kind) => (
              <Textarea
                key={kind}
                size="xs"
                className="mono-field"
                label={t(`usage.form.${kind}`)}
                description={kind === "good" ? t("usage.form.lines") : undefined}
                withAsterisk={kind === "good"}
                rows={2}
                spellCheck={false}
                value={draft[kind]}
                error={kind === "good" ? blank(!hasCounters, "blankGood") : undefined}
                onChange={(event) => put({ [kind]: event.currentTarget.value })}
              />
            ))}
          {adapter !== undefined && <AdapterReads adapter={adapter} />}
          <SourceTrial
            trial={isTrialOfThis ? trial.data : undefined}
            failure={isTrialOfThis ? trial.error : null}
            wasAnother={trial.data !== undefined && !isTrialOfThis}
            zone={features.zone}
          />
          <WhyAndSave
            why={why}
            onWhy={setWhy}
            act={t("usage.save")}
            isBusy={save.isPending}
            failure={save.error instanceof Error ? save.error : null}
            more={
              <Button
                size="xs"
                variant="default"
                loading={trial.isPending}
                disabled={!hasCounters || draft.prometheus === ""}
                onClick={() => trial.mutate({ promql: { ...promql } })}
              >
                {t("usage.trial.do")}
              </Button>
            }
            onCancel={onClose}
          />
        </form>
      )}
    </Drawer>
  );
}

/** The counters an adapter stands for. */
function AdapterReads({ adapter }: { adapter: UsageAdapterView }) {
  const { t } = useTranslation();
  const rows = [
    [t("usage.form.readsGood"), adapter.good],
    [t("usage.form.readsFailed"), adapter.failed],
    [t("usage.form.readsMinus"), adapter.minus],
  ] as const;
  return (
    <div className="mapping-effect">
      <h3>{t("usage.form.reads")}</h3>
      <dl className="price-facts usage-reads">
        {rows.map(([name, selectors]) =>
          selectors.length === 0 ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {selectors.map((selector) => (
                  <code key={selector}>{selector}</code>
                ))}
              </dd>
            </div>
          ),
        )}
      </dl>
    </div>
  );
}

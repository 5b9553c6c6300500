import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { WORK_KINDS, type WorkKind } from "../../../db/model/feature.ts";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import type { Selector } from "../../../db/model/price.ts";
import { Refused, Waits } from "../../parts/Refused.tsx";
import { approvalOf, trpc } from "../../trpc.ts";
import { Drawer } from "./Drawer.tsx";
import { OwnedPools } from "./OwnedPools.tsx";
import { useMappingChange } from "./use-mapping-change.ts";

type Feature = MappingPage["features"][number];
type Draft = {
  readonly key: string;
  readonly name: string;
  readonly team: string;
  readonly kind: WorkKind;
  readonly unit: string;
  readonly unitSource: string;
  readonly owns: readonly Selector[];
};

const EMPTY: Draft = { key: "", name: "", team: "", kind: "inference", unit: "", unitSource: "", owns: [] };
const KEY = /^[a-z0-9][a-z0-9-]{0,62}$/; // as server/domain/mapping/written-features.ts reads it
const TAKEN = ["unattributed", "nobody"];

/** Makes a feature or changes what is said of one. */
export function FeatureForm(props: { page: MappingPage; feature: Feature | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { page, feature, onClose } = props;
  const changed = useMappingChange();
  const [draft, setDraft] = useState<Draft>(() => feature ?? EMPTY);
  const [why, setWhy] = useState("");
  const save = useMutation(trpc.mapping.saveFeature.mutationOptions({ onSuccess: changed }));
  const archive = useMutation(trpc.mapping.archive.mutationOptions({ onSuccess: changed }));
  const keyFault = useKeyFault(page, feature === null ? draft.key : "");
  const put = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const isSaid = draft.key !== "" && keyFault === undefined && why.trim() !== "";
  const failure = save.error ?? archive.error;
  const waits = approvalOf(failure);
  const isSaved = save.data !== undefined || archive.data !== undefined;
  const title =
    feature === null ? t("mapping.features.form.add") : t("mapping.features.form.edit", { name: feature.name });
  const { key, name, team, kind, unit, unitSource, owns } = draft;
  return (
    <Drawer title={title} onClose={onClose}>
      {isSaved ? (
        <div className="notice mapping-saved" role="status">
          <p>{t("mapping.features.form.saved")}</p>
          <Button size="xs" variant="default" onClick={onClose}>
            {t("mapping.close")}
          </Button>
        </div>
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (isSaid) save.mutate({ feature: { key, name, team, kind, unit, unitSource, owns: [...owns] }, why });
          }}
        >
          {feature !== null && (
            <p className="mapping-links">
              <Link to="/features/$key" params={{ key: feature.key }}>
                {t("mapping.features.form.page")}
              </Link>
              <a href={`/units?feature=${encodeURIComponent(feature.key)}`}>{t("mapping.features.form.units")}</a>
            </p>
          )}
          <div className="price-fields">
            {feature === null && (
              <TextInput
                size="xs"
                className="mono-field"
                label={t("mapping.features.form.key")}
                inputWrapperOrder={["label", "input", "description", "error"]}
                description={t("mapping.features.form.keyHint")}
                withAsterisk
                maxLength={64}
                spellCheck={false}
                value={key}
                error={keyFault}
                onChange={(event) => put({ key: event.currentTarget.value.trim() })}
              />
            )}
            <TextInput
              size="xs"
              label={t("mapping.features.form.name")}
              placeholder={key}
              maxLength={120}
              value={name}
              onChange={(event) => put({ name: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              label={t("mapping.features.form.team")}
              maxLength={120}
              value={team}
              onChange={(event) => put({ team: event.currentTarget.value })}
            />
          </div>
          <div className="price-fields">
            <NativeSelect
              size="xs"
              label={t("mapping.features.form.kind")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              description={t("mapping.features.form.kindHint")}
              value={kind}
              onChange={(event) => put({ kind: event.currentTarget.value as WorkKind })}
              data={WORK_KINDS.map((value) => ({ value, label: t(`features.page.kinds.${value}`) }))}
            />
            <TextInput
              size="xs"
              label={t("mapping.features.form.unit")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              description={t("mapping.features.form.unitHint")}
              maxLength={60}
              value={unit}
              onChange={(event) => put({ unit: event.currentTarget.value })}
            />
            <SourceSelect
              feature={feature?.key ?? null}
              value={unitSource}
              onChange={(said) => put({ unitSource: said })}
            />
          </div>
          <OwnedPools owns={owns} onChange={(next) => put({ owns: next })} />
          <TextInput
            size="xs"
            label={t("mapping.features.form.why")}
            withAsterisk
            maxLength={500}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
          {waits === null ? (
            <Refused error={failure} says={(why) => t("mapping.features.form.failed", { why })} />
          ) : (
            <Waits id={waits} onClose={onClose} />
          )}
          <div className="price-act" hidden={waits !== null}>
            <Button size="xs" type="submit" loading={save.isPending} disabled={!isSaid || waits !== null}>
              {t("mapping.features.form.save")}
            </Button>
            <Button size="xs" variant="default" onClick={onClose}>
              {t("mapping.cancel")}
            </Button>
            {feature !== null && (
              <Button
                size="xs"
                variant="default"
                className="mapping-archive"
                loading={archive.isPending}
                disabled={why.trim() === ""}
                onClick={() => archive.mutate({ key, archived: !feature.isArchived, why })}
              >
                {feature.isArchived ? t("mapping.features.form.restore") : t("mapping.features.form.archive")}
              </Button>
            )}
          </div>
          {feature?.isArchived === false && <p className="muted">{t("mapping.features.form.archiveSays")}</p>}
        </form>
      )}
    </Drawer>
  );
}

/** What is wrong with a key before the server sees it; undefined = nothing, or it is not written yet. */
function useKeyFault(page: MappingPage, key: string): string | undefined {
  const { t } = useTranslation();
  if (key === "") return undefined;
  if (!KEY.test(key) || TAKEN.includes(key)) return t("mapping.fault.bad_key", { value: key });
  return page.features.some((one) => one.key === key) ? t("mapping.features.form.taken") : undefined;
}

/** Names of the sources that count this feature's units. */
function SourceSelect(props: { feature: string | null; value: string; onChange: (source: string) => void }) {
  const { t } = useTranslation();
  const { feature, value } = props;
  const sources = useQuery({ ...trpc.usage.sources.queryOptions({ feature }), enabled: feature !== null });
  const names = [...new Set([...(sources.data ?? []).map(({ name }) => name), ...(value === "" ? [] : [value])])];
  return (
    <NativeSelect
      size="xs"
      label={t("mapping.features.form.source")}
      value={value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[
        { value: "", label: t("mapping.features.form.sourceFirst") },
        ...names.map((name) => ({ value: name, label: name })),
      ]}
    />
  );
}

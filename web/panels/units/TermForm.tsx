import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { OTHER_COST_KINDS, type OtherCostKind } from "../../../db/model/feature.ts";
import type { OtherCostRow, UnitPriceRow } from "../../../db/model/usage-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { exactDate, priceDate } from "../../lib/price-date.ts";
import type { UnitsView } from "../../lib/units-url.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { useMappingChange } from "../mapping/use-mapping-change.ts";
import { FeatureSelect } from "./FeatureSelect.tsx";
import { emptyTerm, type TermDraft, termFaults, termOf } from "./term-draft.ts";
import { TERM_WORDS } from "./term-words.ts";
import type { UnitFeatures } from "./use-features.ts";
import { Saved, WhyAndSave } from "./WhyAndSave.tsx";

type Term = "prices" | "costs";

/** Sets, corrects or ends what a unit sells for, or what a feature costs besides cards. */
export function TermForm(props: {
  of: Term;
  form: NonNullable<UnitsView["form"]>;
  row: UnitPriceRow | OtherCostRow | null; // null = a new one
  about: string | null;
  currency: string;
  features: UnitFeatures;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { of, form, row, features, onClose } = props;
  const changed = useMappingChange();
  const now = browserClock.now();
  const [draft, setDraft] = useState<TermDraft>(() =>
    row === null ? emptyTerm(props.about, props.currency, now, features.zone) : termOf(row, features.zone),
  );
  const [end, setEnd] = useState(() => priceDate(now, features.zone).slice(0, 10));
  const [why, setWhy] = useState("");
  const [wasTried, setTried] = useState(false);
  const prices = useMutation(trpc.usage.setUnitPrices.mutationOptions({ onSuccess: changed }));
  const costs = useMutation(trpc.usage.setOtherCosts.mutationOptions({ onSuccess: changed }));
  const set = of === "prices" ? prices : costs;
  const faults = termFaults(form === "end" ? { ...draft, from: end, to: "" } : draft);
  const fault = (field: keyof TermDraft) => {
    const code = faults.get(field);
    return code === undefined || !wasTried ? undefined : t(`usage.check.${code}`);
  };
  const put = (part: Partial<TermDraft>) => setDraft({ ...draft, ...part });
  const submit = () => {
    setTried(true);
    if (faults.size > 0 || why.trim() === "") return;
    const { feature, kind, note } = draft;
    const isEnd = form === "end";
    const amount = isEnd ? null : draft.amount.trim();
    const lasts = row?.to == null ? null : exactDate(row.to, features.zone);
    const stretch = isEnd
      ? { from: end.trim(), to: lasts }
      : { from: draft.from.trim(), to: draft.to.trim() === "" ? null : draft.to.trim() };
    const currency = draft.currency.trim().toUpperCase();
    if (of === "prices") prices.mutate({ changes: [{ feature, currency, perUnit: amount, ...stretch }], why });
    else costs.mutate({ changes: [{ feature, kind, note, currency, perDay: amount, ...stretch }], why });
  };
  const name = row === null ? "" : features.nameOf(row.feature);
  const saved = set.data;
  const hint = t("usage.date", { zone: features.zone });
  return (
    <Drawer title={t(TERM_WORDS[of].form[form], { name })} onClose={onClose}>
      {saved !== undefined ? (
        <Saved
          text={saved.revisionId === null ? t("usage.unchanged") : t("usage.saved", { id: saved.revisionId })}
          onClose={onClose}
        />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {form === "end" && (
            <>
              <p className="muted">{t(TERM_WORDS[of].endSays)}</p>
              <TextInput
                size="xs"
                className="mapping-hour"
                label={t("usage.from")}
                description={hint}
                withAsterisk
                maxLength={40}
                value={end}
                error={fault("from")}
                onChange={(event) => setEnd(event.currentTarget.value)}
              />
            </>
          )}
          {form !== "end" && (
            <>
              <p className="muted">{t("usage.prices.setSays")}</p>
              <TermFields
                of={of}
                draft={draft}
                put={put}
                fault={fault}
                features={features}
                isNew={row === null}
                hint={hint}
              />
            </>
          )}
          <WhyAndSave
            why={why}
            onWhy={setWhy}
            act={t("usage.save")}
            isBusy={set.isPending}
            failure={set.error instanceof Error ? set.error : null}
            onCancel={onClose}
          />
        </form>
      )}
    </Drawer>
  );
}

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

function TermFields(props: {
  of: Term;
  draft: TermDraft;
  put: (part: Partial<TermDraft>) => void;
  fault: (field: keyof TermDraft) => string | undefined;
  features: UnitFeatures;
  isNew: boolean;
  hint: string;
}) {
  const { t } = useTranslation();
  const { of, draft, put, fault, features } = props;
  const unit = features.list.find(({ key }) => key === draft.feature)?.unit ?? "";
  return (
    <>
      <div className="price-fields">
        <FeatureSelect
          features={features}
          value={draft.feature}
          disabled={!props.isNew}
          error={fault("feature")}
          onChange={(feature) => put({ feature })}
        />
        {of === "costs" && (
          <>
            <NativeSelect
              size="xs"
              label={t("usage.costs.kind")}
              value={draft.kind}
              disabled={!props.isNew}
              onChange={(event) => put({ kind: event.currentTarget.value as OtherCostKind })}
              data={OTHER_COST_KINDS.map((value) => ({ value, label: t(`usage.costs.kinds.${value}`) }))}
            />
            <TextInput
              size="xs"
              label={t("usage.costs.noteName")}
              description={t("usage.costs.noteHint")}
              inputWrapperOrder={ORDER}
              maxLength={200}
              disabled={!props.isNew}
              value={draft.note}
              onChange={(event) => put({ note: event.currentTarget.value })}
            />
          </>
        )}
      </div>
      <div className="price-fields">
        <TextInput
          size="xs"
          label={of === "costs" ? t("usage.costs.perDay") : t("usage.prices.perUnit")}
          description={of === "prices" && unit !== "" ? t("usage.prices.unit", { unit }) : undefined}
          inputWrapperOrder={ORDER}
          withAsterisk
          inputMode="decimal"
          maxLength={40}
          value={draft.amount}
          error={fault("amount")}
          onChange={(event) => put({ amount: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label={t("usage.currency")}
          withAsterisk
          maxLength={3}
          disabled={!props.isNew}
          value={draft.currency}
          error={fault("currency")}
          onChange={(event) => put({ currency: event.currentTarget.value })}
        />
        {(["from", "to"] as const).map((field) => (
          <TextInput
            key={field}
            size="xs"
            label={t(`usage.${field}`)}
            placeholder={field === "to" ? t("usage.toHint") : ""}
            description={props.hint}
            inputWrapperOrder={ORDER}
            withAsterisk={field === "from"}
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

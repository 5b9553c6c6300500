import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BILLING_TYPES, type BillingType } from "../../../db/model/fleet.ts";
import { PRICE_BASES, type PriceBasis } from "../../../db/model/price.ts";
import type { PriceView } from "../../../db/model/pricing-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { exactDate, priceDate } from "../../lib/price-date.ts";
import { draftOf, emptyDraft, KNOWN_MODELS, type PriceDraft, wishOf } from "../../lib/price-draft.ts";
import type { PricingView } from "../../lib/pricing-url.ts";
import { useSummary } from "../../live/use-fleet.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused, Waits } from "../../parts/Refused.tsx";
import { approvalOf, trpc } from "../../trpc.ts";
import { EffectLine } from "./EffectLine.tsx";
import { usePricingChange } from "./use-pricing-change.ts";

/** Adds, corrects or ends a price. Nothing is saved before its difference was shown. */
export function PriceForm(props: {
  form: NonNullable<PricingView["form"]>;
  price: PriceView | null;
  poolId: number | null;
  zone: string;
  currency: string;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const { form, price, zone } = props;
  const pools = useSummary().data?.pools;
  const pool = pools?.find(({ id }) => id === props.poolId);
  const [changed, setDraft] = useState<PriceDraft | null>(null);
  const [why, setWhy] = useState("");
  const [end, setEnd] = useState(() => priceDate(browserClock.now(), zone).slice(0, 10));
  const begin = (): PriceDraft => {
    if (price !== null) return draftOf(price, zone);
    const { vendor = "", region = "", zone: place = "", cluster = "", model = "", billing = "" } = pool ?? {};
    return {
      ...emptyDraft(props.currency, browserClock.now(), zone),
      vendor,
      region,
      zone: place,
      cluster,
      model,
      billing,
    };
  };
  const draft = changed ?? begin();
  const wishes = [form === "end" && price !== null ? endOf(price, end, zone) : wishOf(draft)];
  const asked = JSON.stringify(wishes);
  const [shown, setShown] = useState("");
  const done = usePricingChange();
  const preview = useMutation(trpc.pricing.preview.mutationOptions({ onSuccess: () => setShown(asked) }));
  const save = useMutation(trpc.pricing.set.mutationOptions({ onSuccess: done }));
  const fields = useRef<HTMLFormElement>(null);
  useEffect(() => fields.current?.querySelector("input")?.focus(), []); // whoever opened it goes on typing
  const isShown = preview.data !== undefined && shown === asked;
  const put = (part: Partial<PriceDraft>) => setDraft({ ...draft, ...part });
  const waits = approvalOf(save.error);
  if (waits !== null) return <Waits id={waits} onClose={props.onDone} />;
  if (save.data !== undefined)
    return (
      <div className="notice" role="status">
        <p>
          {save.data.revision === null
            ? t("pricing.form.unchanged")
            : t("pricing.form.saved", { id: save.data.revision.id })}
        </p>
        <Button size="xs" variant="default" onClick={props.onDone}>
          {t("pricing.detail.close")}
        </Button>
      </div>
    );
  return (
    <PanelFrame title={t(`pricing.form.${form}`)} className="price-form">
      <form
        ref={fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (isShown) save.mutate({ prices: wishes, why });
          else preview.mutate({ prices: wishes });
        }}
      >
        {form === "end" ? (
          <div className="price-fields">
            <Field label={t("pricing.form.at")} value={end} onChange={setEnd} required />
          </div>
        ) : (
          <Fields draft={draft} put={put} />
        )}
        <div className="price-fields">
          <TextInput
            size="xs"
            className="price-why"
            label={t("pricing.form.why")}
            description={t("pricing.form.whyHint")}
            maxLength={500}
            required={isShown}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
        </div>
        {isShown && <EffectLine effect={preview.data} zone={zone} />}
        {preview.data !== undefined && !isShown && <p className="muted">{t("pricing.form.changed")}</p>}
        {preview.error !== null && (
          <p className="failed" role="alert">
            {t("pricing.form.wrong", { why: preview.error.message })}
          </p>
        )}
        <Refused error={save.error} says={(why) => t("pricing.form.failed", { why })} />
        <div className="price-act">
          <Button
            size="xs"
            type="submit"
            variant={isShown ? "filled" : "default"}
            loading={preview.isPending || save.isPending}
            disabled={isShown && why.trim() === ""}
          >
            {isShown ? t("pricing.form.save") : t("pricing.form.preview")}
          </Button>
          <Button size="xs" variant="default" onClick={props.onDone}>
            {t("pricing.form.cancel")}
          </Button>
        </div>
      </form>
    </PanelFrame>
  );
}

/** No price from a day on, for the cards the price is for. */
const endOf = (price: PriceView, from: string, zone: string) => ({
  selector: price.selector,
  isList: price.isList,
  from,
  to: price.to === null ? null : exactDate(price.to, zone),
  price: null,
});

function Fields({ draft, put }: { draft: PriceDraft; put: (part: Partial<PriceDraft>) => void }) {
  const { t } = useTranslation();
  const text = (name: keyof PriceDraft & Parameters<typeof label>[0], required = false, hint?: string) => (
    <Field
      label={label(name)}
      hint={hint}
      required={required}
      value={draft[name]}
      onChange={(value) => put({ [name]: value })}
    />
  );
  const label = (
    name:
      | "vendor"
      | "region"
      | "zone"
      | "cluster"
      | "contract"
      | "amount"
      | "currency"
      | "cards"
      | "from"
      | "to"
      | "termTo"
      | "purchase"
      | "months"
      | "watts"
      | "power",
  ) => t(`pricing.form.${name}`);
  return (
    <>
      <fieldset className="price-fields">
        <legend>
          {t("pricing.form.whom")} <small>{t("pricing.form.whomHint")}</small>
        </legend>
        {text("vendor")}
        {text("region")}
        {text("zone")}
        {text("cluster")}
        <TextInput
          size="xs"
          label={t("pricing.form.model")}
          list="known-models"
          maxLength={200}
          value={draft.model}
          onChange={(event) => put({ model: event.currentTarget.value })}
        />
        <datalist id="known-models">
          {KNOWN_MODELS.map((model) => (
            <option key={model} value={model} />
          ))}
        </datalist>
        <NativeSelect
          size="xs"
          label={t("pricing.form.billing")}
          value={draft.billing}
          onChange={(event) => put({ billing: event.currentTarget.value as BillingType | "" })}
          data={[
            { value: "", label: t("pricing.book.any") },
            ...BILLING_TYPES.map((value) => ({ value, label: t(`billing.${value}`) })),
          ]}
        />
        {text("contract")}
      </fieldset>
      <div className="price-fields">
        <NativeSelect
          size="xs"
          label={t("pricing.form.basis")}
          value={draft.basis}
          onChange={(event) => put({ basis: event.currentTarget.value as PriceBasis })}
          data={PRICE_BASES.map((value) => ({ value, label: t(`pricing.basis.${value}`) }))}
        />
        {draft.basis !== "owned" && text("amount", true)}
        {text("currency", true)}
        {draft.basis === "instance_hour" && text("cards", true)}
        {draft.basis === "owned" && text("purchase", true)}
        {draft.basis === "owned" && text("months", true)}
        {draft.basis === "owned" && text("watts", true)}
        {draft.basis === "owned" && text("power", true)}
        {text("from", true, "YYYY-MM-DD")}
        {text("to", false, t("pricing.form.toHint"))}
        {text("termTo", false, t("pricing.form.termHint"))}
        <Checkbox
          size="xs"
          className="price-list-box"
          label={t("pricing.form.isList")}
          checked={draft.isList}
          onChange={(event) => put({ isList: event.currentTarget.checked })}
        />
      </div>
    </>
  );
}

function Field(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  required?: boolean;
  hint?: string | undefined;
}) {
  return (
    <TextInput
      size="xs"
      label={props.label}
      required={props.required ?? false}
      placeholder={props.hint}
      maxLength={64}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

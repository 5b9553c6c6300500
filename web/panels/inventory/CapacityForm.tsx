import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BILLING_TYPES, type BillingType } from "../../../db/model/fleet.ts";
import { browserClock } from "../../lib/clock.ts";
import { trpc } from "../../trpc.ts";
import { useInventoryRefresh } from "./use-capacity-change.ts";
import { useDay } from "./use-day.ts";

const PARTS = ["vendor", "region", "zone", "cluster", "model", "node", "contract"] as const;
const NOTHING = { vendor: "", region: "", zone: "", cluster: "", model: "", node: "", contract: "" };

/** One declared number by hand. */
export function CapacityForm() {
  const { t } = useTranslation();
  const day = useDay();
  const refresh = useInventoryRefresh();
  const [said, setSaid] = useState<Record<(typeof PARTS)[number], string>>(NOTHING);
  const [billing, setBilling] = useState<BillingType | "">("");
  const [count, setCount] = useState<number | string>("");
  const [from, setFrom] = useState(day(browserClock.now()));
  const [to, setTo] = useState("");
  const [why, setWhy] = useState("");
  const declare = useMutation(trpc.inventory.declare.mutationOptions({ onSuccess: refresh }));
  const { node, contract, ...selector } = said;
  const saysWhich = billing !== "" || node !== "" || Object.values(selector).some((part) => part.trim() !== "");
  const isSaid = saysWhich && typeof count === "number" && from !== "" && why.trim() !== "";
  return (
    <form
      className="inventory-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSaid)
          declare.mutate({ line: { selector: { ...selector, billing }, node, contract, count, from, to }, why });
      }}
    >
      <p className="inventory-note">{t("inventory.capacity.formLead")}</p>
      {PARTS.map((part) => (
        <TextInput
          key={part}
          size="xs"
          label={t(`inventory.part.${part}`)}
          maxLength={200}
          value={said[part]}
          onChange={(event) => setSaid({ ...said, [part]: event.currentTarget.value })}
        />
      ))}
      <NativeSelect
        size="xs"
        label={t("inventory.part.billing")}
        value={billing}
        onChange={(event) => setBilling(event.currentTarget.value as BillingType | "")}
        data={[
          { value: "", label: t("inventory.any") },
          ...BILLING_TYPES.map((b) => ({ value: b, label: t(`billing.${b}`) })),
        ]}
      />
      <NumberInput
        size="xs"
        label={t("inventory.column.count")}
        required
        min={0}
        max={1_000_000}
        allowDecimal={false}
        hideControls
        value={count}
        onChange={setCount}
      />
      <TextInput
        size="xs"
        type="date"
        label={t("inventory.part.from")}
        required
        value={from}
        onChange={(e) => setFrom(e.currentTarget.value)}
      />
      <TextInput
        size="xs"
        type="date"
        label={t("inventory.part.to")}
        value={to}
        onChange={(e) => setTo(e.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label={t("inventory.why")}
        required
        maxLength={500}
        value={why}
        onChange={(e) => setWhy(e.currentTarget.value)}
      />
      <Button size="xs" type="submit" loading={declare.isPending} disabled={!isSaid}>
        {t("inventory.capacity.declare")}
      </Button>
      {declare.error !== null && (
        <p role="alert" className="inventory-failed">
          {declare.error.message}
        </p>
      )}
      {declare.data !== undefined && (
        <p role="status">
          {declare.data.changed ? t("inventory.capacity.declared") : t("inventory.capacity.unchanged")}
        </p>
      )}
    </form>
  );
}

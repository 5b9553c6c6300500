import { NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { KNOWN_MODELS } from "../../lib/price-draft.ts";
import { useMay } from "../../lib/use-me.ts";
import { trpc } from "../../trpc.ts";
import { usePricingChange } from "./use-pricing-change.ts";

/** Ties a card's name to a model with one choice. Pools, prices and later lists follow. */
export function AliasPicker({ name, onDone }: { name: string; onDone?: () => void }) {
  const { t } = useTranslation();
  const mayName = useMay("inventory.write"); // what a card is, not what it costs
  const done = usePricingChange();
  const set = useMutation(
    trpc.pricing.import.setAlias.mutationOptions({
      onSuccess: () => {
        done();
        onDone?.();
      },
    }),
  );
  if (!mayName) return null;
  return (
    <span className="alias">
      <NativeSelect
        size="xs"
        aria-label={t("imports.isModel", { name })}
        value=""
        disabled={set.isPending}
        onChange={(event) => set.mutate({ name, model: event.currentTarget.value })}
        data={[
          { value: "", label: t("imports.chooseModel") },
          ...KNOWN_MODELS.map((model) => ({ value: model, label: model })),
        ]}
      />
      {set.error !== null && (
        <span className="failed" role="alert">
          {t("imports.aliasFailed", { why: set.error.message })}
        </span>
      )}
    </span>
  );
}

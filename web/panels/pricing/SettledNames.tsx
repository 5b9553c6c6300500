import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "../../lib/use-me.ts";
import { trpc } from "../../trpc.ts";
import { usePricingChange } from "./use-pricing-change.ts";

/** Names people have tied to a model, to be looked over and taken back. */
export function SettledNames() {
  const { t } = useTranslation();
  const mayName = useMay("inventory.write");
  const changed = usePricingChange();
  const aliases = useQuery(trpc.pricing.import.aliases.queryOptions());
  const set = useMutation(trpc.pricing.import.setAlias.mutationOptions({ onSuccess: changed }));
  if (aliases.data === undefined || aliases.data.length === 0) return null;
  return (
    <details className="import-names">
      <summary>{`${t("imports.aliases")} (${aliases.data.length})`}</summary>
      <ul>
        {aliases.data.map(({ name, model }) => (
          <li key={name}>
            <span>{t("imports.aliased", { name, model })}</span>
            {mayName && (
              <button
                type="button"
                className="button"
                disabled={set.isPending}
                onClick={() => set.mutate({ name, model: null })}
              >
                {t("imports.forget", { name })}
              </button>
            )}
          </li>
        ))}
      </ul>
      {set.error !== null && (
        <p className="failed" role="alert">
          {t("imports.aliasFailed", { why: set.error.message })}
        </p>
      )}
    </details>
  );
}

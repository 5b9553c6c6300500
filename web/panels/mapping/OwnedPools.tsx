import { ActionIcon, NativeSelect, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { BILLING_TYPES, type BillingType } from "../../../db/model/fleet.ts";
import type { Selector } from "../../../db/model/price.ts";
import { useSummary } from "../../live/use-fleet.ts";

const PARTS = ["vendor", "region", "zone", "cluster", "model", "contract"] as const;
const NONE: Selector = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" };

/** Pools that are kept for a feature, named by their parts, with how many each names now. */
export function OwnedPools(props: { owns: readonly Selector[]; onChange: (owns: readonly Selector[]) => void }) {
  const { t } = useTranslation();
  const { owns, onChange } = props;
  const put = (at: number, part: Partial<Selector>) => onChange(owns.with(at, { ...(owns[at] ?? NONE), ...part }));
  return (
    <fieldset className="mapping-labels">
      <legend>
        {t("mapping.features.form.owns")} <small>{t("mapping.features.form.ownsHint")}</small>
      </legend>
      {owns.map((selector, at) => (
        <div key={at} className="mapping-owned">
          <div className="price-fields">
            {PARTS.map((part) => (
              <TextInput
                key={part}
                size="xs"
                label={t(`inventory.part.${part}`)}
                maxLength={200}
                value={selector[part]}
                onChange={(event) => put(at, { [part]: event.currentTarget.value })}
              />
            ))}
            <NativeSelect
              size="xs"
              label={t("inventory.part.billing")}
              value={selector.billing}
              onChange={(event) => put(at, { billing: event.currentTarget.value as BillingType | "" })}
              data={[
                { value: "", label: t("inventory.any") },
                ...BILLING_TYPES.map((value) => ({ value, label: t(`billing.${value}`) })),
              ]}
            />
          </div>
          <Takes selector={selector} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t("mapping.features.form.removeOwned", { position: at + 1 })}
            title={t("mapping.features.form.removeOwned", { position: at + 1 })}
            onClick={() => onChange(owns.filter((_, i) => i !== at))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <button type="button" className="button" onClick={() => onChange([...owns, NONE])}>
        {t("mapping.features.form.addOwned")}
      </button>
    </fieldset>
  );
}

/** Pools of now that it names; contracts are known to the server alone. */
function Takes({ selector }: { selector: Selector }) {
  const { t } = useTranslation();
  const pools = useSummary().data?.pools;
  const said = (["vendor", "region", "zone", "cluster", "model", "billing"] as const).filter(
    (part) => selector[part].trim() !== "",
  );
  if (said.length === 0 && selector.contract.trim() === "")
    return <p className="failed">{t("mapping.features.form.takesAll")}</p>;
  if (pools === undefined || said.length === 0 || selector.contract.trim() !== "") return null;
  const count = pools.filter((pool) => said.every((part) => pool[part] === selector[part].trim())).length;
  return <p className="muted">{t("mapping.features.form.takes", { count })}</p>;
}

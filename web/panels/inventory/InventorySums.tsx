import { useTranslation } from "react-i18next";
import type { PoolCounts } from "../../../db/model/inventory.ts";
import { useFormat } from "../../lib/use-format.ts";

const PARTS = ["declared", "delivered", "healthy", "held", "busy", "missing", "ghost"] as const;

/** The fleet in seven numbers. What nobody declared is not zero. */
export function InventorySums({ totals }: { totals: PoolCounts }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className="inventory-sums">
      {PARTS.map((part) => {
        const value = totals[part];
        const isBad = (part === "missing" || part === "ghost") && value !== null && value > 0;
        return (
          <div key={part} className={isBad ? "inventory-bad" : ""}>
            <dt title={t(`inventory.about.${part}`)}>{t(`inventory.count.${part}`)}</dt>
            <dd>{value === null ? t("inventory.notDeclared") : format.count(value)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

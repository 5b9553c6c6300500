import { useTranslation } from "react-i18next";
import type { InventoryView } from "../../../db/model/inventory.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";

const COUNTS = ["declared", "delivered", "healthy", "held", "busy", "missing", "ghost"] as const;

/** Each pool: what was promised, and what is there. */
export function InventoryPools({ view }: { view: InventoryView }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <PanelFrame
      title={t("inventory.pools")}
      actions={
        <a className="button" href="/api/inventory.csv" download>
          CSV
        </a>
      }
    >
      {view.pools.length === 0 ? (
        <div className="panel-empty">
          <h3>{t("inventory.empty.title")}</h3>
          <p>{t("inventory.empty.lead")}</p>
        </div>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("inventory.pools")}>
          <table className="plain inventory">
            <thead>
              <tr>
                <th>{t("inventory.column.pool")}</th>
                <th>{t("inventory.column.contracts")}</th>
                {COUNTS.map((name) => (
                  <th key={name} className="num" title={t(`inventory.about.${name}`)}>
                    {t(`inventory.count.${name}`)}
                  </th>
                ))}
                <th className="num" title={t("inventory.about.silent")}>
                  {t("inventory.count.silent")}
                </th>
              </tr>
            </thead>
            <tbody>
              {view.pools.map((pool) => (
                <tr key={pool.id}>
                  <th scope="row">
                    <PoolLink id={pool.id} />
                  </th>
                  <td>
                    <Cut text={pool.contracts.join(", ")} empty={t("inventory.none")} />
                  </td>
                  {COUNTS.map((name) => (
                    <Count key={name} name={name} value={pool.counts[name]} />
                  ))}
                  <td className="num">{format.count(pool.silent)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Count({ name, value }: { name: (typeof COUNTS)[number]; value: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const isBad = (name === "missing" || name === "ghost") && value !== null && value > 0;
  return (
    <td className={`num ${isBad ? "inventory-bad" : ""}`}>
      {value === null ? <span className="muted">{t("inventory.notDeclared")}</span> : format.count(value)}
    </td>
  );
}

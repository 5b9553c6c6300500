import { useTranslation } from "react-i18next";
import type { ReturnedSeen } from "../../../db/model/inventory.ts";
import { useFormat } from "../../lib/use-format.ts";
import { CardLink } from "../../parts/CardLink.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** Cards that were given back and still report: unplug them, or correct the entry. */
export function ReturnedPanel({ returned }: { returned: readonly ReturnedSeen[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <PanelFrame title={t("inventory.returned.title")}>
      <p className="inventory-note">{t("inventory.returned.lead")}</p>
      <ul className="inventory-returned">
        {returned.map((card) => (
          <li key={card.uuid}>
            <CardLink uuid={card.uuid} />{" "}
            {t("inventory.returned.line", {
              node: card.node,
              returned: format.dateTime(card.returnedAt),
              seen: format.dateTime(card.seenAt),
            })}
          </li>
        ))}
      </ul>
    </PanelFrame>
  );
}

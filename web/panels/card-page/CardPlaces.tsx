import { useTranslation } from "react-i18next";
import type { CardPlace } from "../../../db/model/page-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolName } from "../../parts/PoolName.tsx";

/** Where the card stood, newest first. */
export function CardPlaces({ places }: { places: readonly CardPlace[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <PanelFrame title={t("cardPage.places.title")}>
      <ol className="places">
        {places.map((place) => (
          <li key={place.from}>
            <span className="mono">
              {place.node}
              {place.position === "" ? "" : ` / ${place.position}`}
            </span>
            <PoolName pool={{ ...place, id: place.poolId }} />
            <span className="muted">
              {t("cardPage.places.here", { time: format.dateTime(place.from) })}
              {place.to === null ? "" : ` · ${t("cardPage.places.until", { time: format.dateTime(place.to) })}`}
            </span>
          </li>
        ))}
      </ol>
    </PanelFrame>
  );
}

import { useTranslation } from "react-i18next";
import { TIERS } from "../../../db/model/tier.ts";
import { RAMP_EDGES, RAMPS } from "../../../reports/charts/ramp.ts";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import type { MapColour } from "../../lib/board-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { TierMark } from "../../parts/TierChip.tsx";

/** What the treemap's colours mean. */
export function MapLegend({ colour }: { colour: MapColour }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { scheme } = useChartTheme();
  if (colour === "tier")
    return (
      <ul className="legend map-legend" aria-label={t("map.legend")}>
        {TIERS.map((tier) => (
          <li key={tier}>
            <TierMark tier={tier} /> {t(`tiers.name.${(["p0", "p1", "p2", "p3"] as const)[tier]}`)}
          </li>
        ))}
      </ul>
    );
  const edges = RAMP_EDGES[colour];
  return (
    <ul className="legend map-legend" aria-label={t("map.legend")}>
      {RAMPS[colour][scheme].map((fill, i) => (
        <li key={fill}>
          <span className="map-swatch" style={{ background: fill }} aria-hidden />
          {i < edges.length
            ? t("map.under", { share: share(edges[i] ?? 0, format.decimal) })
            : t("map.over", { share: share(edges.at(-1) ?? 0, format.decimal) })}
        </li>
      ))}
    </ul>
  );
}

const share = (ratio: number, decimal: (n: number) => string): string => `${decimal(ratio * 100)} %`;

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturePage } from "../../../db/model/ledger-views.ts";
import { FEATURE_UNITS_PX, featureUnitsOption, isPartly } from "../../../reports/charts/feature-units.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { lastDay } from "../../lib/day-range.ts";
import { quantity } from "../../lib/quantity.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { AsSwitch } from "./AsSwitch.tsx";
import { useDayName } from "./use-day-name.ts";

type As = "chart" | "table";

/** Produced and failed units of each day, and where hours were not counted. */
export function FeatureUnits({ page, as, onAs }: { page: FeaturePage; as: As; onAs: (as: As) => void }) {
  const { t } = useTranslation();
  if (page.feature.units === null)
    return (
      <PanelFrame title={t("features.units.title")}>
        <p className="panel-empty">{t("features.units.none")}</p>
      </PanelFrame>
    );
  return (
    <PanelFrame title={t("features.units.title")} actions={<AsSwitch as={as} onAs={onAs} />}>
      {as === "chart" ? <Chart page={page} /> : <Table page={page} />}
    </PanelFrame>
  );
}

/** How much of a day's units is known. */
function useCounted(): (ratio: number | null) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (ratio) =>
    ratio === null || ratio === 0
      ? t("features.units.notCounted")
      : t("features.units.partly", { share: format.coverage(ratio) });
}

const MOST_CHARS = 32; // of an axis' name

function shortened(unit: string): string {
  const chars = Array.from(unit); // by code point: half an emoji is not a character
  return chars.length <= MOST_CHARS ? unit : `${chars.slice(0, MOST_CHARS).join("")}…`;
}

function Chart({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const lang = useLang();
  const theme = useChartTheme();
  const dayName = useDayName(page);
  const counted = useCounted();
  const { feature, days, range } = page;
  const unit = feature.unit === "" ? t("features.units.unit") : shortened(feature.unit);
  const summary = t("features.units.summary", {
    from: dayName(range.from),
    to: dayName(lastDay(range)),
    ok: quantity(feature.units?.okMicro ?? null, lang),
    failed: quantity(feature.units?.failedMicro ?? null, lang),
    missing: days.filter(isPartly).length,
  });
  const option = useMemo(
    () =>
      featureUnitsOption(
        days,
        {
          day: dayName,
          units: (micro) => quantity(micro, lang),
          axis: t("features.units.axis", { unit }),
          ok: t("features.units.ok"),
          failed: t("features.units.failed"),
          missing: counted,
          missingName: t("features.units.missing"),
          summary,
        },
        theme,
      ),
    [days, dayName, lang, t, unit, counted, theme, summary],
  );
  return (
    <>
      <ul className="legend feature-legend" aria-hidden>
        <li>
          <span className="swatch" style={{ background: theme.reading }} />
          {t("features.units.ok")}
        </li>
        {feature.units?.failedMicro != null && (
          <li>
            <span className="swatch" style={{ background: theme.state.fault }} />
            {t("features.units.failed")}
          </li>
        )}
        {days.some(isPartly) && (
          <li>
            <span className="swatch seg seg-hatch" />
            {t("features.units.missing")}
          </li>
        )}
      </ul>
      <LazyChart option={option} label={summary} height={FEATURE_UNITS_PX} />
    </>
  );
}

function Table({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const lang = useLang();
  const dayName = useDayName(page);
  const counted = useCounted();
  return (
    <div className="groups-scroll feature-scroll" tabIndex={0} role="region" aria-label={t("features.units.title")}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t("features.days.day")}</th>
            <th className="num">{t("features.units.ok")}</th>
            <th className="num">{t("features.units.failed")}</th>
            <th>{t("features.units.counted")}</th>
          </tr>
        </thead>
        <tbody>
          {page.days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{dayName(day.day)}</th>
              <td className="num">{quantity(day.units?.okMicro ?? null, lang)}</td>
              <td className="num">{quantity(day.units?.failedMicro ?? null, lang)}</td>
              <td className={isPartly(day) ? "unknown-cell" : undefined}>
                {isPartly(day) && counted(day.estimate.unitCoverage)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

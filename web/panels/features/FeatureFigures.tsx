import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturePage } from "../../../db/model/ledger-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { roundShown } from "../../../db/model/round-shown.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { useUnitWords } from "../../lib/estimate-words.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { quantity } from "../../lib/quantity.ts";
import { signedPercent } from "../../lib/signed-percent.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { Estimated, EstimatedCost } from "../../parts/Estimated.tsx";
import { featureAsk } from "../proof/feature-asks.ts";
import { ProofButton } from "../proof/ProofButton.tsx";
import { shownTexts } from "./feature-rows.ts";
import { Signed } from "./Margin.tsx";

/** The feature in figures. Each leads to its proof. */
export function FeatureFigures({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const unitWords = useUnitWords();
  const seesMoney = useSeesMoney();
  const { feature } = page;
  const { estimate, units } = feature;
  const unitDoubt = unitWords(estimate);
  const held = feature.time.ms.slice(0, 3).reduce((sum, ms) => sum + ms, 0);
  return (
    <div className={seesMoney ? "pool-figures feature-figures" : "pool-figures"}>
      <dl aria-label={t("features.figures.label")}>
        {seesMoney && <MoneyFigures page={page} />}
        <Figure
          name={t("features.figures.units")}
          note={
            units === null
              ? t("ledger.estimate.noUnits")
              : units.failedMicro === null
                ? t("features.figures.failedUnknown")
                : t(seesMoney ? "features.figures.failed" : "features.figures.failedUnits", {
                    failed: quantity(units.failedMicro, lang),
                    cost: format.money(feature.failedCostMicro, page.currency),
                  })
          }
        >
          {units === null ? (
            <span className="muted">{NOT_SAID_TEXT}</span>
          ) : (
            <>
              <ProofButton ask={featureAsk("units", feature.key, page.range, page, null)}>
                {quantity(units.okMicro, lang)}
              </ProofButton>
              {unitDoubt !== null && <Estimated words={[unitDoubt]} />}
            </>
          )}
        </Figure>
        <Figure
          name={t("features.figures.utilisation")}
          note={t("features.figures.held", { hours: format.cardHours(held) })}
        >
          {format.percent(feature.utilisation)}
        </Figure>
        <Figure name={t("features.figures.coverage")}>{format.coverage(estimate.coverage)}</Figure>
      </dl>
    </div>
  );
}

function MoneyFigures({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const amounts = useAmounts(page.currency);
  const { feature, range } = page;
  const { estimate } = feature;
  const parts = shownTexts([feature.directMicro, feature.sharedMicro, feature.otherMicro], amounts.step) ?? [];
  const [direct = null, shared = null, other = null] = parts;
  const cost = parts.reduce((sum, part) => sum + part, 0n);
  const revenue = feature.revenueMicro === null ? null : roundShown(microOf(feature.revenueMicro), amounts.step);
  const margin = revenue === null ? null : revenue - cost;
  const money = (micro: bigint) => format.money(micro, page.currency);
  const ask = (about: Parameters<typeof featureAsk>[0], micro: string | null) =>
    featureAsk(about, feature.key, range, page, micro);
  return (
    <>
      <Figure
        name={t("features.figures.cost")}
        note={t("features.figures.costOf", {
          direct: amounts.plain(direct),
          shared: amounts.plain(shared),
          other: amounts.plain(other),
        })}
      >
        <ProofButton ask={ask("cost", feature.costMicro)} title={amounts.exact(feature.costMicro)}>
          {money(cost)}
        </ProofButton>
        <EstimatedCost estimate={estimate} />
      </Figure>
      <Figure name={t("features.figures.revenue")} note={revenue === null ? t("features.noRevenue") : undefined}>
        {revenue === null ? (
          <span className="muted">{t("features.notStated")}</span>
        ) : (
          <ProofButton ask={ask("revenue", feature.revenueMicro)} title={amounts.exact(feature.revenueMicro)}>
            {money(revenue)}
          </ProofButton>
        )}
      </Figure>
      <Figure
        name={t("features.figures.margin")}
        note={
          feature.marginRatio === null
            ? undefined
            : t("features.figures.ofRevenue", { share: format.percent(feature.marginRatio) })
        }
      >
        {margin === null ? (
          <span className="muted">{t("ledger.na")}</span>
        ) : (
          <ProofButton ask={ask("margin", feature.marginMicro)} title={amounts.exact(feature.marginMicro)}>
            <Signed value={margin}>
              {margin > 0n && "+"}
              {money(margin)}
            </Signed>
          </ProofButton>
        )}
      </Figure>
      <Figure name={t("features.figures.roi")} note={t("features.kpi.roiSays")}>
        {feature.roi === null ? (
          <span className="muted">{t("ledger.na")}</span>
        ) : (
          <Signed value={feature.roi}>{signedPercent(feature.roi, lang)}</Signed>
        )}
      </Figure>
      <Figure
        name={t("features.figures.unitCost")}
        note={feature.unit === "" ? undefined : t("features.figures.perUnit", { unit: feature.unit })}
      >
        {feature.unitCostMicro === null ? (
          <span className="muted">{t("ledger.na")}</span>
        ) : (
          <ProofButton ask={ask("units", null)}>
            {`${amounts.symbol}${amounts.perUnit(feature.unitCostMicro)}`}
          </ProofButton>
        )}
      </Figure>
    </>
  );
}

function Figure({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {note !== undefined && <dd className="pool-note">{note}</dd>}
    </div>
  );
}

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { LedgerState } from "../../../db/model/ledger.ts";
import type { FeaturePage, WaterfallStep } from "../../../db/model/ledger-views.ts";
import { indexOf } from "../../../reports/charts/axis-index.ts";
import { WATERFALL_PX, waterfallBars, waterfallOption } from "../../../reports/charts/waterfall.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { useAmounts } from "../../lib/amounts.ts";
import type { ProofAbout, ProofAsk } from "../../lib/proof-url.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { featureAsk, heldBy } from "../proof/feature-asks.ts";
import { ProofButton } from "../proof/ProofButton.tsx";
import { useProof } from "../proof/proof-context.ts";
import { AsSwitch } from "./AsSwitch.tsx";

type As = "chart" | "table";

/** Which figure a step is, and for a step of card-time the states it is made of. */
const BEHIND: Readonly<
  Record<WaterfallStep["step"], { readonly about: ProofAbout; readonly states?: readonly LedgerState[] }>
> = {
  list: { about: "cards", states: ["busy"] },
  discount: { about: "cards", states: ["busy"] },
  idle: { about: "cards", states: ["idle_held", "starting"] },
  fault: { about: "cards", states: ["fault"] },
  unknown: { about: "shared" },
  overflow: { about: "cost" },
  other: { about: "other" },
  revenue: { about: "revenue" },
  margin: { about: "margin" },
};

/** From list price to margin: what was saved, what nobody used, what came in and what is left. */
export function FeatureSteps({ page, as, onAs }: { page: FeaturePage; as: As; onAs: (as: As) => void }) {
  const { t } = useTranslation();
  return (
    <PanelFrame title={t("features.steps.title")} actions={<AsSwitch as={as} onAs={onAs} />}>
      {as === "chart" ? <Chart page={page} /> : <Table page={page} />}
    </PanelFrame>
  );
}

/** A step of card-time holds its part of shared time too, so it is not the sum of the lines that are shown. */
function askOf({ feature, range, ...choice }: FeaturePage, { step, micro }: WaterfallStep): ProofAsk {
  const { about, states } = BEHIND[step];
  const ask = featureAsk(about, feature.key, range, choice, states === undefined ? micro : null);
  if (states === undefined) return ask;
  return { ...ask, question: { range, filter: heldBy(feature.key, states) } };
}

function Chart({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const proof = useProof();
  const lang = useLang();
  const amounts = useAmounts(page.currency);
  const { waterfall, currency } = page;
  const summary = t("features.steps.summary", {
    steps: waterfall
      .map(({ step, micro }) => {
        const amount = micro === null ? t("features.steps.notKnown") : format.money(micro, currency);
        return `${t(`features.steps.names.${step}`)} ${amount}`;
      })
      .join(lang === "zh" ? "，" : ", "),
  });
  const option = useMemo(
    () =>
      waterfallOption(
        waterfall,
        {
          name: (step) => t(`features.steps.names.${step}`),
          says: (step) => t(`features.steps.says.${step}`),
          money: (micro) => format.money(micro, currency),
          label: (micro) => format.moneyCompact(micro, currency),
          axis: t("features.steps.axis", { symbol: amounts.symbol }),
          notKnown: t("features.steps.notKnown"),
          summary,
        },
        theme,
      ),
    [waterfall, t, format, currency, amounts, theme, summary],
  );
  const onPick = useMemo(
    () => (params: unknown) => {
      const step = waterfall[indexOf(params)];
      if (step !== undefined && step.micro !== null) proof.open(askOf(page, step));
    },
    [waterfall, page, proof],
  );
  return <LazyChart option={option} label={summary} height={WATERFALL_PX} onPick={onPick} />;
}

function Table({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const amounts = useAmounts(page.currency);
  return (
    <div className="groups-scroll feature-scroll" tabIndex={0} role="region" aria-label={t("features.steps.title")}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t("features.steps.step")}</th>
            <th className="num">
              {t("features.inCurrency", { name: t("features.steps.amount"), symbol: amounts.symbol })}
            </th>
            <th className="num">
              {t("features.inCurrency", { name: t("features.steps.running"), symbol: amounts.symbol })}
            </th>
          </tr>
        </thead>
        <tbody>
          {waterfallBars(page.waterfall).map((bar) => (
            <tr key={bar.step}>
              <th scope="row" title={t(`features.steps.says.${bar.step}`)}>
                {t(`features.steps.names.${bar.step}`)}
              </th>
              <td className={bar.micro === null ? "num unknown-cell" : "num"}>
                {bar.micro === null ? (
                  t("features.steps.notKnown")
                ) : (
                  <ProofButton ask={askOf(page, bar)} title={amounts.exact(bar.micro)}>
                    {amounts.signed(bar.micro)}
                  </ProofButton>
                )}
              </td>
              <td className="num">{amounts.plain(bar.to)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

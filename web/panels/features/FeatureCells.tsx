import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturesView, LooseRow } from "../../../db/model/ledger-views.ts";
import type { Micro } from "../../../db/model/money.ts";
import { type Amounts, useAmounts } from "../../lib/amounts.ts";
import { changeText } from "../../lib/change-text.ts";
import { useUnitWords } from "../../lib/estimate-words.ts";
import { featureSearch } from "../../lib/feature-url.ts";
import type { FeaturesUrl } from "../../lib/features-url.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { drawnQuantity, quantity, quantityCompact } from "../../lib/quantity.ts";
import { fromParams } from "../../lib/search-params.ts";
import { signedPercent } from "../../lib/signed-percent.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { Estimated, EstimatedCost, EstimatedSum } from "../../parts/Estimated.tsx";
import { Share } from "../../parts/Share.tsx";
import { Spark } from "../pivot/Spark.tsx";
import { featureAsk, looseAsk, totalAsk } from "../proof/feature-asks.ts";
import { ProofButton } from "../proof/ProofButton.tsx";
import { type FeatureLine, ratioOf, type ShownMoney, utilisationOf } from "./feature-rows.ts";
import { Signed } from "./Margin.tsx";

/** One feature. A figure leads to its proof, the name to its page. */
export function FeatureCells(props: { line: FeatureLine; shown: ShownMoney; view: FeaturesView; url: FeaturesUrl }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const amounts = useAmounts(props.view.currency);
  const unitWords = useUnitWords();
  const seesMoney = useSeesMoney();
  const { line, shown, view } = props;
  const ask = (about: Parameters<typeof featureAsk>[0], micro: string | null) =>
    featureAsk(about, line.key, view.range, view, micro);
  const units = unitWords(line.estimate);
  const hasLines = line.costByDay.some((micro) => micro !== null);
  return (
    <>
      <th scope="row">
        <FeatureLink feature={line} url={props.url} />
      </th>
      <td title={line.team}>
        {line.team === "" ? <span className="muted">{NOT_SAID_TEXT}</span> : <bdi>{line.team}</bdi>}
      </td>
      {seesMoney && (
        <>
          <td className="num">
            <EstimatedCost estimate={line.estimate} />
            {hasLines || shown.cost !== 0n ? (
              <ProofButton ask={ask("cost", line.costMicro)} title={amounts.exact(line.costMicro)}>
                {amounts.plain(shown.cost)}
              </ProofButton>
            ) : (
              <span className="muted" title={t("features.noTime")}>
                {NOT_SAID_TEXT}
              </span>
            )}
          </td>
          <td className="num">
            {line.change === null ? (
              <span className="muted" title={t("features.noChange")}>
                {NOT_SAID_TEXT}
              </span>
            ) : (
              changeText(line.change, lang)
            )}
          </td>
          <td className="num" title={line.unit}>
            {line.unitCostMicro === null ? (
              <NotApplicable why={line.units === null ? t("ledger.estimate.noUnits") : t("features.noneMade")} />
            ) : (
              <>
                <ProofButton ask={ask("units", null)}>{amounts.perUnit(line.unitCostMicro)}</ProofButton>
                {line.unit !== "" && (
                  <small className="per-unit">
                    {" / "}
                    <bdi>{line.unit}</bdi>
                  </small>
                )}
              </>
            )}
          </td>
        </>
      )}
      <td className="num">
        {line.units === null ? (
          <span className="muted" title={t("ledger.estimate.noUnits")}>
            {NOT_SAID_TEXT}
          </span>
        ) : (
          <>
            {units !== null && <Estimated words={[units]} />}
            <ProofButton ask={ask("units", null)} title={quantity(line.units.okMicro, lang)}>
              {quantityCompact(line.units.okMicro, lang)}
            </ProofButton>
          </>
        )}
      </td>
      {seesMoney && (
        <>
          <td className="num">
            {shown.revenue === null ? (
              <NotStated />
            ) : (
              <ProofButton ask={ask("revenue", line.revenueMicro)} title={amounts.exact(line.revenueMicro)}>
                {amounts.plain(shown.revenue)}
              </ProofButton>
            )}
          </td>
          <td className="num">
            {shown.margin === null ? (
              <NotStated />
            ) : (
              <ProofButton ask={ask("margin", line.marginMicro)} title={amounts.exact(line.marginMicro)}>
                <Signed value={shown.margin}>{amounts.signed(shown.margin)}</Signed>
              </ProofButton>
            )}
          </td>
          <td className="num">
            {line.roi === null ? (
              <NotApplicable why={line.revenueMicro === null ? t("features.noRevenue") : t("features.noCost")} />
            ) : (
              <Signed value={line.roi}>{signedPercent(line.roi, lang)}</Signed>
            )}
          </td>
        </>
      )}
      <td className="num">
        <Share ratio={line.utilisation} text={format.percent(line.utilisation)} />
      </td>
      <td className="num">{format.coverage(line.estimate.coverage)}</td>
      {seesMoney && (
        <td>
          <Spark values={sparkOf(line.costByDay)} />
        </td>
      )}
    </>
  );
}

function FeatureLink({
  feature,
  url,
}: {
  feature: Pick<FeatureLine, "key" | "name" | "isArchived">;
  url: FeaturesUrl;
}) {
  const { t } = useTranslation();
  return (
    <Link
      to="/features/$key"
      params={{ key: feature.key }}
      search={fromParams(featureSearch(url))}
      title={feature.name}
      className="feature-name"
    >
      <bdi>{feature.name === "" ? feature.key : feature.name}</bdi>
      {feature.isArchived && <span className="list-mark">{t("features.archived")}</span>}
    </Link>
  );
}

/** Card-time that is no feature's: what it is, and what it cost. */
export function LooseCells(props: { row: LooseRow; shown: Micro | null; view: FeaturesView; url: FeaturesUrl }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(props.view.currency);
  const seesMoney = useSeesMoney();
  const { row, view } = props;
  const hours = format.cardHours(row.time.ms.reduce((sum, ms) => sum + ms, 0));
  return (
    <>
      <th scope="row" title={t(`features.looseSays.${row.what}`)}>
        {row.what === "unattributed" ? (
          <Link
            to="/features/$key"
            params={{ key: "unattributed" }}
            search={fromParams(featureSearch(props.url))}
            className="feature-name"
          >
            {t(`features.loose.${row.what}`)}
          </Link>
        ) : (
          t(`features.loose.${row.what}`)
        )}
      </th>
      <td />
      {seesMoney && (
        <td className="num">
          <EstimatedCost estimate={row.estimate} />
          <ProofButton ask={looseAsk(row, view.range, view)} title={amounts.exact(row.micro)}>
            {amounts.plain(props.shown)}
          </ProofButton>
        </td>
      )}
      <td className="muted" colSpan={seesMoney ? 6 : 2}>
        {t("features.cardHours", { hours })}
      </td>
      {seesMoney && <td />}
      <td className="num">{format.coverage(row.estimate.coverage)}</td>
      {seesMoney && <td />}
    </>
  );
}

/** The sum of what is shown. Everything there is, unless the table was narrowed. */
export function TotalCells(props: {
  view: FeaturesView;
  lines: readonly FeatureLine[];
  shown: ShownMoney;
  isNarrowed: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const amounts = useAmounts(props.view.currency);
  const seesMoney = useSeesMoney();
  const { view, shown, isNarrowed } = props;
  const { total } = view;
  const roi = shown.margin === null || shown.cost === null ? null : ratioOf(shown.margin, shown.cost);
  const exact = (about: "cost" | "revenue" | "margin", micro: string | null, text: ReactNode) =>
    isNarrowed || micro === null ? (
      text
    ) : (
      <ProofButton ask={totalAsk(about, view.range, micro)} title={amounts.exact(micro)}>
        {text}
      </ProofButton>
    );
  return (
    <>
      <th scope="row">{isNarrowed ? t("features.totalShown") : t("features.total")}</th>
      <td />
      {seesMoney ? (
        <>
          <td className="num">
            {isNarrowed ? <EstimatedSum of={props.lines} /> : <EstimatedCost estimate={total.estimate} />}
            {exact("cost", total.costMicro, amounts.plain(shown.cost))}
          </td>
          <td colSpan={3} />
          <td className="num">
            {shown.revenue === null ? (
              <NotStated />
            ) : (
              exact("revenue", total.revenueMicro, amounts.plain(shown.revenue))
            )}
          </td>
          <td className="num" title={t("features.marginSays")}>
            {shown.margin === null ? (
              <NotStated />
            ) : (
              exact(
                "margin",
                total.marginMicro,
                <Signed value={shown.margin}>{signedOf(shown.margin, amounts)}</Signed>,
              )
            )}
          </td>
          <td className="num">
            {roi === null ? (
              <NotApplicable why={t("features.noRevenue")} />
            ) : (
              <Signed value={roi}>{signedPercent(roi, lang)}</Signed>
            )}
          </td>
        </>
      ) : (
        <td />
      )}
      <td className="num">{format.percent(utilisationOf(props.lines))}</td>
      <td className="num">{isNarrowed ? NOT_SAID_TEXT : format.coverage(total.estimate.coverage)}</td>
      {seesMoney && <td />}
    </>
  );
}

const signedOf = (micro: Micro, amounts: Amounts): string => amounts.signed(micro);

function NotStated() {
  const { t } = useTranslation();
  return (
    <span className="muted" title={t("features.noRevenue")}>
      {NOT_SAID_TEXT}
    </span>
  );
}

function NotApplicable({ why }: { why: string }) {
  const { t } = useTranslation();
  return (
    <span className="muted" title={why}>
      {t("ledger.na")}
    </span>
  );
}

/** Each day as a share of the dearest one; a day without a line breaks the line. */
function sparkOf(days: readonly (string | null)[]): (number | null)[] {
  const drawn = days.map((micro) => (micro === null ? null : drawnQuantity(micro)));
  const most = Math.max(0, ...drawn.map((value) => value ?? 0));
  return drawn.map((value) => (value === null ? null : most === 0 ? 0 : value / most));
}

import { useTranslation } from "react-i18next";
import type { FeaturePage, UsageSourceView } from "../../../db/model/ledger-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { quantity } from "../../lib/quantity.ts";
import { signedPercent } from "../../lib/signed-percent.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { ratioOf } from "./feature-rows.ts";

/** Who counts its units, and where two of them do not agree. */
export function FeatureSources({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const { sources } = page;
  return (
    <PanelFrame title={t("features.sources.title")}>
      {sources.length === 0 ? (
        <p className="panel-empty">{t("features.sources.none")}</p>
      ) : (
        <>
          <div
            className="groups-scroll feature-scroll"
            tabIndex={0}
            role="region"
            aria-label={t("features.sources.title")}
          >
            <table className="plain">
              <thead>
                <tr>
                  <th>{t("features.sources.name")}</th>
                  <th>{t("features.sources.kind")}</th>
                  <th>{t("features.sources.counts")}</th>
                  <th className="num">{t("features.sources.ok")}</th>
                  <th className="num">{t("features.sources.failed")}</th>
                  <th className="num">{t("features.sources.missing")}</th>
                  <th>{t("features.sources.last")}</th>
                  <th>{t("features.sources.error")}</th>
                </tr>
              </thead>
              <tbody>
                {sources.map((source) => (
                  <Row key={source.name} source={source} />
                ))}
              </tbody>
            </table>
          </div>
          <Disagreements sources={sources} />
        </>
      )}
    </PanelFrame>
  );
}

function Row({ source }: { source: UsageSourceView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  return (
    <tr>
      <td className="proof-said">
        <bdi>{source.name}</bdi>
      </td>
      <td>{t(`features.sources.kinds.${source.kind}`)}</td>
      <td>{source.counts ? t("features.sources.yes") : t("features.sources.no")}</td>
      <td className="num">{quantity(source.okMicro, lang)}</td>
      <td className="num">{quantity(source.failedMicro, lang)}</td>
      <td className={source.missingHours > 0 ? "num unknown-cell" : "num"}>{format.count(source.missingHours)}</td>
      <td>{source.lastAt === null ? t("features.sources.never") : format.dateTime(source.lastAt)}</td>
      <td className="proof-said">{source.error === "" ? t("sources.noError") : source.error}</td>
    </tr>
  );
}

/** Both numbers are shown: which one is right is for people to find out. */
function Disagreements({ sources }: { sources: readonly UsageSourceView[] }) {
  const { t } = useTranslation();
  const lang = useLang();
  const counted = sources.find(({ counts }) => counts)?.okMicro ?? null;
  if (counted === null) return null;
  return sources
    .filter(({ counts, okMicro }) => !counts && okMicro !== null && okMicro !== counted)
    .map(({ name, okMicro }) => {
      const share = ratioOf(microOf(okMicro ?? "0") - microOf(counted), microOf(counted));
      return (
        <p key={name} className="disagree">
          {t("features.sources.disagree", {
            name,
            other: quantity(okMicro, lang),
            share: share === null ? t("ledger.na") : signedPercent(share, lang),
          })}
        </p>
      );
    });
}

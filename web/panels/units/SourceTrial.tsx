import { useTranslation } from "react-i18next";
import { HOUR_MS } from "../../../db/model/time.ts";
import type { UsageTrial } from "../../../db/model/usage-views.ts";
import { priceDate } from "../../lib/price-date.ts";
import { quantity } from "../../lib/quantity.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";

/** What a source would have read in the last hours, and how many counters it found. */
export function SourceTrial(props: {
  trial: UsageTrial | undefined;
  failure: { readonly message: string } | null;
  wasAnother: boolean;
  zone: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const { trial, failure } = props;
  const error = failure?.message ?? trial?.error ?? "";
  if (props.wasAnother) return <p className="muted">{t("usage.trial.changed")}</p>;
  if (error !== "")
    return (
      <p className="failed" role="alert">
        {t("usage.trial.failed", { why: error })}
      </p>
    );
  if (trial === undefined) return null;
  const { good, failed, minus } = trial.series;
  return (
    <section className="mapping-effect" aria-label={t("usage.trial.title")}>
      <h3>{t("usage.trial.title")}</h3>
      <p role="status" className={good === 0 ? "failed" : "muted"}>
        {good === 0
          ? t("usage.trial.nothing")
          : t("usage.trial.series", {
              good: format.count(good),
              failed: format.count(failed),
              minus: format.count(minus),
            })}
      </p>
      {good > 0 && (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("usage.trial.title")}>
          <table className="plain usage-trial" aria-label={t("usage.trial.title")}>
            <thead>
              <tr>
                <th>{t("usage.trial.hour")}</th>
                <th className="num">{t("usage.trial.ok")}</th>
                <th className="num">{t("usage.trial.bad")}</th>
                <th className="num">{t("usage.trial.covered")}</th>
              </tr>
            </thead>
            <tbody>
              {trial.hours.map(({ at, okMicro, failedMicro, coveredMs }) => (
                <tr key={at}>
                  <td>{priceDate(at, props.zone)}</td>
                  <td className={okMicro === null ? "num unknown-cell" : "num"}>
                    {okMicro === null ? t("usage.trial.missing") : quantity(okMicro, lang)}
                  </td>
                  <td className="num">{quantity(failedMicro, lang)}</td>
                  <td className="num">{format.percent(coveredMs / HOUR_MS)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

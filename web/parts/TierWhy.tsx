import { useTranslation } from "react-i18next";
import type { TierVerdict } from "../../db/model/tier.ts";
import { tierLabel, useTierWords } from "../lib/tier-words.ts";
import { unitPrice } from "../lib/unit-price.ts";
import { useFormat, useLang } from "../lib/use-format.ts";
import { useSeesPrices } from "../lib/use-me.ts";
import { Said } from "./Said.tsx";

/** Why a tier is what it is: reasons in words, the figures behind them, what would change it, since when. */
export function TierWhy({ verdict }: { verdict: TierVerdict }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useTierWords();
  const { tier, since, currency } = verdict;
  return (
    <div className="tier-why-body" tabIndex={0} data-autofocus>
      <p className="tier-why-title">
        {tierLabel(tier)} · {words.name(tier)}
      </p>
      <h3>{t("tiers.because")}</h3>
      <ul>
        {verdict.reasons.length === 0 && <li>{t("tiers.notJudged")}</li>}
        {verdict.reasons.map((reason) => (
          <li key={reason.key}>
            <Said text={words.reason(reason, verdict)} />
          </li>
        ))}
      </ul>
      <h3>{t("tiers.figures")}</h3>
      <Figures verdict={verdict} />
      <h3>{t("tiers.wouldChange")}</h3>
      <ul>
        {verdict.wouldChange.length === 0 && <li>{t("tiers.nothingChanges")}</li>}
        {verdict.wouldChange.map((change) => (
          <li key={change.key}>
            <Said text={words.change(change, currency)} />
          </li>
        ))}
      </ul>
      <p className="muted">
        {since === null
          ? t("tiers.sinceUnknown")
          : t("tiers.since", { tier: tierLabel(tier), time: format.dateTime(since) })}
      </p>
    </div>
  );
}

function Figures({ verdict }: { verdict: TierVerdict }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useTierWords();
  const seesPrices = useSeesPrices();
  const { index, availability } = verdict;
  return (
    <dl className="tier-figures">
      {seesPrices && <Prices verdict={verdict} />}
      <dt>{t("tiers.figure.index")}</dt>
      <dd>
        {format.decimal(index?.index ?? null, 2)}
        {index !== null && (
          <small>
            {index.from === "data_sheet" ? t("tiers.figure.dataSheet") : t("tiers.figure.benchmark")} ·{" "}
            {words.indexSource(index)}
          </small>
        )}
      </dd>
      <dt>{t("tiers.figure.availability")}</dt>
      <dd>
        {format.percent(availability)}
        {availability === null && <small>{t("tiers.figure.availabilityUnknown")}</small>}
      </dd>
    </dl>
  );
}

function Prices({ verdict }: { verdict: TierVerdict }) {
  const { t } = useTranslation();
  const lang = useLang();
  const money = (amount: string | null) => unitPrice(amount, verdict.currency, lang);
  return (
    <>
      <dt>{t("tiers.figure.hourly")}</dt>
      <dd>
        {money(verdict.hourlyMicro)}
        {verdict.isList && <small>{t("tiers.figure.list")}</small>}
      </dd>
      <dt>
        {t("tiers.figure.effective")}
        <small>{t("tiers.figure.effectiveHint")}</small>
      </dt>
      <dd>{money(verdict.effectiveMicro)}</dd>
      <dt>{t("tiers.figure.best")}</dt>
      <dd>{money(verdict.bestMicro)}</dd>
    </>
  );
}

import { useTranslation } from "react-i18next";
import type { AlertsHead } from "../../../db/model/alert-views.ts";
import { SEVERITIES } from "../../../db/model/rule.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import { SeverityWord } from "../../parts/SeverityMark.tsx";

type Sums = Pick<AlertsHead, "counts" | "costPerHourMicro" | "unpricedCards" | "currency">;

/** Everything that is open in one line, whatever the list is narrowed to. */
export function IncidentSums({ sums }: { sums: Sums }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesPrices = useSeesPrices();
  const { counts } = sums;
  return (
    <section className="incident-sums" aria-label={t("alerts.sums.label")}>
      <ul>
        {SEVERITIES.map((severity) => (
          <li key={severity} className={counts[severity] === 0 ? "muted" : undefined}>
            <SeverityWord severity={severity} /> <strong>{format.count(counts[severity])}</strong>
          </li>
        ))}
        <li>
          {t("alerts.sums.unacknowledged", {
            count: counts.unacknowledged,
            n: format.count(counts.unacknowledged),
          })}
        </li>
      </ul>
      {seesPrices && (
        <p>
          <IncidentCost {...sums} />
        </p>
      )}
    </section>
  );
}

/** What an hour of the cards out of work costs; what has no price is said, never taken for nothing. */
function IncidentCost({ costPerHourMicro, unpricedCards, currency }: Omit<Sums, "counts">) {
  const { t } = useTranslation();
  const format = useFormat();
  const unpriced = { count: unpricedCards, n: format.count(unpricedCards) };
  if (costPerHourMicro === null)
    return unpricedCards === 0 ? t("alerts.sums.costNone") : t("alerts.sums.costUnknown", unpriced);
  const money = format.money(costPerHourMicro, currency);
  return unpricedCards === 0 ? t("alerts.sums.cost", { money }) : t("alerts.sums.costSome", { money, ...unpriced });
}

import { useTranslation } from "react-i18next";
import type { HolderRow } from "../../../db/model/ledger-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { Trial } from "./pattern-trial.ts";

const SHOWN = 30;

/** Which of the holders nobody has the patterns take, while they are written. Those taken stand first. */
export function PatternTrial({ trial, holders }: { trial: Trial | null; holders: readonly HolderRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const all = format.count(holders.length);
  const isTaken = ({ holder }: HolderRow) => trial?.taken.has(holder) === true;
  const taken = holders.filter(isTaken);
  const hours = format.cardHours(taken.reduce((sum, { ms }) => sum + wholeMs(ms), 0));
  const shown = [...taken, ...holders.filter((holder) => !isTaken(holder))].slice(0, SHOWN);
  return (
    <section className="mapping-trial" aria-label={t("mapping.trial.title")}>
      <h3>{t("mapping.trial.title")}</h3>
      {holders.length === 0 && <p className="muted">{t("mapping.trial.nobody")}</p>}
      {holders.length > 0 && (
        <>
          <p role="status">
            {taken.length === 0
              ? t("mapping.trial.none", { all })
              : t("mapping.trial.takes", {
                  count: taken.length,
                  formatted: format.count(taken.length),
                  all,
                  hours,
                })}{" "}
            {trial?.skipsLabels === true && <span className="muted">{t("mapping.trial.labels")}</span>}
          </p>
          <ul className="trial-holders" tabIndex={0} aria-label={t("mapping.loose.label")}>
            {shown.map((holder, i) => (
              <li key={i} className={isTaken(holder) ? "trial-taken" : "trial-left"}>
                <span aria-hidden>{isTaken(holder) ? "●" : "○"}</span>
                {isTaken(holder) && <span className="sr">{t("mapping.trial.takesMark")}</span>}
                <span className="cut-text" title={holder.holder}>
                  <bdi>{holder.holder}</bdi>
                </span>
                <span className="num">{format.cardHours(wholeMs(holder.ms))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

export const wholeMs = (ms: readonly number[]): number => ms.reduce((sum, one) => sum + one, 0);

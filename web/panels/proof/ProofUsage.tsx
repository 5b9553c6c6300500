import { useTranslation } from "react-i18next";
import type { Proof } from "../../../db/model/ledger-views.ts";
import { quantity } from "../../lib/quantity.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** Where the produced units come from, line by line; an hour the source could not say stays missing. */
export function ProofUsage({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  if (proof.usage.length === 0) return null;
  return (
    <PanelFrame title={t("proof.usage.title")}>
      <div className="groups-scroll proof-scroll" tabIndex={0} role="region" aria-label={t("proof.usage.title")}>
        <table className="plain">
          <thead>
            <tr>
              <th>{t("proof.usage.at")}</th>
              <th>{t("proof.usage.source")}</th>
              <th className="num">{t("proof.usage.units")}</th>
            </tr>
          </thead>
          <tbody>
            {proof.usage.map(({ at, source, okMicro }) => (
              <tr key={`${at} ${source}`}>
                <td>{format.dateTime(at)}</td>
                <td className="proof-said">{source}</td>
                <td className={okMicro === null ? "num unknown-cell" : "num"}>
                  {okMicro === null ? t("proof.usage.missing") : quantity(okMicro, lang)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </PanelFrame>
  );
}

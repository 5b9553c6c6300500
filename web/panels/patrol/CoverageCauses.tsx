import { useTranslation } from "react-i18next";
import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Share } from "../../parts/Share.tsx";

/** Why time was missed, most of it first. */
export function CoverageCauses({ certificate }: { certificate: CoverageCertificate }) {
  const { t } = useTranslation();
  const format = useFormat();
  const missing = certificate.byCause.reduce((sum, { ms }) => sum + ms, 0);
  const rows = certificate.byCause.filter(({ ms }) => ms > 0).toSorted((a, b) => b.ms - a.ms);
  return (
    <PanelFrame title={t("patrol.coverage.causes")}>
      {rows.length === 0 ? (
        <p className="panel-empty">{t("patrol.coverage.holesNone")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("patrol.coverage.causes")}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("patrol.coverage.column.cause")}</th>
                <th className="num">{t("patrol.coverage.column.minutes")}</th>
                <th className="num">{t("patrol.coverage.column.share")}</th>
                <th className="num">{t("patrol.coverage.column.cards")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ cause, ms, cards }) => (
                <tr key={cause}>
                  <th scope="row">{t(`patrol.cause.${cause}`)}</th>
                  <td className="num">{format.count(ms / MINUTE_MS)}</td>
                  <td className="num">
                    <Share ratio={missing === 0 ? null : ms / missing} text={format.percent(ms / missing)} />
                  </td>
                  <td className="num">{format.count(cards)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

import { useTranslation } from "react-i18next";
import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useFormat } from "../../lib/use-format.ts";

/** The certificate in one sentence, and how far it reaches. */
export function CertificateLine(props: { certificate: CoverageCertificate; isOfTeams: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { ownedMs, observedMs, through, paused = [] } = props.certificate;
  const minutes = (ms: number) => format.count(Math.round(ms / MINUTE_MS));
  const says =
    observedMs >= ownedMs
      ? t("patrol.coverage.whole", { owned: minutes(ownedMs) })
      : t("patrol.coverage.certificate", {
          share: format.coverage(observedMs / ownedMs),
          owned: minutes(ownedMs),
          missing: minutes(ownedMs - observedMs),
        });
  return (
    <div className="certificate">
      <p className="certificate-says">{says}</p>
      {props.isOfTeams && <p>{t("patrol.coverage.ofTeams")}</p>}
      {paused.length > 0 && (
        <p className="certificate-paused">
          {t("patrol.coverage.paused", {
            minutes: minutes(paused.reduce((sum, { ms }) => sum + ms, 0)),
            rules: [...new Set(paused.flatMap((one) => one.rules))].toSorted().join(", "),
          })}
        </p>
      )}
      <p className="muted">{t("patrol.coverage.through", { time: format.dateTime(through) })}</p>
    </div>
  );
}

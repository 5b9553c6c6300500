import { useTranslation } from "react-i18next";
import { GAP_CAUSES } from "../../../db/model/coverage.ts";
import type { Evidence } from "../../../db/model/incident.ts";
import { evidenceWord } from "../../lib/evidence-words.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSignalText } from "../../lib/use-signal-text.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Said } from "../../parts/Said.tsx";

/** The figures behind the verdict, each against its threshold. */
export function EvidencePanel({ evidence }: { evidence: readonly Evidence[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useSignalText();
  const says = (word: string): string => {
    const known = evidenceWord(word);
    const [, uuid, cause] = /^(\S+) (\w+)$/.exec(word) ?? [];
    const gap = GAP_CAUSES.find((one) => one === cause);
    if (gap !== undefined) return `${uuid} · ${t(`gap.${gap}`)}`;
    return known === null ? word : t(`incident.evidence.says.${known.word}`, known.fill);
  };
  const said = evidence.some((one) => one.text !== "");
  return (
    <PanelFrame title={t("incident.evidence.title")}>
      {evidence.length === 0 ? (
        <p className="panel-empty">{t("incident.evidence.none")}</p>
      ) : (
        <div
          className="groups-scroll evidence-scroll"
          tabIndex={0}
          role="region"
          aria-label={t("incident.evidence.title")}
        >
          <table className="plain">
            <thead>
              <tr>
                <th>{t("incident.evidence.signal")}</th>
                <th className="num">{t("incident.evidence.value")}</th>
                <th className="num">{t("incident.evidence.threshold")}</th>
                <th>{t("incident.evidence.at")}</th>
                {said && <th>{t("incident.evidence.said")}</th>}
              </tr>
            </thead>
            <tbody>
              {evidence.map((one, i) => (
                <tr key={`${one.signal} ${one.at} ${i}`}>
                  <th scope="row">
                    <bdi>{text.name(one.signal)}</bdi>
                  </th>
                  <td className="num">
                    <strong>
                      <Said text={text.value(one.signal, one.value)} />
                    </strong>
                  </td>
                  <td className="num">
                    <Said text={text.value(one.signal, one.threshold)} />
                  </td>
                  <td className="evidence-at">{format.dateTime(one.at)}</td>
                  {said && (
                    <td className="evidence-said">
                      <bdi>{says(one.text)}</bdi>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

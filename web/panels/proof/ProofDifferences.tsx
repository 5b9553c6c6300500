import { useTranslation } from "react-i18next";
import type { Proof, ProofDifference } from "../../../db/model/ledger-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** What moved after these hours were closed: nothing is rewritten in silence. */
export function ProofDifferences({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  return (
    <PanelFrame title={t("proof.differences.title")}>
      {proof.differences.length === 0 ? (
        <p className="panel-empty">{t("proof.differences.none")}</p>
      ) : (
        <div
          className="groups-scroll proof-scroll"
          tabIndex={0}
          role="region"
          aria-label={t("proof.differences.title")}
        >
          <table className="plain">
            <thead>
              <tr>
                <th>{t("proof.differences.at")}</th>
                <th>{t("proof.differences.cause")}</th>
                <th>{t("proof.differences.why")}</th>
                <th className="num">{t("proof.differences.hours")}</th>
                <th className="num">{t("proof.differences.money")}</th>
              </tr>
            </thead>
            <tbody>
              {proof.differences.map((one, i) => (
                <Line key={`${one.at} ${one.cause} ${i}`} one={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Line({ one }: { one: ProofDifference }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(one.currency ?? "XXX");
  return (
    <tr>
      <td>{format.dateTime(one.at)}</td>
      <td>{t(`ledger.booking.${one.cause}`)}</td>
      <td className="proof-said">{[one.who, one.why].filter((part) => part !== "").join(": ") || NOT_SAID_TEXT}</td>
      <td className="num">{format.count(one.hours)}</td>
      <td className="num">
        {one.currency === null ? NOT_SAID_TEXT : `${microOf(one.micro) > 0n ? "+" : ""}${amounts.exact(one.micro)}`}
      </td>
    </tr>
  );
}

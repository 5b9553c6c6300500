import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { FeaturesView, StateMoney } from "../../../db/model/ledger-views.ts";
import { shareOf } from "../../../db/model/board-delta.ts";
import { microOf } from "../../../db/model/money.ts";
import { signedPercent } from "../../lib/signed-percent.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { looseAsk, totalAsk } from "../proof/feature-asks.ts";
import { ProofButton } from "../proof/ProofButton.tsx";
import { EstimateNote } from "../../parts/Estimated.tsx";
import { MappingLink } from "../../parts/MappingLink.tsx";
import { utilisationOf } from "./feature-rows.ts";
import { Signed } from "./Margin.tsx";

const HELD = 3; // of LEDGER_STATES: busy, idle and starting

/** The range in one line: what everything cost, what came in, what is left, and how much of it is whose and known. */
export function FeaturesKpis({ view }: { view: FeaturesView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  const { total } = view;
  return (
    <ul className="kpis kpis-money" aria-label={t("features.kpi.label")}>
      {seesMoney ? <MoneyKpis view={view} /> : <UseKpis view={view} />}
      <Kpi name={t("features.kpi.coverage")}>
        <strong>{format.coverage(total.estimate.coverage)}</strong>
        {total.estimate.unpricedMs > 0 && (
          <span className="kpi-note kpi-unpriced">
            {t("kpi.unpriced", { hours: format.cardHours(total.estimate.unpricedMs) })}
          </span>
        )}
      </Kpi>
    </ul>
  );
}

/** How well the features used what they held, and what nobody is named for. */
function UseKpis({ view }: { view: FeaturesView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const hours = (parts: readonly { readonly time: StateMoney }[], states: number) =>
    format.cardHours(parts.flatMap(({ time }) => time.ms.slice(0, states)).reduce((sum, ms) => sum + ms, 0));
  const unattributed = view.loose.filter(({ what }) => what === "unattributed");
  return (
    <>
      <Kpi name={t("features.figures.utilisation")}>
        <strong>{format.percent(utilisationOf(view.features))}</strong>
        <span className="kpi-note">{t("features.figures.held", { hours: hours(view.features, HELD) })}</span>
      </Kpi>
      <Kpi name={t("features.kpi.unattributed")}>
        <strong>{hours(unattributed, LEDGER_STATES.length)}</strong>
        <span className="kpi-note">{t("features.kpi.inCardHours")}</span>
      </Kpi>
    </>
  );
}

function MoneyKpis({ view }: { view: FeaturesView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const amounts = useAmounts(view.currency);
  const { total, currency, range } = view;
  const unattributed = view.loose.find(({ what }) => what === "unattributed");
  const silent = view.features.filter((row) => row.revenueMicro === null && row.unit !== "").length;
  const compact = (micro: string | null) => format.moneyCompact(micro, currency);
  return (
    <>
      <Kpi name={t("features.kpi.cost")}>
        <strong>
          <ProofButton ask={totalAsk("cost", range, total.costMicro)} title={amounts.exact(total.costMicro)}>
            {compact(total.costMicro)}
          </ProofButton>
        </strong>
        <EstimateNote estimate={total.estimate} />
      </Kpi>
      <Kpi name={t("features.kpi.revenue")}>
        <strong className={total.revenueMicro === null ? "kpi-none" : undefined}>
          {total.revenueMicro === null ? (
            t("features.notStated")
          ) : (
            <ProofButton ask={totalAsk("revenue", range, total.revenueMicro)} title={amounts.exact(total.revenueMicro)}>
              {compact(total.revenueMicro)}
            </ProofButton>
          )}
        </strong>
        {silent > 0 && <span className="kpi-note">{t("features.kpi.silent", { count: silent })}</span>}
      </Kpi>
      <Kpi name={t("features.kpi.margin")}>
        <strong className={total.marginMicro === null ? "kpi-none" : undefined}>
          {total.marginMicro === null ? (
            t("ledger.na")
          ) : (
            <ProofButton ask={totalAsk("margin", range, total.marginMicro)} title={amounts.exact(total.marginMicro)}>
              <Signed value={microOf(total.marginMicro)}>
                {microOf(total.marginMicro) > 0n && "+"}
                {compact(total.marginMicro)}
              </Signed>
            </ProofButton>
          )}
        </strong>
        {total.marginRatio !== null && (
          <span className="kpi-note">{t("features.kpi.ofRevenue", { share: format.percent(total.marginRatio) })}</span>
        )}
      </Kpi>
      <Kpi name={t("features.kpi.roi")}>
        <strong className={total.roi === null ? "kpi-none" : undefined}>
          {total.roi === null ? t("ledger.na") : <Signed value={total.roi}>{signedPercent(total.roi, lang)}</Signed>}
        </strong>
        <span className="kpi-note">{t("features.kpi.roiSays")}</span>
      </Kpi>
      <Kpi name={t("features.kpi.unattributed")}>
        <strong>
          {unattributed === undefined ? (
            format.percent(0)
          ) : (
            <ProofButton ask={looseAsk(unattributed, range, view)} title={amounts.exact(unattributed.micro)}>
              {format.percent(shareOf(unattributed.micro, total.costMicro))}
            </ProofButton>
          )}
        </strong>
        {unattributed !== undefined && unattributed.micro !== null && microOf(unattributed.micro) > 0n && (
          <MappingLink className="kpi-note">
            {t("features.kpi.attribute", { money: compact(unattributed.micro) })}
          </MappingLink>
        )}
      </Kpi>
    </>
  );
}

function Kpi({ name, children }: { name: string; children: ReactNode }) {
  return (
    <li className="kpi">
      <span className="kpi-name">{name}</span>
      {children}
    </li>
  );
}

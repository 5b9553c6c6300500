import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type CostBasis, LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { CostByPool, FeaturePage } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf } from "../../../db/model/money.ts";
import { type Tier, TIERS } from "../../../db/model/tier.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { type Amounts, useAmounts } from "../../lib/amounts.ts";
import { csvText, download } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolName } from "../../parts/PoolName.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import { featureAsk, ownStates } from "../proof/feature-asks.ts";
import { ProofButton } from "../proof/ProofButton.tsx";

import { featurePoolsCsv } from "./feature-csv.ts";
import { shownTexts } from "./feature-rows.ts";

type Line = CostByPool & { readonly shown: Micro | null; readonly wholeMs: number }; // own time: what the money is for
type Group = {
  readonly tier: Tier | null;
  readonly lines: readonly Line[];
  readonly shown: Micro | null;
  readonly ms: number;
};

/** The cards it cost, the tier to be filled first at the top, the dearest pool first in each; without money the most used. */
export function FeaturePools({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(page.currency);
  const seesMoney = useSeesMoney();
  const { pools, basis } = page;
  const groups = useMemo(() => groupsOf(pools, basis, amounts.step), [pools, basis, amounts.step]);
  const { feature, range } = page;
  const title = t(seesMoney ? "features.pools.title" : "features.pools.titleWithoutMoney");
  const total = sumShown(groups);
  return (
    <PanelFrame
      title={title}
      actions={
        <button
          type="button"
          className="button"
          disabled={pools.length === 0}
          onClick={() =>
            download(
              `dapan-feature-${feature.key}-pools-${range.from}-${lastDay(range)}.csv`,
              csvText(featurePoolsCsv(page)),
            )
          }
        >
          {t("cards.csv")}
        </button>
      }
    >
      {pools.length === 0 ? (
        <p className="panel-empty">{t("features.pools.none")}</p>
      ) : (
        <div className="groups-scroll feature-scroll" tabIndex={0} role="region" aria-label={title}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("proof.dimension.pool")}</th>
                <th>{t("proof.dimension.model")}</th>
                <th className="num">{t("features.pools.hours")}</th>
                {seesMoney && (
                  <>
                    <th className="num">
                      {t("features.inCurrency", { name: t("features.pools.perHour"), symbol: amounts.symbol })}
                    </th>
                    <th className="num">
                      {t("features.inCurrency", { name: t("features.column.cost"), symbol: amounts.symbol })}
                    </th>
                  </>
                )}
              </tr>
            </thead>
            {groups.map((group) => (
              <TierGroup key={String(group.tier)} group={group} page={page} amounts={amounts} />
            ))}
            <tfoot>
              <tr>
                <th scope="row" colSpan={2}>
                  {t("features.pools.total")}
                </th>
                <td className="num">{format.cardHours(groups.reduce((sum, { ms }) => sum + ms, 0))}</td>
                {seesMoney && (
                  <>
                    <td />
                    <td className="num">{amounts.plain(total)}</td>
                  </>
                )}
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function TierGroup({ group, page, amounts }: { group: Group; page: FeaturePage; amounts: Amounts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  const ask = ({ poolId, micro, directMicro }: Line) => {
    const shown = micro === directMicro ? micro : null; // the lines are its own time, without its part of what nobody used
    const asked = featureAsk("cards", page.feature.key, page.range, page, shown);
    return { ...asked, question: { ...asked.question, filter: { ...asked.question.filter, pool: [String(poolId)] } } };
  };
  return (
    <tbody>
      <tr className="feature-tier">
        <th scope="rowgroup" colSpan={2}>
          {group.tier === null ? t("features.pools.noTier") : <TierMark tier={group.tier} />}
        </th>
        <td className="num">{format.cardHours(group.ms)}</td>
        {seesMoney && (
          <>
            <td />
            <td className="num">{amounts.plain(group.shown)}</td>
          </>
        )}
      </tr>
      {group.lines.map((line) => (
        <tr key={line.poolId}>
          <td>
            <PoolName pool={{ ...line, id: line.poolId, zone: "", cluster: "" }} />
          </td>
          <td>{line.model}</td>
          <td className="num">{format.cardHours(line.wholeMs)}</td>
          {seesMoney && (
            <>
              <td className="num">{amounts.perUnit(perHour(line))}</td>
              <td className="num">
                <ProofButton ask={ask(line)} title={amounts.exact(line.micro)}>
                  {amounts.plain(line.shown)}
                </ProofButton>
              </td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  );
}

/** Money of an hour of one of its cards; null where it had none. */
function perHour({ directMicro, wholeMs }: Line): string | null {
  return wholeMs === 0 || directMicro === null
    ? null
    : ((microOf(directMicro) * BigInt(HOUR_MS)) / BigInt(wholeMs)).toString();
}

const sumShown = (parts: readonly { readonly shown: Micro | null }[]): Micro | null =>
  parts.reduce<Micro | null>((sum, { shown }) => (sum === null || shown === null ? null : sum + shown), 0n);

/** Every tier's pools with what they cost as shown: all of them together add up to the total. */
function groupsOf(pools: readonly CostByPool[], basis: CostBasis, step: Micro): Group[] {
  const own = LEDGER_STATES.map((state) => ownStates({ basis }).includes(state));
  const shown = shownTexts(
    pools.map(({ micro }) => micro),
    step,
  );
  const lines = pools.map((pool, i): Line => ({
    ...pool,
    shown: shown?.[i] ?? null,
    wholeMs: pool.ms.reduce((sum, ms, state) => sum + (own[state] === true ? ms : 0), 0),
  }));
  return [...TIERS, null].flatMap((tier) => {
    const alike = lines.filter((line) => line.tier === tier);
    if (shown === null) alike.sort((a, b) => b.wholeMs - a.wholeMs || a.poolId - b.poolId);
    if (alike.length === 0) return [];
    return [
      {
        tier,
        lines: alike,
        shown: sumShown(alike),
        ms: alike.reduce((sum, line) => sum + line.wholeMs, 0),
      },
    ];
  });
}

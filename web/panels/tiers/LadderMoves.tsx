import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { TIERS, type TierLadder } from "../../../db/model/tier.ts";
import type { LadderPage, TierMove } from "../../../db/model/tier-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelError } from "../../parts/PanelError.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import { usePoolName } from "../../parts/use-pool-name.ts";
import { trpc } from "../../trpc.ts";

const SHOWN_MOVES = 12;

/** How many cards stand in each tier, and under a changed ladder which pools would move. `wanted` null = nothing changed. */
export function LadderMoves(props: { page: LadderPage; wanted: TierLadder | null; isWrong: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { page } = props;
  const wanted = useDeferredValue(props.wanted);
  const preview = useQuery(
    trpc.tiers.preview.queryOptions(wanted ?? page.known.ladder, {
      enabled: wanted !== null,
      placeholderData: keepPreviousData,
      staleTime: 10_000,
    }),
  );
  const told = wanted === null ? undefined : preview.data;
  return (
    <>
      <table className="plain tier-counts" aria-label={t("tiers.moves.counts")}>
        <thead>
          <tr>
            <th>{t("tiers.moves.tier")}</th>
            <th className="num">{told === undefined ? t("tiers.moves.cards") : t("tiers.moves.before")}</th>
            {told !== undefined && <th className="num">{t("tiers.moves.after")}</th>}
          </tr>
        </thead>
        <tbody>
          {TIERS.map((tier) => (
            <tr key={tier}>
              <th>
                <TierMark tier={tier} /> {t(`tiers.name.${(["p0", "p1", "p2", "p3"] as const)[tier]}`)}
              </th>
              <td className="num">{format.count(told?.before[tier] ?? page.cards[tier] ?? 0)}</td>
              {told !== undefined && <td className="num">{format.count(told.after[tier] ?? 0)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="tier-moves-say" role="status">
        {props.isWrong && t("tiers.moves.wrong")}
        {!props.isWrong && wanted === null && t("tiers.moves.unchanged")}
        {told?.moves.length === 0 && t("tiers.moves.none")}
        {told !== undefined &&
          told.moves.length > 0 &&
          t("tiers.moves.some", {
            cards: format.count(told.cardsMoved),
            pools: format.count(told.moves.length),
          })}
      </p>
      {preview.error !== null && wanted !== null && (
        <PanelError
          what={t("tiers.moves.counts")}
          error={preview.error}
          busy={preview.isFetching}
          onRetry={() => void preview.refetch()}
        />
      )}
      {told !== undefined && told.moves.length > 0 && <Moves moves={told.moves} />}
    </>
  );
}

function Moves({ moves }: { moves: readonly TierMove[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const poolName = usePoolName();
  return (
    <ul className="tier-moves">
      {moves.slice(0, SHOWN_MOVES).map(({ poolId, from, to, cards }) => (
        <li key={poolId}>
          <span className="tier-step">
            <TierMark tier={from} />
            <span aria-hidden>→</span>
            <span className="sr">{t("tiers.to")}</span>
            <TierMark tier={to} />
          </span>
          <span className="tier-moves-pool">{poolName(poolId)}</span>
          <span className="tier-moves-cards">{t("palette.cardCount", { count: cards })}</span>
        </li>
      ))}
      {moves.length > SHOWN_MOVES && (
        <li className="muted">{t("tiers.moves.more", { pools: format.count(moves.length - SHOWN_MOVES) })}</li>
      )}
    </ul>
  );
}

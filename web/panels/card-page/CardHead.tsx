import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DEFAULT_BOARD, encodeBoard } from "../../lib/board-url.ts";
import { fromParams } from "../../lib/search-params.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { PoolName } from "../../parts/PoolName.tsx";
import { StateWord } from "../../parts/StateMark.tsx";
import { TierChip } from "../../parts/TierChip.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import type { Outputs } from "../../trpc.ts";

/** Who the card is, where it stands, its tier and state. The UUID is there before anything is known of it. */
export function CardHead({ uuid, card }: { uuid: string; card: Outputs["board"]["card"] | undefined }) {
  const { t } = useTranslation();
  return (
    <header className="page-head">
      <h1 className="life-title">
        <span className="mono">{uuid}</span>
        <CopyText text={uuid} label={t("card.copy")} done={t("card.copied")} />
      </h1>
      {card !== undefined && (
        <>
          <AsOf at={card.asOf} />
          <p className="life-line">
            <StateWord state={card.row.state} />
            {card.tier !== null && <TierChip verdict={card.tier} />}
            <span>{card.pool.model}</span>
            <PoolName pool={card.pool} />
            <span className="mono">
              {card.row.node}
              {card.row.position === "" ? "" : ` / ${card.row.position}`}
            </span>
            <Link to="/board" search={fromParams(encodeBoard({ ...DEFAULT_BOARD, card: uuid }))}>
              {t("cardPage.toBoard")}
            </Link>
          </p>
          {card.row.why === "card_gone" && card.origins.length === 0 && (
            <p className="life-gone" role="status">
              {t("cardPage.gone")}
            </p>
          )}
        </>
      )}
    </header>
  );
}

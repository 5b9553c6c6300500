import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EVERY_CARD, POOL_FACETS } from "../../../db/model/card-query.ts";
import type { BoardView } from "../../lib/board-url.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { useFacetText } from "../../parts/use-facet-text.ts";

/** What the whole board is narrowed to, each part removable. Nothing when it shows everything. */
export function ScopeChips({ view, onChange }: { view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const facetText = useFacetText();
  const { pool, nodes } = view.query;
  const chips = POOL_FACETS.flatMap((facet) => pool[facet].map((value) => ({ facet, value })));
  if (chips.length === 0 && nodes.length === 0 && view.tiers.length === 0) return null;
  return (
    <div className="chips" role="group" aria-label={t("board.scope")}>
      {chips.map(({ facet, value }) => (
        <Chip
          key={`${facet} ${value}`}
          name={t(`fact.${facet}`)}
          value={facetText(facet, value)}
          onRemove={() => onChange({ query: { pool: { ...pool, [facet]: pool[facet].filter((v) => v !== value) } } })}
        />
      ))}
      {view.tiers.map((tier) => (
        <Chip
          key={`tier ${tier}`}
          name={t("fact.tier")}
          value={`P${tier}`}
          onRemove={() => onChange({ tiers: view.tiers.filter((one) => one !== tier) })}
        />
      ))}
      {nodes.map((node) => (
        <Chip
          key={`node ${node}`}
          name={t("fact.node")}
          value={node}
          onRemove={() => onChange({ query: { nodes: nodes.filter((n) => n !== node) } })}
        />
      ))}
      <button
        type="button"
        className="link"
        onClick={() => onChange({ tiers: [], query: { pool: EVERY_CARD.pool, nodes: [] } })}
      >
        {t("board.clearScope")}
      </button>
    </div>
  );
}

function Chip({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="chip">
      <span className="chip-name">{name}</span>
      <span className="chip-value">{value}</span>
      <button type="button" aria-label={t("board.removeFacet", { facet: name, value })} onClick={onRemove}>
        <IconX size={12} aria-hidden />
      </button>
    </span>
  );
}

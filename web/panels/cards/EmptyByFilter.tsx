import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { EVERY_CARD, POOL_FACETS } from "../../../db/model/card-query.ts";
import type { BoardView } from "../../lib/board-url.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { useFacetText } from "../../parts/use-facet-text.ts";

/** Says which filters leave nothing, and clears them. */
export function EmptyByFilter({ view, onChange }: { view: BoardView; onChange: ChangeBoard }) {
  const { t, i18n } = useTranslation();
  const facetText = useFacetText();
  const { q, states, nodes, pool } = view.query;
  const filters = [
    ...(q === "" ? [] : [`“${q}”`]),
    ...states.map((state) => t(`state.${state}`)),
    ...nodes,
    ...view.tiers.map((tier) => `P${tier}`),
    ...POOL_FACETS.flatMap((facet) => pool[facet].map((value) => facetText(facet, value))),
  ];
  const list = new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(filters);
  return (
    <div className="notice" role="status">
      <p className="notice-title">{t("empty.filteredTitle")}</p>
      <p>{t("empty.filtered", { filters: list })}</p>
      <Button size="xs" variant="default" onClick={() => onChange({ tiers: [], query: EVERY_CARD })}>
        {t("empty.clear")}
      </Button>
    </div>
  );
}

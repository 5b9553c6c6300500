import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type RefObject, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardPool } from "../../../db/model/board-views.ts";
import { EVERY_CARD, type PoolFacet } from "../../../db/model/card-query.ts";
import { CARD_STATES } from "../../../db/model/fleet.ts";
import { TIERS } from "../../../db/model/tier.ts";
import { STATES_WORST_FIRST } from "../../../reports/charts/theme.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { browserClock } from "../../lib/clock.ts";
import { tierLabel } from "../../lib/tier-words.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { StateWord } from "../../parts/StateMark.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import { useFacetText } from "../../parts/use-facet-text.ts";

const FACETS = ["vendor", "region", "zone", "cluster", "model", "billing"] as const satisfies readonly PoolFacet[];
/** Typing reaches the address after a breath, not with each letter. */
const TYPE_MS = 150;

export function CardFilters(props: {
  view: BoardView;
  onChange: ChangeBoard;
  pools: readonly BoardPool[];
  ref: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const { view, onChange, ref } = props;
  const [text, setText] = useTypedFilter(view.query.q, onChange);
  const narrowed = view.query.q !== "" || view.query.states.length > 0;
  const facetText = useFacetText();
  const choices = useChoices(props.pools);
  return (
    <div className="filters">
      <TextInput
        ref={ref}
        size="xs"
        className="filter-text"
        type="search"
        aria-label={t("cards.filter")}
        placeholder={t("cards.filterShort")}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          text !== "" && <CloseButton size="sm" aria-label={t("cards.clear")} onClick={() => setText("")} />
        }
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
          event.preventDefault();
          event.stopPropagation();
          props.onLeave();
        }}
      />
      <FacetFilter
        name={t("cards.states")}
        chosen={view.query.states}
        choices={STATES_WORST_FIRST.map((state) => ({
          value: state,
          label: <StateWord state={state} />,
          text: t(`state.${state}`),
        }))}
        onChange={(values) => onChange({ query: { states: CARD_STATES.filter((s) => values.includes(s)) } })}
      />
      {FACETS.filter((facet) => (choices.get(facet)?.length ?? 0) > 1).map((facet) => (
        <FacetFilter
          key={facet}
          name={t(`fact.${facet}`)}
          chosen={view.query.pool[facet]}
          choices={(choices.get(facet) ?? []).map(({ value, cards }) => ({
            value,
            label: facetText(facet, value),
            text: facetText(facet, value),
            count: cards,
          }))}
          onChange={(values) => onChange({ query: { pool: { ...view.query.pool, [facet]: values } } })}
        />
      ))}
      <TierFilter {...props} />
      {narrowed && (
        <button
          type="button"
          className="link"
          onClick={() => onChange({ query: { q: "", states: EVERY_CARD.states } })}
        >
          {t("cards.clear")}
        </button>
      )}
    </div>
  );
}

/** What the field shows; it runs ahead of the address while typing, and follows it on Back. */
function useTypedFilter(q: string, onChange: ChangeBoard): [string, (text: string) => void] {
  const [text, setText] = useState(q);
  const [sent, setSent] = useState(q);
  if (sent !== q) {
    setSent(q); // the address changed from elsewhere: follow it
    setText(q);
  }
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = browserClock.after(TYPE_MS, () => {
      setSent(text.trim());
      onChange({ query: { q: text.trim() } }, "replace");
    });
    return () => timer.cancel();
  }, [text, q, onChange]);
  return [text, setText];
}

type Choice = { readonly value: string; readonly cards: number };

/** The values each facet takes in this fleet, most cards first. */
function useChoices(pools: readonly BoardPool[]): ReadonlyMap<PoolFacet, readonly Choice[]> {
  return useMemo(() => {
    const of = (facet: PoolFacet): Choice[] => {
      const cards = new Map<string, number>();
      for (const pool of pools) cards.set(pool[facet], (cards.get(pool[facet]) ?? 0) + pool.cardCounts.delivered);
      return [...cards].map(([value, cards]) => ({ value, cards })).sort((a, b) => b.cards - a.cards);
    };
    return new Map(FACETS.map((facet) => [facet, of(facet)]));
  }, [pools]);
}

function TierFilter({
  view,
  pools,
  onChange,
}: {
  view: BoardView;
  pools: readonly BoardPool[];
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  return (
    <FacetFilter
      name={t("fact.tier")}
      chosen={view.tiers.map(tierLabel)}
      choices={TIERS.map((tier) => ({
        value: tierLabel(tier),
        label: (
          <>
            <TierMark tier={tier} /> {t(`tiers.name.${(["p0", "p1", "p2", "p3"] as const)[tier]}`)}
          </>
        ),
        text: tierLabel(tier),
        count: pools.reduce((sum, pool) => (pool.tier.tier === tier ? sum + pool.cardCounts.delivered : sum), 0),
      }))}
      onChange={(values) => onChange({ tiers: TIERS.filter((tier) => values.includes(tierLabel(tier))) })}
    />
  );
}

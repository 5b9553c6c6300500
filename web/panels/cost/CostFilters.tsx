import { useTranslation } from "react-i18next";
import { COST_DIMENSIONS, type CostDimension, type CostView } from "../../../db/model/ledger-views.ts";
import { type CostUrl, narrowed } from "../../lib/cost-url.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { useCostNames } from "./cost-names.ts";

/** By what the money is grouped, and to what it is narrowed. */
export function CostFilters(props: { view: CostView; url: CostUrl; onChange: (part: Partial<CostUrl>) => void }) {
  const { t } = useTranslation();
  const nameOf = useCostNames();
  const { view, url, onChange } = props;
  const asked = COST_DIMENSIONS.filter(
    (dimension) => view.values[dimension].length > 1 || (url.filter[dimension] ?? []).length > 0,
  );
  return (
    <div className="filters cost-filters">
      <Picker label={t("cost.by")} chosen={url.by} onChoose={(by) => onChange({ by })} />
      {url.tab === "pivot" && (
        <Picker label={t("cost.columns")} chosen={url.columns} onChoose={(columns) => onChange({ columns })} />
      )}
      {asked.length > 0 && <span className="cost-filters-label">{t("cost.filters")}</span>}
      {asked.map((dimension) => {
        const chosen = url.filter[dimension] ?? [];
        const values = view.values[dimension];
        return (
          <FacetFilter
            key={dimension}
            name={t(`proof.dimension.${dimension}`)}
            chosen={chosen}
            choices={values.map((value) => {
              const text = nameOf(dimension, value);
              return { value: value.key, label: <bdi>{text}</bdi>, text };
            })}
            onChange={(next) => onChange({ filter: narrowed(url.filter, dimension, next) })}
          />
        );
      })}
      {Object.keys(url.filter).length > 0 && (
        <button type="button" className="button" onClick={() => onChange({ filter: {} })}>
          {t("cost.clear")}
        </button>
      )}
    </div>
  );
}

function Picker(props: { label: string; chosen: CostDimension; onChoose: (dimension: CostDimension) => void }) {
  const { t } = useTranslation();
  return (
    <label className="level">
      <span>{props.label}</span>
      <select
        className="select"
        aria-label={props.label}
        value={props.chosen}
        onChange={(event) => {
          const next = COST_DIMENSIONS.find((one) => one === event.currentTarget.value);
          if (next !== undefined) props.onChoose(next);
        }}
      >
        {COST_DIMENSIONS.map((dimension) => (
          <option key={dimension} value={dimension}>
            {t(`proof.dimension.${dimension}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

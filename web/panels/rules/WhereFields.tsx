import { useTranslation } from "react-i18next";
import type { Where } from "../../../db/model/rule.ts";
import { type Refusal, saidOf } from "../../lib/rule-refusal.ts";
import { Lines } from "../../parts/Lines.tsx";

export const WHERE_PARTS = ["region", "cluster", "model", "feature", "team", "vendor", "zone", "billing"] as const;

/** Where a rule holds: a part left empty narrows nothing. */
export function WhereFields(props: { where: Where; refusal: Refusal | null; onChange: (where: Where) => void }) {
  const { t } = useTranslation();
  const { where, refusal } = props;
  const said = WHERE_PARTS.filter((part) => (where[part]?.length ?? 0) > 0);
  const wrong = WHERE_PARTS.some((part) => saidOf(refusal, `where.${part}`) !== null);
  return (
    <details className="rule-where" open={said.length > 0 || wrong}>
      <summary>
        {said.length === 0
          ? t("rules.form.everywhere")
          : said.map((part) => t(`silences.about.${part}`, { values: (where[part] ?? []).join(", ") })).join(" · ")}
      </summary>
      <p className="muted">{t("rules.form.whereHint")}</p>
      <div className="price-fields">
        {WHERE_PARTS.map((part) => (
          <Lines
            key={part}
            label={t(`rules.where.${part}`)}
            lines={where[part] ?? []}
            error={saidOf(refusal, `where.${part}`)}
            onChange={(values) => props.onChange(withPart(where, part, values))}
          />
        ))}
      </div>
    </details>
  );
}

/** A part without values is left out: it would match nothing. */
function withPart(where: Where, part: keyof Where, values: readonly string[]): Where {
  const { [part]: _before, ...rest } = where;
  return values.length === 0 ? rest : { ...rest, [part]: values };
}

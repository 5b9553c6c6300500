import { useTranslation } from "react-i18next";
import type { ReportScope } from "../../../db/model/report.ts";
import { BILLING_TYPES, type BillingType } from "../../../db/model/fleet.ts";
import { SCOPE_PARTS } from "../../lib/scope-url.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";

/** What of the fleet is meant: a list to tick for each dimension; nothing ticked = all. */
export function ScopeFacets(props: { scope: ReportScope; known: ReportScope; onChange: (scope: ReportScope) => void }) {
  const { t } = useTranslation();
  const { scope, known } = props;
  const name = (part: keyof ReportScope, value: string) => {
    const billing = part === "billings" ? BILLING_TYPES.find((one): one is BillingType => one === value) : undefined;
    return billing === undefined ? value : t(`billing.${billing}`);
  };
  return (
    <div className="scope-facets" role="group" aria-label={t("patrol.scope.label")}>
      {SCOPE_PARTS.map(([part]) => (
        <FacetFilter
          key={part}
          name={t(`patrol.scope.${part}`)}
          chosen={scope[part]}
          choices={[...new Set([...known[part], ...scope[part]])].map((value) => ({
            value,
            label: <bdi>{name(part, value)}</bdi>,
            text: name(part, value),
          }))}
          onChange={(values) => props.onChange({ ...scope, [part]: values })}
        />
      ))}
    </div>
  );
}

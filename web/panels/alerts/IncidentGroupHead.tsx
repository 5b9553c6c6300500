import { useTranslation } from "react-i18next";
import { SEVERITIES } from "../../../db/model/rule.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { SeverityMark } from "../../parts/SeverityMark.tsx";
import type { IncidentGroup } from "./incident-lines.ts";

/** What a group is about, and how many of each severity it holds. */
export function IncidentGroupHead({ group, span }: { group: IncidentGroup; span: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { by, value, place, counts } = group;
  const all = counts.P1 + counts.P2 + counts.P3;
  return (
    <th colSpan={span} scope="colgroup">
      <span className="incident-group-line">
        {value === "" && t(`alerts.groupNone.${by}`)}
        {value !== "" && by === "pool" && <PoolLink id={Number(value)} />}
        {value !== "" && by !== "pool" && <bdi className={by === "rule" ? "mono" : undefined}>{value}</bdi>}
        {place !== "" && <bdi className="muted">{place}</bdi>}
        <span className="muted">{t("alerts.ofGroup", { count: all, n: format.count(all) })}</span>
        {SEVERITIES.filter((one) => counts[one] > 0).map((one) => (
          <span key={one} className="state-word" title={t(`alerts.severity.${one}`)}>
            <SeverityMark severity={one} />
            <span className="sr">{t(`alerts.severity.${one}`)}</span>
            {format.count(counts[one])}
          </span>
        ))}
      </span>
    </th>
  );
}

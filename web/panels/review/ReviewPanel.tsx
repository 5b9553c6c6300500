import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { REVIEW_KINDS, REVIEW_STATES, type ReviewKind } from "../../../db/model/board-views.ts";
import type { ReviewView } from "../../lib/review-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay, useSeesMoney } from "../../lib/use-me.ts";
import { FacetFilter } from "../../parts/FacetFilter.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import type { Outputs } from "../../trpc.ts";
import { ReviewRow } from "./ReviewRow.tsx";

type List = Outputs["review"]["list"];
type Change = (part: Partial<ReviewView>) => void;

/** The list in one state, the largest saving first. */
export function ReviewPanel({ list, view, onChange }: { list: List; view: ReviewView; onChange: Change }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  const mayWrite = useMay("inventory.write");
  const items = list.items.filter(({ kind }) => view.kinds.length === 0 || view.kinds.includes(kind));
  return (
    <>
      {seesMoney && (
        <dl className="review-sums">
          <div>
            <dt>{t("review.savesNow")}</dt>
            <dd>{t("review.perDay", { money: format.moneyCompact(list.nowPerDayMicro, list.currency) })}</dd>
          </div>
          <div>
            <dt>{t("review.savesLater")}</dt>
            <dd>{t("review.perDay", { money: format.moneyCompact(list.laterPerDayMicro, list.currency) })}</dd>
          </div>
        </dl>
      )}
      <PanelFrame
        title={t("review.list")}
        actions={
          <>
            <SegmentedControl
              size="xs"
              className="review-states"
              aria-label={t("review.list")}
              value={view.state}
              onChange={(state) => onChange({ state, open: null })}
              data={REVIEW_STATES.map((state) => ({
                value: state,
                label: `${t(`review.states.${state}`)} ${format.count(list.counts[state])}`,
              }))}
            />
            <FacetFilter
              name={t("review.filter")}
              chosen={view.kinds}
              choices={REVIEW_KINDS.map((kind) => ({
                value: kind,
                text: t(`review.kinds.${kind}`),
                label: t(`review.kinds.${kind}`),
                count: list.items.filter((item) => item.kind === kind).length,
              }))}
              onChange={(kinds) => onChange({ kinds: kinds as ReviewKind[] })}
            />
            <a className="button" href={`/api/review.csv?state=${view.state}`} download>
              CSV
            </a>
          </>
        }
      >
        {items.length === 0 ? (
          <Empty list={list} onChange={onChange} />
        ) : (
          <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("review.list")}>
            <table className="plain review">
              <thead>
                <tr>
                  <th>{t("review.column.advice")}</th>
                  <th>{t("review.column.pool")}</th>
                  <th className="num">{t("review.column.cards")}</th>
                  {seesMoney && <th className="num">{t("review.column.saving")}</th>}
                  <th className="num">{t("review.column.from")}</th>
                  <th className="num">{t("review.column.coverage")}</th>
                  {mayWrite && <th>{t("review.column.act")}</th>}
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <ReviewRow
                    key={item.id}
                    item={item}
                    asOf={list.asOf}
                    isOpen={view.open === item.id}
                    onOpen={(open) => onChange({ open: open ? item.id : null })}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PanelFrame>
    </>
  );
}

function Empty({ list, onChange }: { list: List; onChange: Change }) {
  const { t } = useTranslation();
  if (list.items.length > 0 || list.counts.open + list.counts.accepted + list.counts.done + list.counts.dismissed > 0)
    return (
      <div className="panel-empty">
        <p>{t("review.empty.filtered")}</p>
        {list.items.length > 0 && (
          <button type="button" className="button" onClick={() => onChange({ kinds: [] })}>
            {t("review.empty.clear")}
          </button>
        )}
      </div>
    );
  return (
    <div className="panel-empty">
      <h3>{t("review.empty.first")}</h3>
      <p>{t("review.empty.firstLead")}</p>
    </div>
  );
}

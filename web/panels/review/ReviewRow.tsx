import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ReviewItem } from "../../../db/model/board-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay, useSeesMoney } from "../../lib/use-me.ts";
import { Said } from "../../parts/Said.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { ReviewActions } from "./ReviewActions.tsx";
import { useAdviceText } from "./use-advice-text.ts";
import { CardLink } from "../../parts/CardLink.tsx";

const COLUMNS = 7;

/** One piece of advice; it opens into its cards and its life. */
export function ReviewRow(props: { item: ReviewItem; asOf: number; isOpen: boolean; onOpen: (open: boolean) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useAdviceText();
  const mayWrite = useMay("inventory.write");
  const seesMoney = useSeesMoney();
  const { item, isOpen } = props;
  const kind = t(`review.kinds.${item.kind}`);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            className="review-kind"
            aria-expanded={isOpen}
            aria-label={isOpen ? t("review.hide", { what: kind }) : t("review.show", { what: kind })}
            onClick={() => props.onOpen(!isOpen)}
          >
            <Chevron size={14} aria-hidden />
            {kind}
          </button>
          <span className="review-says">{say(item)}</span>
        </th>
        <td>
          <PoolLink id={item.poolId} />
        </td>
        <td className="num">{format.count(item.cards.length)}</td>
        {seesMoney && <td className="num review-saving">{format.money(item.savingPerDayMicro, item.currency)}</td>}
        <td className="num">{item.savingFrom <= props.asOf ? t("review.now") : format.date(item.savingFrom)}</td>
        <td className="num">{format.coverage(item.coverage)}</td>
        {mayWrite && (
          <td>
            <ReviewActions item={item} />
          </td>
        )}
      </tr>
      {isOpen && (
        <tr className="review-open">
          <td colSpan={COLUMNS - [seesMoney, mayWrite].filter((has) => !has).length}>
            <Life item={item} />
            <h3 className="review-cards-title">{t("review.cardList", { count: item.cards.length })}</h3>
            <ul className="review-cards">
              {item.cards.map((uuid) => (
                <li key={uuid}>
                  <CardLink uuid={uuid} />
                </li>
              ))}
            </ul>
          </td>
        </tr>
      )}
    </>
  );
}

function Life({ item }: { item: ReviewItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (item.state === "open") return null;
  const isWithdrawn = item.state === "dismissed" && item.reason === "";
  const words = {
    who: item.changedBy,
    time: format.dateTime(item.changedAt),
    state: t(`review.states.${item.state}`),
    reason: item.reason,
  };
  return (
    <p className="review-life">
      {isWithdrawn ? t("review.withdrawn", words) : t("review.changed", words)}
      {item.reason !== "" && ` · ${t("review.because", words)}`}
      {item.state === "done" && <Receipt item={item} />}
    </p>
  );
}

function Receipt({ item }: { item: ReviewItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { receipt } = item;
  if (receipt === null)
    return ` · ${t("review.receiptDue", { date: format.date(Math.max(item.changedAt, item.savingFrom)) })}`;
  const words = {
    from: format.date(receipt.from),
    to: format.date(receipt.to),
    money: format.money(receipt.savedMicro, item.currency),
    coverage: format.coverage(receipt.coverage),
  };
  return <Said text={` · ${t("review.receipt", words)}`} />;
}

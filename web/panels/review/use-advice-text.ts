import { useTranslation } from "react-i18next";
import type { ReviewItem } from "../../../db/model/board-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { usePoolName } from "../../parts/use-pool-name.ts";

/** The sentence of a piece of advice, with its evidence in it. */
export function useAdviceText(): (item: Pick<ReviewItem, "kind" | "cards" | "evidence">) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePoolName();
  return ({ kind, cards, evidence }) => {
    const number = (key: string): number | null => (typeof evidence[key] === "number" ? evidence[key] : null);
    const text = (key: string): string => String(evidence[key] ?? "");
    const to = number("toPoolId");
    const words = {
      count: cards.length,
      share: format.percent(number(kind === "term_ends" ? "busyShare" : "idleShare")),
      tier: text("tier"),
      free: format.decimal(number("freeInP0")),
      pool: to === null ? "" : nameOf(to),
      model: text("model"),
      toModel: text("toModel"),
      memory: format.bytes(number("memoryBytes")),
      activity: format.percent(number("activityRatio")),
      date: format.date(number("termTo")),
      idle: format.decimal(number("idleCards")),
      cards: format.decimal(number("cards")),
    };
    return t(`review.says.${kind}`, words);
  };
}

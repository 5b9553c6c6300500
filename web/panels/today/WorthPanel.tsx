import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TodayView } from "../../../db/model/board-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { useAdviceText } from "../review/use-advice-text.ts";
import { TodayLine } from "./TodayLine.tsx";

/** The advice worth most, with the way to all of it. */
export function WorthPanel({ view: { worth, currency, asOf } }: { view: TodayView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useAdviceText();
  const seesMoney = useSeesMoney();
  const sums = {
    count: worth.count,
    now: format.moneyCompact(worth.nowPerDayMicro, currency),
    later: format.moneyCompact(worth.laterPerDayMicro, currency),
  };
  return (
    <PanelFrame
      title={t("today.worth")}
      note={worth.count > 0 ? t(seesMoney ? "today.worthSum" : "today.worthCount", sums) : undefined}
      actions={
        <Link to="/review" className="button">
          {t("today.worthAll")}
        </Link>
      }
    >
      {worth.top.length === 0 ? (
        <p className="panel-empty">{t("today.worthNone")}</p>
      ) : (
        <table className="plain today-lines">
          <tbody>
            {worth.top.map((item) => (
              <TodayLine
                key={item.id}
                mark={<span aria-hidden>→</span>}
                what={
                  <Link to="/review" search={{ open: String(item.id) } as never}>
                    {say(item)}
                  </Link>
                }
                where={<PoolLink id={item.poolId} />}
                when={item.savingFrom <= asOf ? t("review.now") : format.date(item.savingFrom)}
                money={t("today.perDay", { money: format.money(item.savingPerDayMicro, item.currency) })}
              />
            ))}
          </tbody>
        </table>
      )}
    </PanelFrame>
  );
}

import { useTranslation } from "react-i18next";
import type { TodayChange, TodayView } from "../../../db/model/board-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { TodayLine } from "./TodayLine.tsx";

/** What changed on the board since yesterday, the most money first; for who sees none, that something moved and not how. */
export function ChangesPanel({ view }: { view: TodayView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesPrices = useSeesPrices();
  return (
    <PanelFrame
      title={t("today.changes")}
      note={view.changes.length > 0 ? format.count(view.changes.length) : undefined}
    >
      {view.changes.length === 0 ? (
        <p className="panel-empty">{t("today.changesNone", { time: format.dateTime(view.changesFrom) })}</p>
      ) : (
        <table className="plain today-lines">
          <tbody>
            {view.changes.map((change) => (
              <TodayLine
                key={`${change.kind} ${change.poolId}`}
                mark={<Arrow change={change} seesPrices={seesPrices} />}
                what={<ChangeText change={change} view={view} />}
                where={<PoolLink id={change.poolId} />}
                when={format.dateTime(change.at)}
                money={
                  change.perDayMicro === null
                    ? t("today.unpriced")
                    : t("today.perDay", { money: format.money(change.perDayMicro, view.currency) })
                }
              />
            ))}
          </tbody>
        </table>
      )}
    </PanelFrame>
  );
}

/** Up is more money, down is less; the figure beside it says how much. */
function Arrow({ change: { kind, perDayMicro }, seesPrices }: { change: TodayChange; seesPrices: boolean }) {
  if (!seesPrices && (kind === "price" || kind === "waste")) return <span aria-hidden>⇄</span>;
  const isLess = kind === "cards_gone" || (perDayMicro ?? "").startsWith("-");
  return <span aria-hidden>{kind === "tier" ? "⇄" : isLess ? "▼" : "▲"}</span>;
}

function ChangeText({ change, view }: { change: TodayChange; view: TodayView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesPrices = useSeesPrices();
  const { kind, values } = change;
  if (!seesPrices && (kind === "price" || kind === "waste")) return t(`today.change.${kind}WithoutMoney`);
  const money = (key: string): string =>
    format.money(typeof values[key] === "string" ? values[key] : null, view.currency);
  const number = (key: string): number | null => (typeof values[key] === "number" ? values[key] : null);
  switch (kind) {
    case "tier":
      return t("today.change.tier", { from: values["from"], to: values["to"], cards: format.decimal(number("cards")) });
    case "price":
      return t("today.change.price", {
        before: money("before"),
        now: money("now"),
        ratio: format.percent(number("ratio")),
        cards: format.decimal(number("cards")),
      });
    case "waste":
      return t("today.change.waste", { before: money("before"), now: money("now") });
    default:
      return t(`today.change.${kind}`, { count: number("cards") ?? 0 });
  }
}

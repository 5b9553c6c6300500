import { Link } from "@tanstack/react-router";
import { IconArrowDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deltaOf, shareOf } from "../../../db/model/board-delta.ts";
import type { BoardSum } from "../../../db/model/board-groups.ts";
import type { BoardView as Board } from "../../../db/model/board-views.ts";
import { type MicroText, microOf } from "../../../db/model/money.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { changeText, countChangeText } from "../../lib/change-text.ts";
import type { Compared } from "../../lib/compared.ts";
import { coverageOf } from "../../lib/fleet.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import { isUnpriced } from "../pivot/pivot-rows.ts";

/**
 * The scope in one line: a funnel from what was delivered to what works, each with its share of the one before, then what
 * it costs and what of that is wasted for who sees money, and how much of it was seen. `compared` null = nothing is, or nothing was recorded.
 */
export function KpiStrip(props: {
  sum: BoardSum;
  compared: Compared | null;
  board: Board;
  view: BoardView;
  targets: { readonly total: number; readonly down: number } | null; // null = of a past moment
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesPrices = useSeesPrices();
  const { sum, compared, board } = props;
  const before = compared?.sum ?? null;
  const { cardCounts: cards, money } = sum;
  const delta = before === null ? null : deltaOf(sum, before);
  const coverage = coverageOf(sum.day);
  const then = before === null ? null : coverageOf(before.day);
  const of = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  const { against } = props.view;
  const asked = against !== null;
  const hours =
    compared === null
      ? ""
      : t("kpi.sameHours", { from: format.dateTime(compared.from), to: format.dateTime(compared.to) });
  const priced =
    compared === null ? null : { ...compared.priced, delta: deltaOf(compared.priced.now, compared.priced.before) };
  const cardChange = (n: number | undefined) =>
    asked && (
      <Change text={countChangeText(n ?? null, lang)} isKnown={n !== undefined} against={against} title={hours} />
    );
  const moneyChange = (ratio: number | null) =>
    asked && <Change text={changeText(ratio, lang)} isKnown={ratio !== null} against={against} title={hours} />;
  const unpriced = money.unpricedMs > 0 && (
    <span className="kpi-note kpi-unpriced">
      {t("kpi.unpriced", { hours: format.count(Math.round(money.unpricedMs / HOUR_MS)) })}
    </span>
  );
  const estimated = money.isEstimate === true && !isUnpriced(sum) && (
    <span className="kpi-note" title={t("ledger.estimate.book")}>
      {t("ledger.estimate.bookShort")}
    </span>
  );
  const amount = (micro: MicroText | null) =>
    isUnpriced(sum) ? (
      <strong className="kpi-none">{t("kpi.unpricedWord")}</strong>
    ) : (
      <strong title={format.money(micro, board.currency)}>{format.moneyCompact(micro, board.currency)}</strong>
    );
  return (
    <ul className={seesPrices ? "kpis" : "kpis kpis-plain"} aria-label={t("kpi.label")}>
      <Kpi name={t("kpi.delivered")} figure={<strong>{format.count(cards.delivered)}</strong>}>
        <span className="kpi-note">
          {cards.declared === null
            ? t("kpi.notDeclared")
            : cards.missing > 0 || cards.ghost > 0
              ? t("kpi.missing", { missing: format.count(cards.missing), ghost: format.count(cards.ghost) })
              : t("kpi.declared", { declared: format.count(cards.declared) })}
        </span>
        {cardChange(delta?.delivered)}
      </Kpi>
      <Kpi name={t("kpi.healthy")} figure={<strong>{format.count(cards.healthy)}</strong>}>
        <Of text={t("kpi.ofDelivered", { share: format.coverage(of(cards.healthy, cards.delivered)) })} />
        {cardChange(delta?.healthy)}
      </Kpi>
      <Kpi name={t("kpi.held")} figure={<strong>{format.count(cards.held)}</strong>}>
        <Of text={t("kpi.ofHealthy", { share: format.percent(of(cards.held, cards.healthy)) })} />
        {cardChange(delta?.held)}
      </Kpi>
      <Kpi name={t("kpi.busy")} figure={<strong>{format.count(cards.busy)}</strong>}>
        <Of text={t("kpi.ofHeld", { share: format.percent(of(cards.busy, cards.held)) })} />
        {cardChange(delta?.busy)}
      </Kpi>
      {seesPrices && (
        <>
          <Kpi name={t("kpi.cost")} figure={amount(money.costMicro)}>
            {unpriced}
            {estimated}
            {moneyChange(priced === null ? null : shareOf(priced.delta.costMicro, priced.before.money.costMicro))}
          </Kpi>
          <Kpi name={t("kpi.waste")} figure={amount(money.idleMicro)}>
            {!isUnpriced(sum) && (
              <span className="kpi-note">
                {t("kpi.wasteOf", { share: format.percent(shareOf(money.idleMicro, money.costMicro)) })}
                {isSome(money.sunkIdleMicro) &&
                  ` · ${t("kpi.sunk", { amount: format.moneyCompact(money.sunkIdleMicro, board.currency) })}`}
              </span>
            )}
            {estimated}
            {moneyChange(priced === null ? null : shareOf(priced.delta.idleMicro, priced.before.money.idleMicro))}
          </Kpi>
        </>
      )}
      <Kpi
        name={t("kpi.coverageName")}
        figure={
          <Link to="/patrol/coverage" aria-label={`${t("kpi.coverageName")}: ${format.coverage(coverage)}`}>
            <strong>{format.coverage(coverage)}</strong>
          </Link>
        }
      >
        {props.targets !== null && (
          <Link to="/sources" className={props.targets.down > 0 ? "kpi-note kpi-down" : "kpi-note"}>
            {t("kpi.targetsDown", { count: props.targets.down, total: format.count(props.targets.total) })}
          </Link>
        )}
        {moneyChange(coverage === null || then === null ? null : coverage - then)}
      </Kpi>
    </ul>
  );
}

function Kpi({ name, figure, children }: { name: string; figure: ReactNode; children: ReactNode }) {
  return (
    <li className="kpi">
      <span className="kpi-name">{name}</span>
      {figure}
      {children}
    </li>
  );
}

/** The share of the figure before it in the funnel. */
function Of({ text }: { text: string }) {
  return (
    <span className="kpi-note">
      <IconArrowDown size={11} className="kpi-of" aria-hidden />
      {text}
    </span>
  );
}

function Change(props: { text: string; isKnown: boolean; against: BoardView["against"]; title: string }) {
  const { t } = useTranslation();
  if (!props.isKnown || props.against === null) return <span className="kpi-change">{t("kpi.noCompare")}</span>;
  return (
    <span className="kpi-change" title={props.title}>
      {t(`kpi.against.${props.against}`, { change: props.text })}
    </span>
  );
}

const isSome = (micro: MicroText | null): boolean => micro !== null && microOf(micro) > 0n;

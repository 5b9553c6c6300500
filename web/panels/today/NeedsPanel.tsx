import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TodayNeed, TodayView } from "../../../db/model/board-views.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { Status } from "../../parts/Status.tsx";
import { TodayLine } from "./TodayLine.tsx";

const SHOWN = 8;
const STATUS = {
  fault: "critical",
  card_gone: "critical",
  source_down: "unknown",
  unpriced: "warning",
  no_rate: "warning",
} as const satisfies Record<TodayNeed["kind"], string>;

/** What needs a person now, the dearest first. */
export function NeedsPanel({ view }: { view: TodayView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const [all, setAll] = useState(false);
  const shown = all ? view.needs : view.needs.slice(0, SHOWN);
  const hidden = view.needs.length - shown.length;
  return (
    <PanelFrame title={t("today.needs")} note={view.needs.length > 0 ? format.count(view.needs.length) : undefined}>
      {view.needs.length === 0 ? (
        <p className="panel-empty">{t("today.needsNone")}</p>
      ) : (
        <table className="plain today-lines">
          <tbody>
            {shown.map((need) => (
              <TodayLine
                key={`${need.kind} ${need.poolId} ${need.node} ${String(need.values["source"])}`}
                mark={<Status status={STATUS[need.kind]} />}
                what={<NeedText need={need} />}
                where={need.poolId === null ? NOT_SAID_TEXT : <PoolLink id={need.poolId} />}
                when={
                  need.since !== null && (
                    <span title={format.dateTime(need.since)}>
                      {t("today.since", { time: format.ago(need.since, now) })}
                    </span>
                  )
                }
                money={
                  need.perHourMicro !== null &&
                  t("today.perHour", { money: format.money(need.perHourMicro, view.currency) })
                }
              />
            ))}
          </tbody>
        </table>
      )}
      {hidden > 0 && (
        <button type="button" className="button today-more" onClick={() => setAll(true)}>
          {t("today.more", { count: hidden })}
        </button>
      )}
    </PanelFrame>
  );
}

function NeedText({ need }: { need: TodayNeed }) {
  const { t } = useTranslation();
  const isNeverRead = need.kind === "source_down" && need.cards === 0; // not "no cards": nobody knows how many
  return t(isNeverRead ? "today.need.source_never" : `today.need.${need.kind}`, {
    count: isNeverRead ? Number(need.values["targets"] ?? 0) : need.cards,
    node: need.node === "" ? t("today.noNode") : need.node,
    source: need.values["source"],
    pools: t("today.pools", { count: Number(need.values["pools"] ?? 0) }),
    targets: t("today.targets", { count: Number(need.values["targets"] ?? 0) }),
  });
}

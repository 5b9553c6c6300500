import { useTranslation } from "react-i18next";
import type { BoardPool } from "../../../db/model/board-views.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { StateWord } from "../../parts/StateMark.tsx";
import { TierMark } from "../../parts/TierChip.tsx";

/** What a mark on the wall stands for, in a few lines. */
export function WallTip({ row, pool, isPast }: { row: CardRow; pool: BoardPool | undefined; isPast: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const place = [pool?.vendor, pool?.region, pool?.zone].filter(Boolean).join(" / ");
  const facts: [string, string][] = [
    [t("fact.node"), [row.node, row.position].filter(Boolean).join(" · ")],
    [t("fact.model"), pool?.model ?? ""],
    [t("cards.column.place"), place],
    [t("fact.billing"), pool === undefined ? "" : t(`billing.${pool.billing}`)],
    [t("reading.util"), format.percent(row.utilRatio)],
    ...(isPast
      ? []
      : ([
          [t("card.holder"), row.holder],
          [t("cards.column.since"), format.ago(row.since, now)],
        ] as [string, string][])),
  ];
  return (
    <>
      <p className="wall-tip-head">
        <StateWord state={row.state} />
        {pool !== undefined && <TierMark tier={pool.tier.tier} />}
        <span className="mono">{row.uuid.replace(/^(GPU|NPU)-/, "").slice(0, 13)}</span>
      </p>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === "" ? NOT_SAID_TEXT : value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

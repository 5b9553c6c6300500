import { useTranslation } from "react-i18next";
import type { MicroText } from "../../../db/model/money.ts";
import type { UsageEffect } from "../../../db/model/usage-views.ts";
import { quantity } from "../../lib/quantity.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";

/** What units and money of each feature become when a file is taken. */
export function UnitsEffect({ effects }: { effects: readonly UsageEffect[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesMoney = useSeesMoney();
  const units = (micro: MicroText | null) => (micro === null ? t("usage.file.said") : quantity(micro, lang));
  return (
    <section className="import-effect mapping-effect" aria-label={t("usage.file.effect")}>
      <h3>{t("usage.file.effect")}</h3>
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("usage.file.effect")}>
        <table className="plain" aria-label={t("usage.file.effect")}>
          <thead>
            <tr>
              <th>{t("usage.feature")}</th>
              <th className="num">{t("usage.file.effectUnits")}</th>
              {seesMoney && <th className="num">{t("usage.file.effectMoney")}</th>}
              <th className="num">{t("usage.file.effectRows")}</th>
            </tr>
          </thead>
          <tbody>
            {effects.map((effect) => (
              <tr key={effect.feature}>
                <td className="mapping-name">
                  <bdi>{effect.feature}</bdi>
                </td>
                <td className="num">{`${units(effect.okBeforeMicro)} → ${units(effect.okAfterMicro)}`}</td>
                {seesMoney && (
                  <td className="num">
                    {effect.money.map(({ currency, before, after }) => (
                      <div key={currency}>{`${format.money(before, currency)} → ${format.money(after, currency)}`}</div>
                    ))}
                  </td>
                )}
                <td className="num">
                  {[effect.added, effect.replaced, effect.unchanged].map((count) => format.count(count)).join(" / ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

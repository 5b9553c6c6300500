import { useTranslation } from "react-i18next";
import { microOf, type MicroText } from "../../../db/model/money.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolName } from "../../parts/PoolName.tsx";
import { TierChip } from "../../parts/TierChip.tsx";
import type { Outputs } from "../../trpc.ts";

type Page = Outputs["board"]["pool"];

/** Where the same card model could be had instead, cheapest first; for who sees no prices the better tier first. */
export function OffersPanel({ page }: { page: Page }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesMoney = useSeesMoney();
  const { pool, currency } = page;
  const offers = seesMoney ? page.offers : page.offers.toSorted((a, b) => a.tier.tier - b.tier.tier || a.id - b.id);
  return (
    <PanelFrame title={t("poolPage.offers.title", { model: pool.model })}>
      {offers.length === 0 ? (
        <p className="panel-empty">{t("poolPage.offers.none", { model: pool.model })}</p>
      ) : (
        <div
          className="groups-scroll"
          tabIndex={0}
          role="region"
          aria-label={t("poolPage.offers.title", { model: pool.model })}
        >
          <table className="plain">
            <thead>
              <tr>
                <th>{t("poolPage.offers.pool")}</th>
                <th>{t("poolPage.offers.tier")}</th>
                {seesMoney && (
                  <>
                    <th className="num">{t("poolPage.offers.price")}</th>
                    <th className="num">{t("poolPage.offers.against")}</th>
                    <th className="num">{t("poolPage.offers.effective")}</th>
                  </>
                )}
                <th className="num">{t("poolPage.offers.delivered")}</th>
                <th className="num">{t("poolPage.offers.free")}</th>
              </tr>
            </thead>
            <tbody>
              {offers.map((offer) => (
                <tr key={offer.id}>
                  <td>
                    <PoolName pool={offer} />
                  </td>
                  <td>
                    <TierChip verdict={offer.tier} />
                  </td>
                  {seesMoney && (
                    <>
                      <td className="num">{unitPrice(offer.tier.hourlyMicro, currency, lang)}</td>
                      <td className="num">
                        <Against here={pool.tier.hourlyMicro} there={offer.tier.hourlyMicro} />
                      </td>
                      <td className="num">{unitPrice(offer.tier.effectiveMicro, currency, lang)}</td>
                    </>
                  )}
                  <td className="num">{format.count(offer.cardCounts.delivered)}</td>
                  <td className="num">{format.count(offer.counts.free)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

/** How much cheaper or dearer an hour is there; nothing where either price is not known. */
function Against({ here, there }: { here: MicroText | null; there: MicroText | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (here === null || there === null || microOf(here) === 0n) return "–";
  const share = Number(((microOf(there) - microOf(here)) * 10_000n) / microOf(here)) / 10_000;
  if (share === 0) return t("poolPage.offers.same");
  return share < 0
    ? t("poolPage.offers.cheaper", { share: format.percent(-share) })
    : t("poolPage.offers.dearer", { share: format.percent(share) });
}

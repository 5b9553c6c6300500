import { useTranslation } from "react-i18next";
import type { TierEvent } from "../../../db/model/tier.ts";
import { useTierWords } from "../../lib/tier-words.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Said } from "../../parts/Said.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import type { Outputs } from "../../trpc.ts";

/** Which tier the pool was in since when, and why, newest first. */
export function TierHistory({ page }: { page: Outputs["board"]["pool"] }) {
  const { t } = useTranslation();
  const { tiers } = page;
  return (
    <PanelFrame title={t("poolPage.tiers.title")}>
      {tiers === null && <p className="panel-empty">{t("poolPage.tiers.empty")}</p>}
      {tiers !== null && tiers.length === 0 && <p className="panel-empty">{t("poolPage.tiers.none")}</p>}
      {tiers !== null && tiers.length > 0 && (
        <ol className="tier-events">
          {tiers.map((event) => (
            <Line key={event.at} event={event} verdict={page.pool.tier} />
          ))}
        </ol>
      )}
    </PanelFrame>
  );
}

function Line({ event, verdict }: { event: TierEvent; verdict: Outputs["board"]["pool"]["pool"]["tier"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const words = useTierWords();
  const then = { ...verdict, currency: event.currency };
  return (
    <li>
      <time dateTime={new Date(event.at).toISOString()}>{format.dateTime(event.at)}</time>
      <span className="state-word">
        {event.fromTier === null ? (
          <span className="muted">{t("poolPage.tiers.first")}</span>
        ) : (
          <TierMark tier={event.fromTier} />
        )}
        <span aria-hidden>→</span>
        <TierMark tier={event.toTier} />
      </span>
      {event.hourlyMicro !== null && <span>{unitPrice(event.hourlyMicro, event.currency, lang)}</span>}
      {event.reasons.map((reason) => (
        <span key={reason.key} className="muted">
          <Said text={words.reason(reason, then)} />
        </span>
      ))}
    </li>
  );
}

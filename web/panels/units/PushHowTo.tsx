import { useTranslation } from "react-i18next";
import { HOUR_MS } from "../../../db/model/time.ts";
import { browserClock } from "../../lib/clock.ts";
import { priceDate } from "../../lib/price-date.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import type { UnitFeatures } from "./use-features.ts";

/** How a program says what it produced: a request to copy, with a feature of this installation in it. */
export function PushHowTo({ features, feature }: { features: UnitFeatures; feature: string | null }) {
  const { t } = useTranslation();
  const key = feature ?? features.list.find(({ isArchived }) => !isArchived)?.key ?? "chat-assist";
  const hour = Math.floor(browserClock.now() / HOUR_MS) * HOUR_MS;
  const at = (instant: number) => fullHour(priceDate(instant, features.zone));
  const text = pushExample(key, at(hour - HOUR_MS), at(hour));
  return (
    <PanelFrame
      title={t("usage.push.title")}
      note={t("usage.push.lead")}
      actions={<CopyText text={text} label={t("usage.push.copy")} done={t("usage.push.copied")} />}
    >
      <pre className="yaml-text" tabIndex={0} role="region" aria-label={t("usage.push.label")}>
        {text}
      </pre>
      <p className="mapping-keys muted">{t("usage.push.token")}</p>
    </PanelFrame>
  );
}

const fullHour = (text: string): string => (text.length === 10 ? `${text} 00:00` : text);

function pushExample(feature: string, from: string, to: string): string {
  const line = { feature, from, to, ok: 12_840, failed: 31, revenue: "256.80", currency: "CNY" };
  return [
    `curl -sS ${window.location.origin}/api/v1/usage \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -H 'Idempotency-Key: ${feature}-${from.replace(" ", "T")}' \\`,
    `  -d '${JSON.stringify({ lines: [line] })}'`,
  ].join("\n");
}

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { CARD_FIELDS } from "../../db/model/card-fields.ts";
import { CARD_EVENT_KINDS } from "../../db/model/events.ts";
import { DERIVED_SIGNALS, HEALTH_FIELDS } from "../../db/model/health.ts";
import { spanText } from "./span-text.ts";
import { useFormat } from "./use-format.ts";

export type SignalText = {
  readonly name: (signal: string) => string; // as it was said, where nobody knows it
  readonly value: (signal: string, value: number | null) => string;
};

const HOUR_S = 3_600;

/** What rules about nodes, clusters, jobs, sources and money read: no field of a card. */
export const WIDER_SIGNALS = [
  "cardsLive",
  "exporterUp",
  "nodeReady",
  "inKubernetes",
  "kubeCapacity",
  "cardsSilent",
  "nodesNotReady",
  "cardsStill",
  "busyShare",
  "reason",
  "sourceDownMs",
  "sourceSlowMs",
  "sourceStaleMs",
  "promql",
  "waste_per_day",
  "budget_pace",
  "margin",
  "outside",
] as const;

/** What is told as yes or no, and what as a share. */
const FLAGS: ReadonlySet<string> = new Set([
  "exporterUp",
  "nodeReady",
  "inKubernetes",
  "networkUp",
  "opticalUp",
  "linkUp",
  "npuHealthy",
  "rowRemapPending",
  "rowRemapFailed",
  "sramThresholdExceeded",
]);
/** Hidden from who may not see money, shares too. */
const OF_MONEY: ReadonlySet<string> = new Set(["waste_per_day", "budget_pace", "margin"]);
const SHARES: ReadonlySet<string> = new Set(["cardsStill", "busyShare", "budget_pace", "margin"]);

/** What a rule read, named and with its unit. */
export function useSignalText(): SignalText {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const health = [...HEALTH_FIELDS.map((field) => field.name), ...DERIVED_SIGNALS, ...WIDER_SIGNALS];
    return {
      name: (signal) => {
        const said = CARD_FIELDS.find((field) => field.name === signal);
        if (said !== undefined) return t(`cardPage.said.names.${said.name}`);
        const known = health.find((name) => name === signal);
        if (known !== undefined) return t(`alerts.signal.${known}`);
        const event = CARD_EVENT_KINDS.find((kind) => kind === signal);
        return event === undefined ? signal : t(`alerts.eventName.${event}`);
      },
      value: (signal, value) => {
        if (value === null) return OF_MONEY.has(signal) ? format.noAmount : format.decimal(null);
        if (FLAGS.has(signal) && (value === 0 || value === 1)) return t(value === 1 ? "alerts.yes" : "alerts.no");
        if (signal.endsWith("Ratio") || SHARES.has(signal)) return format.percent(value);
        if (signal.endsWith("Celsius")) return format.celsius(value);
        if (signal.endsWith("Watts")) return format.watts(value);
        if (signal.endsWith("BytesPerSecond")) return `${format.decimal(value / 1e6, 1)} MB/s`;
        if (signal.endsWith("Bytes")) return format.bytes(value);
        if (signal.endsWith("Ms")) return spanText(value, t);
        if (signal.endsWith("Seconds"))
          return value >= HOUR_S ? spanText(value * 1_000, t) : `${format.decimal(value, 1)} s`;
        if (signal.endsWith("Hz")) return `${format.decimal(value / 1e6)} MHz`;
        return format.decimal(value, Number.isInteger(value) ? 0 : 2);
      },
    };
  }, [t, format]);
}

import { useTranslation } from "react-i18next";
import { CARD_FIELDS, type CardField } from "../../../db/model/card-fields.ts";
import type { Format } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

const MEGA = 1_000_000;
const WH = 3_600;

/** Everything the last reading said, clocks and counters among it: what no stored step keeps. */
export function CardSaid({ said }: { said: Readonly<Partial<Record<CardField, number>>> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fields = CARD_FIELDS.filter(({ name }) => said[name] !== undefined);
  return (
    <PanelFrame title={t("cardPage.said.title")}>
      {fields.length === 0 ? (
        <p className="panel-empty">{t("cardPage.said.none")}</p>
      ) : (
        <dl className="said">
          {fields.map(({ name }) => (
            <div key={name}>
              <dt>{t(`cardPage.said.names.${name}`)}</dt>
              <dd>{textOf(name, said[name] ?? 0, format, [t("cardPage.said.no"), t("cardPage.said.yes")])}</dd>
            </div>
          ))}
        </dl>
      )}
    </PanelFrame>
  );
}

function textOf(name: CardField, value: number, format: Format, noYes: readonly [string, string]): string {
  if (name.endsWith("Ratio")) return format.percent(value);
  if (name.endsWith("BytesPerSecond")) return `${format.decimal(value / MEGA, 1)} MB/s`;
  if (name.endsWith("Bytes")) return format.bytes(value);
  if (name.endsWith("Celsius")) return format.celsius(value);
  if (name.endsWith("Seconds")) return `${format.decimal(value, 1)} s`;
  switch (name) {
    case "powerWatts":
      return format.watts(value);
    case "smClockHz":
      return `${format.decimal(value / MEGA)} MHz`;
    case "energyJoules":
      return `${format.decimal(value / WH / 1_000, 1)} kWh`;
    case "rowRemapPending":
    case "rowRemapFailed":
    case "linkUp":
      return noYes[value > 0 ? 1 : 0] ?? "";
    case "xidCode":
    case "npuErrorCode":
    case "npuHealthy":
      return String(value);
    default:
      return format.count(value);
  }
}

import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { useLiveStatus } from "../live/live-fleet.ts";

/** "as of 09:41:15 (+08:00)" with the state of the live connection. */
export function AsOf({ at }: { at?: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { link, asOf } = useLiveStatus();
  const when = at ?? asOf;
  return (
    <span className="as-of">
      {when !== null && t("head.asOf", { time: format.time(when), offset: format.offset(when) })}
      <span className={`live live-${link}`}>{t(`head.live.${link}`)}</span>
    </span>
  );
}

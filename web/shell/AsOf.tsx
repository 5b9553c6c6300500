import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { useLiveStatus } from "../live/live-fleet.ts";
import { useStale } from "../live/use-stale.ts";

/** "as of 09:41:15 (+08:00)" with the state of the live connection. */
export function AsOf({ at }: { at?: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { link, asOf } = useLiveStatus();
  const when = at ?? asOf;
  const shown = useStale()?.because === "old" ? "old" : link;
  return (
    <span className="as-of">
      {when !== null && t("head.asOf", { time: format.time(when), offset: format.offset(when) })}
      <span className={`live live-${shown}`}>{t(`head.live.${shown}`)}</span>
    </span>
  );
}

import { useTranslation } from "react-i18next";
import type { EngineTrouble } from "../../../db/model/alert-views.ts";
import { useFormat } from "../../lib/use-format.ts";

/** Why what is listed must not be trusted just now, and the way out. */
export function EngineNotice({ trouble }: { trouble: EngineTrouble | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (trouble === null) return null;
  const { kind, since } = trouble;
  return (
    <div className={kind === "not_yet" ? "notice engine-notice" : "notice notice-error"} role="status">
      <p className="notice-title">{t(`alerts.trouble.${kind}.title`)}</p>
      <p>
        {since !== null && t("alerts.trouble.since", { time: format.dateTime(since) })}{" "}
        {t(`alerts.trouble.${kind}.says`)}
      </p>
      <p>{t(`alerts.trouble.${kind}.fix`)}</p>
    </div>
  );
}

import { useTranslation } from "react-i18next";
import type { CollectFault } from "../../../db/model/coverage.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";

/** A failure in words: what kind, what was said, when, and what to do. The said part is the other side's text: never markup. */
export function FaultText({ fault, error, at }: { fault: CollectFault | null; error: string; at: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  if (fault === null && error === "") return <span className="muted">{t("sources.noError")}</span>;
  return (
    <div className="fault">
      <p>
        {fault !== null && <strong>{t(`fault.${fault}.name`)}</strong>}{" "}
        {at !== null && (
          <span className="muted" title={format.dateTime(at)}>
            {format.ago(at, now)}
          </span>
        )}
      </p>
      {error !== "" && (
        <p className="fault-said" title={error.slice(0, 512)}>
          {error.slice(0, 512)}
        </p>
      )}
      {fault !== null && <p className="fault-fix">{t(`fault.${fault}.fix`)}</p>}
    </div>
  );
}

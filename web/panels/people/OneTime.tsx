import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OneTimeLink } from "../../../db/model/access-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { CopyText } from "../../parts/CopyText.tsx";

/** A link that is shown once: whoever made it hands it over. */
export function OneTime({ link }: { link: OneTimeLink }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="notice one-time" role="status">
      <p className="notice-title">{t("people.link.title")}</p>
      <p>{t("people.link.says", { time: format.dateTime(link.expiresAt) })}</p>
      <TextInput
        size="xs"
        className="mono-field"
        label={t("people.link.label")}
        readOnly
        value={link.url}
        onFocus={(event) => event.currentTarget.select()}
        rightSection={<CopyText text={link.url} label={t("people.link.copy")} done={t("people.link.copied")} />}
      />
    </div>
  );
}

import { Button, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyText } from "../../parts/CopyText.tsx";

/** The token, shown this once, and a line to try it with. */
export function TokenMade({ secret, pushes, onClose }: { secret: string; pushes: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const at = window.location.origin;
  const line = pushes
    ? `curl -X POST ${at}/api/v1/kmsg -H "authorization: Bearer $TOKEN" -H "content-type: application/json" -d '{"node": "gpu-1", "lines": ["…"]}'`
    : `curl ${at}/api/trpc/fleet.summary -H "authorization: Bearer $TOKEN"`;
  return (
    <div className="notice one-time" role="status">
      <p className="notice-title">{t("tokens.made.title")}</p>
      <p>{t("tokens.made.says")}</p>
      <TextInput
        size="xs"
        className="mono-field"
        label={t("tokens.made.label")}
        readOnly
        value={secret}
        onFocus={(event) => event.currentTarget.select()}
        rightSection={<CopyText text={secret} label={t("tokens.made.copy")} done={t("tokens.made.copied")} />}
      />
      <p>{t("tokens.made.try")}</p>
      <pre className="token-try">{line}</pre>
      <Button size="xs" onClick={onClose}>
        {t("tokens.made.done")}
      </Button>
    </div>
  );
}

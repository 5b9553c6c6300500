import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { type Outputs, trpc } from "../../trpc.ts";

/** The newest row and its hash, when the record was last checked, and the button that checks it. */
export function AuditHead(props: { head: Outputs["audit"]["page"]["head"]; onChecked: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { head } = props;
  const mayVerify = useMay("audit.see");
  const verify = useMutation(trpc.audit.verify.mutationOptions({ onSettled: props.onChecked }));
  if (head === null) return null;
  return (
    <section className="panel audit-head" aria-label={t("audit.head")}>
      <p>
        <span className="muted">{t("audit.head")}</span>{" "}
        {t("audit.headSays", { seq: format.count(head.seq), hash: shortHash(head.hash) })}
        <CopyText text={`${head.seq} ${head.hash}`} label={t("audit.copyHash")} done={t("panel.copied")} />
      </p>
      <p className="muted">
        {head.checkedAt === null
          ? t("audit.notChecked")
          : t("audit.checkedAt", { time: format.dateTime(head.checkedAt) })}
      </p>
      {mayVerify && (
        <Button size="compact-sm" variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t("audit.verify.act")}
        </Button>
      )}
      <p role="status" className="audit-check">
        {verify.isPending && <span className="muted">{t("audit.verify.busy")}</span>}
        {!verify.isPending && verify.data?.ok === true && (
          <>
            <span aria-hidden className="mark-ok">
              ●{" "}
            </span>
            {t("audit.verify.ok", { count: verify.data.rows, formatted: format.count(verify.data.rows) })}
          </>
        )}
        {!verify.isPending && verify.data?.ok === false && (
          <strong>
            <span aria-hidden className="mark-critical">
              ■{" "}
            </span>
            {t("audit.verify.fault", { fault: verify.data.fault ?? "" })}
          </strong>
        )}
        {verify.error !== null && t("audit.verify.failed", { why: verify.error.message })}
      </p>
    </section>
  );
}

/** `h1:` and the first eight of its characters: what people compare by eye. */
const shortHash = (hash: string): string => `${hash.slice(0, 11)}…`;

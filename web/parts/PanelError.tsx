import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { errorIdOf, forbiddenRight, sinceOf } from "../trpc.ts";
import { CopyText } from "./CopyText.tsx";
import { Forbidden } from "./Forbidden.tsx";

/** What failed, since when, what still works, what to do, and an id to copy; or, where it is not for this reader, why. */
export function PanelError(props: {
  what: string;
  error: unknown;
  kept?: boolean; // older figures are still shown
  wholePage?: boolean; // nothing else of this page is there
  busy: boolean;
  onRetry: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const right = forbiddenRight(props.error);
  const rest = props.wholePage === true ? t("panel.errorOtherPages") : t("panel.errorWorks");
  const whatWorks = props.kept === true ? t("panel.errorKept") : rest;
  const id = errorIdOf(props.error);
  const message = props.error instanceof Error ? props.error.message.slice(0, 512) : "";
  if (right !== undefined) return <Forbidden what={props.what} right={right} />;
  return (
    <div className="notice notice-error" role="alert">
      <p className="notice-title">{t("panel.error", { what: props.what })}</p>
      {message !== "" && <p className="notice-said">{message}</p>}
      <p>
        {t("panel.errorSince", { time: format.time(sinceOf(props.error)) })} {whatWorks}
      </p>
      <div className="notice-row">
        <Button size="xs" variant="default" onClick={props.onRetry} disabled={props.busy}>
          {props.busy ? t("panel.retrying") : t("panel.retry")}
        </Button>
        {id !== "" && (
          <span className="notice-id">
            {t("panel.errorId")} <code>{id}</code>
            <CopyText text={id} label={t("panel.copyId")} done={t("panel.copied")} />
          </span>
        )}
      </div>
    </div>
  );
}

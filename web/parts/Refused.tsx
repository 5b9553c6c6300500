import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { approvalOf } from "../trpc.ts";

/**
 * Why a change was not made, beside the button that asked for it: a sentence of the page, or, where it waits for a second
 * person, that and the way there. Nothing without an error.
 */
export function Refused(props: { error: { readonly message: string } | null; says: (why: string) => ReactNode }) {
  const { error } = props;
  if (error === null) return null;
  const id = approvalOf(error);
  if (id !== null) return <Waits id={id} />;
  return (
    <p className="failed" role="alert">
      {props.says(error.message)}
    </p>
  );
}

/** A change is kept until somebody else agrees to it. No fault, and nothing to be done again: it ends its form. */
export function Waits({ id, onClose }: { id: number; onClose?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="notice waits" role="status">
      <p className="notice-title">{t("approvals.wait.title")}</p>
      <p>
        {t("approvals.wait.says")}{" "}
        <Link to="/approvals" search={{ id: String(id) }}>
          {t("approvals.wait.to", { id })}
        </Link>
      </p>
      {onClose !== undefined && (
        <Button size="xs" variant="default" onClick={onClose}>
          {t("approvals.wait.close")}
        </Button>
      )}
    </div>
  );
}

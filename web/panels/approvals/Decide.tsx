import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Outputs, trpc } from "../../trpc.ts";

type Approval = Outputs["approvals"]["list"][number];

/** Yes or no with a note, each asked once more. Offered by the server's own word: `mayDecide`. */
export function Decide({ row }: { row: Approval }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [sure, setSure] = useState<"approve" | "refuse" | null>(null);
  const onSettled = () => void queries.invalidateQueries(); // what was agreed to may have changed any figure
  const approve = useMutation(trpc.approvals.approve.mutationOptions({ onSettled }));
  const refuse = useMutation(trpc.approvals.refuse.mutationOptions({ onSettled }));
  const error = approve.error ?? refuse.error;
  const isBusy = approve.isPending || refuse.isPending;
  const decide = () => (sure === "approve" ? approve : refuse).mutate({ id: row.id, note: note.trim() });
  return (
    <>
      <div className="approval-act">
        <TextInput
          size="xs"
          label={t("approvals.note")}
          description={t("approvals.noteHint")}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {sure === null && (
          <>
            <Button size="xs" onClick={() => setSure("approve")}>
              {t("approvals.approve")}
            </Button>
            <Button size="xs" variant="default" onClick={() => setSure("refuse")}>
              {t("approvals.refuse")}
            </Button>
          </>
        )}
      </div>
      {sure !== null && (
        <div
          className="approval-act"
          role="alertdialog"
          aria-label={t(`approvals.sure.${sure}`, { name: row.askedBy })}
        >
          <span className="approval-said">{t(`approvals.sure.${sure}`, { name: row.askedBy })}</span>
          <Button size="xs" data-autofocus loading={isBusy} onClick={decide}>
            {t(`approvals.${sure}`)}
          </Button>
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => setSure(null)}>
            {t("approvals.cancel")}
          </Button>
        </div>
      )}
      {error !== null && (
        <p className="failed" role="alert">
          {t("approvals.failed", { why: error.message })}
        </p>
      )}
    </>
  );
}

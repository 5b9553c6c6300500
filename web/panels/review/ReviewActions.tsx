import { Button, Popover, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReviewItem, ReviewState } from "../../../db/model/board-views.ts";
import { trpc } from "../../trpc.ts";

/** What a person may do next with a piece of advice. Only steps that are allowed are offered. */
export function ReviewActions({ item }: { item: ReviewItem }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const step = useMutation(
    trpc.review.step.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.review.list.queryKey() }),
    }),
  );
  const go = (to: ReviewState, reason = "") => step.mutate({ id: item.id, to, reason });
  const isLive = item.state === "open" || item.state === "accepted";
  return (
    <>
      <div className="review-actions">
        {item.state === "open" && (
          <Button size="compact-sm" variant="default" loading={step.isPending} onClick={() => go("accepted")}>
            {t("review.accept")}
          </Button>
        )}
        {item.state === "accepted" && (
          <Button size="compact-sm" variant="default" loading={step.isPending} onClick={() => go("done")}>
            {t("review.done")}
          </Button>
        )}
        {isLive && <Dismiss busy={step.isPending} onDismiss={(reason) => go("dismissed", reason)} />}
        {(item.state === "dismissed" || item.state === "accepted") && (
          <Button size="compact-sm" variant="subtle" loading={step.isPending} onClick={() => go("open")}>
            {t("review.reopen")}
          </Button>
        )}
      </div>
      {step.error !== null && (
        <p className="review-failed" role="alert">
          {t("review.failed", { why: step.error.message })}
        </p>
      )}
    </>
  );
}

function Dismiss({ busy, onDismiss }: { busy: boolean; onDismiss: (reason: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const close = () => {
    setOpen(false);
    setReason("");
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      trapFocus
      returnFocus
      position="bottom-end"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button size="compact-sm" variant="subtle" loading={busy} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("review.dismiss")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("review.dismiss")}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onDismiss(reason);
            close();
          }}
        >
          <Textarea
            size="xs"
            w={280}
            label={t("review.reason")}
            description={t("review.reasonHint")}
            maxLength={500}
            required
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <div className="review-actions review-actions-end">
            <Button size="compact-sm" variant="subtle" onClick={close}>
              {t("review.cancel")}
            </Button>
            <Button size="compact-sm" type="submit" disabled={reason.trim() === ""}>
              {t("review.dismiss")}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { PasswordField } from "../access/PasswordField.tsx";

const NONE = { present: "", next: "" };

/** Another password; all other sessions end with it. */
export function PasswordPanel() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form, setForm] = useState(NONE);
  const change = useMutation(
    trpc.access.changePassword.mutationOptions({
      onSuccess: async () => {
        setForm(NONE);
        await queries.invalidateQueries({ queryKey: trpc.access.sessions.queryKey() });
      },
    }),
  );
  return (
    <PanelFrame title={t("account.password")}>
      <form
        className="mapping-form account-body"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(form);
        }}
      >
        <PasswordField
          label={t("account.present")}
          autoComplete="current-password"
          value={form.present}
          onChange={(present) => setForm({ ...form, present })}
        />
        <PasswordField
          label={t("access.newPassword")}
          hint={t("access.passwordRule")}
          autoComplete="new-password"
          value={form.next}
          onChange={(next) => setForm({ ...form, next })}
        />
        <Refused error={change.error} says={(why) => t("account.failedPassword", { why })} />
        <div>
          <Button size="xs" type="submit" loading={change.isPending}>
            {t("account.change")}
          </Button>
        </div>
        <p role="status">{change.isSuccess && t("account.changed")}</p>
      </form>
    </PanelFrame>
  );
}

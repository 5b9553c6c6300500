import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { OneTime } from "./OneTime.tsx";
import { type Rights, rightsFault, RightsFields } from "./RightsFields.tsx";

/** Somebody new: who, what they may, and then the link that lets them in. */
export function InviteForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [who, setWho] = useState({ name: "", email: "" });
  const [rights, setRights] = useState<Rights>({ roles: ["viewer"], teams: null });
  const invite = useMutation(
    trpc.access.invite.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.access.people.queryKey() }),
    }),
  );
  return (
    <Drawer title={t("people.form.inviteTitle")} onClose={onClose}>
      {invite.data !== undefined ? (
        <OneTime link={invite.data} />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            invite.mutate({
              ...who,
              roles: [...rights.roles],
              teams: rights.teams === null ? null : [...rights.teams],
            });
          }}
        >
          <TextInput
            size="xs"
            label={t("access.name")}
            required
            maxLength={100}
            value={who.name}
            onChange={(event) => setWho({ ...who, name: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            type="email"
            label={t("access.email")}
            required
            maxLength={254}
            value={who.email}
            onChange={(event) => setWho({ ...who, email: event.currentTarget.value })}
          />
          <RightsFields rights={rights} onChange={setRights} />
          <Refused error={invite.error} says={(why) => t("people.form.failed", { why })} />
          <Button size="xs" type="submit" loading={invite.isPending} disabled={rightsFault(rights) !== null}>
            {t("people.form.send")}
          </Button>
        </form>
      )}
    </Drawer>
  );
}

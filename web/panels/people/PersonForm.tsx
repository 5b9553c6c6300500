import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonView } from "../../../db/model/access-views.ts";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { OneTime } from "./OneTime.tsx";
import { type Rights, rightsFault, RightsFields } from "./RightsFields.tsx";

/** What one person may do, whether they may come in at all, and the ways to help or to stop them. */
export function PersonForm({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [rights, setRights] = useState<Rights>(person);
  const [isDisabled, setDisabled] = useState(person.isDisabled);
  const onSuccess = () => queries.invalidateQueries({ queryKey: trpc.access.people.queryKey() });
  const save = useMutation(trpc.access.setPerson.mutationOptions({ onSuccess }));
  const reset = useMutation(trpc.access.resetLink.mutationOptions({ onSuccess }));
  const end = useMutation(trpc.access.endSessionsOf.mutationOptions({ onSuccess }));
  const { id } = person;
  return (
    <Drawer title={person.name} note={<p className="muted person-email">{person.email}</p>} onClose={onClose}>
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          const teams = rights.teams === null ? null : [...rights.teams];
          save.mutate({ id, roles: [...rights.roles], teams, isDisabled });
        }}
      >
        <RightsFields rights={rights} onChange={setRights} />
        <Checkbox
          size="xs"
          label={t("people.form.disabled")}
          checked={isDisabled}
          onChange={(event) => setDisabled(event.currentTarget.checked)}
        />
        <p className="muted">{t("people.form.saves")}</p>
        <Refused error={save.error} says={(why) => t("people.form.failed", { why })} />
        <Button size="xs" type="submit" loading={save.isPending} disabled={rightsFault(rights) !== null}>
          {t("people.form.save")}
        </Button>
        <p role="status">{save.isSuccess && t("people.form.saved")}</p>
      </form>
      <div className="person-acts">
        <Button size="xs" variant="default" loading={reset.isPending} onClick={() => reset.mutate({ id })}>
          {t("people.form.reset")}
        </Button>
        <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate({ id })}>
          {t("people.form.endSessions")}
        </Button>
      </div>
      <Refused error={reset.error} says={(why) => t("people.form.failedLink", { why })} />
      <Refused error={end.error} says={(why) => t("people.form.failedEnd", { why })} />
      <p role="status">{end.isSuccess && t("people.form.endedSessions")}</p>
      {reset.data !== undefined && <OneTime link={reset.data} />}
    </Drawer>
  );
}

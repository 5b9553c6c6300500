import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Role, ROLES } from "../../../db/model/access.ts";
import { Lines } from "../../parts/Lines.tsx";

export type Rights = { readonly roles: readonly Role[]; readonly teams: readonly string[] | null };

/** Why these rights cannot be given as they stand, as a key of the catalogue; null = they can. */
export const rightsFault = ({ teams }: Rights): "people.form.noTeams" | null =>
  teams !== null && teams.length === 0 ? "people.form.noTeams" : null;

/** What somebody may do, and whose work they see. */
export function RightsFields({ rights, onChange }: { rights: Rights; onChange: (rights: Rights) => void }) {
  const { t } = useTranslation();
  const { roles, teams } = rights;
  const fault = rightsFault(rights);
  return (
    <>
      <fieldset className="rights">
        <legend>{t("people.form.roles")}</legend>
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            size="xs"
            label={t(`people.role.${role}`)}
            description={t(`people.roleSays.${role}`)}
            checked={roles.includes(role)}
            onChange={({ currentTarget: { checked } }) =>
              onChange({ ...rights, roles: ROLES.filter((one) => (one === role ? checked : roles.includes(one))) })
            }
          />
        ))}
      </fieldset>
      <Checkbox
        size="xs"
        label={t("people.form.teamsAll")}
        checked={teams === null}
        onChange={({ currentTarget: { checked } }) => onChange({ ...rights, teams: checked ? null : [] })}
      />
      {teams !== null && (
        <Lines
          label={t("people.form.teams")}
          hint={t("people.form.teamsHint")}
          error={fault === null ? null : t(fault)}
          lines={teams}
          onChange={(lines) => onChange({ ...rights, teams: lines })}
        />
      )}
    </>
  );
}

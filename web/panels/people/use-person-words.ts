import { useTranslation } from "react-i18next";
import type { PersonView } from "../../../db/model/access-views.ts";

/** What somebody is and how they come in, in the reader's words. */
export function usePersonWords() {
  const { t } = useTranslation();
  return {
    roles: ({ roles }: Pick<PersonView, "roles">): string =>
      roles.length === 0 ? t("people.noRoles") : roles.map((role) => t(`people.role.${role}`)).join(", "),
    teams: ({ teams }: Pick<PersonView, "teams">): string => (teams === null ? t("people.allTeams") : teams.join(", ")),
    ways: ({ ways }: Pick<PersonView, "ways">): string =>
      ways.length === 0
        ? t("people.way.none")
        : ways.map((way) => (way === "password" || way === "proxy" ? t(`people.way.${way}`) : way)).join(", "),
  };
}

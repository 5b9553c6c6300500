import { useTranslation } from "react-i18next";
import type { PersonView } from "../../../db/model/access-views.ts";
import { useLang } from "../../lib/use-format.ts";

/** What somebody is and how they come in, in the reader's words. */
export function usePersonWords() {
  const { t } = useTranslation();
  const between = useLang() === "zh" ? "、" : ", ";
  return {
    roles: ({ roles }: Pick<PersonView, "roles">): string =>
      roles.length === 0 ? t("people.noRoles") : roles.map((role) => t(`people.role.${role}`)).join(between),
    teams: ({ teams }: Pick<PersonView, "teams">): string =>
      teams === null ? t("people.allTeams") : teams.join(between),
    ways: ({ ways }: Pick<PersonView, "ways">): string =>
      ways.length === 0
        ? t("people.way.none")
        : ways.map((way) => (way === "password" || way === "proxy" ? t(`people.way.${way}`) : way)).join(between),
  };
}

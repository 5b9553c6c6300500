import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonView } from "../../../db/model/access-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { usePersonWords } from "./use-person-words.ts";

/** Everybody, by name. A name opens what they may. */
export function PeoplePanel(props: {
  people: readonly PersonView[];
  openId: string | null;
  onOpen: (id: string) => void;
  onInvite: () => void;
}) {
  const { t } = useTranslation();
  const words = usePersonWords();
  const [asked, setAsked] = useState("");
  const wanted = asked.trim().toLowerCase();
  const shown = props.people.filter((one) =>
    [one.name, one.email, words.roles(one), words.teams(one)].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <PanelFrame
      title={t("people.list")}
      note={String(shown.length)}
      actions={
        <Button size="compact-sm" onClick={props.onInvite}>
          {t("people.invite")}
        </Button>
      }
    >
      <div className="filters">
        <TextInput
          size="xs"
          className="people-search"
          data-filter
          aria-label={t("people.search")}
          placeholder={t("people.search")}
          value={asked}
          onChange={(event) => setAsked(event.currentTarget.value)}
        />
      </div>
      {shown.length === 0 ? (
        <p className="panel-empty">{t("people.none")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("people.list")}>
          <table className="plain">
            <thead>
              <tr>
                {(["name", "email", "roles", "teams", "ways", "seen", "state"] as const).map((column) => (
                  <th key={column}>{t(`people.column.${column}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((person) => (
                <Row key={person.id} person={person} isOpen={person.id === props.openId} onOpen={props.onOpen} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

const MARK = { in: ["●", "mark-ok"], invited: ["◌", "mark-unknown"], disabled: ["■", "muted"] } as const;

function Row({ person, isOpen, onOpen }: { person: PersonView; isOpen: boolean; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = usePersonWords();
  const state = person.isDisabled ? "disabled" : person.ways.length === 0 ? "invited" : "in";
  return (
    <tr className={isOpen ? "person-open" : person.isDisabled ? "rule-off" : undefined}>
      <th scope="row" className="person-name">
        <button type="button" className="link" aria-expanded={isOpen} onClick={() => onOpen(person.id)}>
          <bdi>{person.name}</bdi>
        </button>
      </th>
      <td className="person-name">
        <bdi>{person.email}</bdi>
      </td>
      <td>{words.roles(person)}</td>
      <td className="person-name">
        <bdi>{words.teams(person)}</bdi>
      </td>
      <td className="person-name">{words.ways(person)}</td>
      <td>{person.lastSeenAt === null ? t("people.never") : format.dateTime(person.lastSeenAt)}</td>
      <td className="person-state">
        <span aria-hidden className={MARK[state][1]}>
          {MARK[state][0]}{" "}
        </span>
        {t(`people.state.${state}`)}
      </td>
    </tr>
  );
}

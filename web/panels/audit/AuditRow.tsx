import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AuditRow as Row } from "../../../db/model/access-views.ts";
import { useActName } from "../../lib/use-act-name.ts";
import { useFormat } from "../../lib/use-format.ts";
import { AuditChanges } from "./AuditChanges.tsx";
import { OutcomeWord } from "./OutcomeWord.tsx";

/** One act; opened, what it changed. */
export function AuditRow({ row, isOpen, onOpen }: { row: Row; isOpen: boolean; onOpen: (isOpen: boolean) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actName = useActName();
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const name = actName(row.action);
  return (
    <>
      <tr className="clickable" onClick={() => onOpen(!isOpen)}>
        <td className="audit-time">
          <button
            type="button"
            className="link audit-open"
            aria-expanded={isOpen}
            title={t("audit.changes.show", { seq: row.seq })}
            onClick={(event) => {
              event.stopPropagation();
              onOpen(!isOpen);
            }}
          >
            <Chevron size={14} aria-hidden />
            <time dateTime={new Date(row.at).toISOString()}>{format.dateTime(row.at)}</time>
          </button>
        </td>
        <td className="audit-name">
          <bdi>{row.actor.name}</bdi>
          <small className="muted">{t(`audit.kind.${row.actor.kind}`)}</small>
        </td>
        <td className="audit-name">
          {name}
          {name !== row.action && <small className="mono muted">{row.action}</small>}
        </td>
        <td className="audit-said">
          <bdi>{row.object}</bdi>
        </td>
        <td>
          <OutcomeWord outcome={row.outcome} />
        </td>
        <td className="audit-said">
          <bdi>{row.reason}</bdi>
        </td>
        <td className="mono">{row.address}</td>
      </tr>
      {isOpen && (
        <tr className="audit-opened">
          <td colSpan={7}>
            <AuditChanges changes={row.changes} />
          </td>
        </tr>
      )}
    </>
  );
}

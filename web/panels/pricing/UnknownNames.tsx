import { useTranslation } from "react-i18next";
import type { UnknownName } from "../../../db/model/import-views.ts";
import { AliasPicker } from "./AliasPicker.tsx";

const SHOWN = 20;

/** Cards of a file that have no data sheet, each with the one choice that settles it. */
export function UnknownNames({ names, onDone }: { names: readonly UnknownName[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <details className="import-names">
      <summary>{`${t("imports.names")} (${names.length})`}</summary>
      <p className="muted">{t("imports.namesLead")}</p>
      <ul>
        {names.slice(0, SHOWN).map(({ written, rows }) => (
          <li key={written}>
            <span>{t("imports.name", { name: written, count: rows })}</span>
            <AliasPicker name={written} onDone={onDone} />
          </li>
        ))}
      </ul>
    </details>
  );
}

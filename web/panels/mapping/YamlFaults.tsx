import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { MappingFault, MappingPage } from "../../../db/model/mapping-views.ts";
import { useMappingWords } from "./use-mapping-words.ts";

const SHOWN = 50;

/** What is wrong with a features.yaml, each with its line and column; a click goes there. */
export function YamlFaults(props: {
  faults: readonly MappingFault[];
  field: RefObject<HTMLTextAreaElement | null>;
  page: MappingPage;
}) {
  const { t } = useTranslation();
  const words = useMappingWords(props.page);
  const { faults } = props;
  return (
    <div className="notice notice-error yaml-faults" role="alert">
      <p className="notice-title">{t("mapping.yaml.faults", { count: faults.length })}</p>
      <ol>
        {faults.slice(0, SHOWN).map((fault, i) => {
          const place = placeOf(fault.where);
          const where = place === null ? fault.where : t("mapping.yaml.where", place);
          return (
            <li key={i}>
              {place === null ? (
                <span>{where}</span>
              ) : (
                <button
                  type="button"
                  className="button button-small"
                  aria-label={t("mapping.yaml.goTo", { where })}
                  onClick={() => goTo(props.field.current, place)}
                >
                  {where}
                </button>
              )}{" "}
              {place !== null && place.path !== "" && <code>{place.path}</code>} <span>{words.sentence(fault)}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

type Place = { readonly line: number; readonly column: number; readonly path: string };

/** "line 14, column 7: rules[2].match.pod" */
function placeOf(where: string): Place | null {
  const [, line, column, path = ""] = /^line (\d+), column (\d+)(?:: (.*))?$/s.exec(where) ?? [];
  return line === undefined || column === undefined ? null : { line: Number(line), column: Number(column), path };
}

/** Puts the caret at a place and brings it into sight. */
function goTo(field: HTMLTextAreaElement | null, { line, column }: Place): void {
  if (field === null) return;
  const lines = field.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const end = before + (lines[line - 1]?.length ?? 0);
  field.focus();
  field.setSelectionRange(Math.min(before + column - 1, end), end);
  field.scrollTop = Math.max(0, (field.scrollHeight / Math.max(1, lines.length)) * (line - 4));
}

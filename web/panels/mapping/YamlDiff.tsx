import { useTranslation } from "react-i18next";
import type { CatalogueChange, CataloguePreview, MappingPage } from "../../../db/model/mapping-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { MappingEffect } from "./MappingEffect.tsx";

const SHAPES: Readonly<Record<CatalogueChange["act"], string>> = { add: "+", change: "~", remove: "−", same: "=" };
const SHOWN = 500;

/** What applying would add, change and remove, field by field, and what of the card-time that moves. */
export function YamlDiff({ preview, page }: { preview: CataloguePreview; page: MappingPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const changes = preview.changes.filter(({ act }) => act !== "same");
  const same = preview.changes.length - changes.length;
  const stays = t("mapping.yaml.same", { count: same, formatted: format.count(same) });
  if (changes.length === 0)
    return (
      <p role="status">
        <strong>{t("mapping.yaml.nothing")}</strong> {same > 0 && <span className="muted">{stays}</span>}
      </p>
    );
  return (
    <>
      <section className="mapping-effect" aria-label={t("mapping.yaml.diff")}>
        <h3>{t("mapping.yaml.diff")}</h3>
        {same > 0 && <p className="muted">{stays}</p>}
        <div className="groups-scroll yaml-diff" tabIndex={0} role="region" aria-label={t("mapping.yaml.diff")}>
          <table className="plain" aria-label={t("mapping.yaml.diff")}>
            <thead>
              <tr>
                <th>{t("mapping.yaml.column.act")}</th>
                <th>{t("mapping.yaml.column.kind")}</th>
                <th>{t("mapping.yaml.column.name")}</th>
                <th>{t("mapping.yaml.column.fields")}</th>
              </tr>
            </thead>
            <tbody>
              {changes.slice(0, SHOWN).map((change) => (
                <Change key={`${change.what} ${change.name}`} change={change} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <MappingEffect preview={preview} page={page} />
    </>
  );
}

function Change({ change }: { change: CatalogueChange }) {
  const { t } = useTranslation();
  const { what, name, act, fields } = change;
  const text = (said: string) =>
    said === "" ? <span className="muted">{t("mapping.yaml.unset")}</span> : <bdi>{said}</bdi>;
  return (
    <tr>
      <td className={`yaml-act yaml-${act}`}>
        <span aria-hidden>{SHAPES[act]}</span> {t(`mapping.yaml.act.${act}`)}
      </td>
      <td>{t(`mapping.yaml.kind.${what}`)}</td>
      <td className="mapping-name">
        <bdi>{name}</bdi>
      </td>
      <td className="yaml-fields">
        {fields.map(({ field, before, after }) => (
          <p key={field}>
            <code>{field}</code>{" "}
            {act !== "add" && (
              <>
                <del>{text(before)}</del>
                <span aria-hidden> → </span>
              </>
            )}
            {act !== "remove" && <ins>{text(after)}</ins>}
          </p>
        ))}
      </td>
    </tr>
  );
}

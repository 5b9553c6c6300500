import { useTranslation } from "react-i18next";
import type { FileFault } from "../../../db/model/imports.ts";

/** Why nothing of a file could be read, and what to do. `tables`: the known ones, in place of the server's words. */
export function ImportFault({ fault, tables }: { fault: FileFault; tables?: string }) {
  const { t } = useTranslation();
  const { key, row, at, read } = fault;
  const expected = (key === "header" ? tables : undefined) ?? fault.expected;
  if (key === "currency_missing" || key === "vendor_missing")
    return (
      <div className="notice" role="status">
        <p>{t(`imports.fault.${key}`)}</p>
      </div>
    ); // nothing is wrong with the file: a person has to say one thing more
  return (
    <div className="notice notice-error" role="alert">
      <p className="notice-title">{t("imports.fault.title")}</p>
      <p>{t(`imports.fault.${key}`, { row, at: at === null ? "" : at + 1, read, expected })}</p>
    </div>
  );
}

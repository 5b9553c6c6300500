import { SegmentedControl } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IMPORT_KINDS, type ImportKind } from "../../../db/model/imports.ts";
import { csvText, download } from "../../lib/csv.ts";
import type { PricingView } from "../../lib/pricing-url.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { ImportWizard } from "./ImportWizard.tsx";
import { SettledNames } from "./SettledNames.tsx";
import { TEMPLATES } from "./templates.ts";
import { isTooBig, upload } from "./upload.ts";

/** Takes in a table: drop it, see what it says, pick, apply. Nothing is written before the last step. */
export function ImportPanel(props: {
  zone: string;
  table: ImportKind;
  onChange: (part: Partial<PricingView>) => void;
}) {
  const { t } = useTranslation();
  const { table } = props;
  const send = useMutation({ mutationFn: upload });
  const [refused, setRefused] = useState<string | null>(null);
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    setRefused(isTooBig(file) ? file.name : null);
    send.reset();
    if (!isTooBig(file)) send.mutate(file);
  };
  const file = send.data;
  return (
    <PanelFrame
      className="pricing-panel"
      title={t("imports.title")}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("imports.kind")}
            value={table}
            onChange={(kind) => props.onChange({ table: kind })}
            data={IMPORT_KINDS.map((value) => ({ value, label: t(`imports.kinds.${value}`) }))}
          />
          <button
            type="button"
            className="button"
            onClick={() => download(`dapan-${table}-template.csv`, csvText(TEMPLATES[table]))}
          >
            {t("imports.template")}
          </button>
        </>
      }
    >
      <DropZone kind={table} has={file !== undefined} onFile={take} />
      {refused !== null && (
        <p className="failed import-say" role="alert">
          {t("imports.tooBig", { name: refused })}
        </p>
      )}
      {send.isPending && (
        <p className="import-say" role="status">
          {t("imports.sending", { name: send.variables.name })}
        </p>
      )}
      {send.error !== null && (
        <p className="failed import-say" role="alert">
          {t("imports.failed", { name: send.variables?.name ?? "", why: send.error.message })}
        </p>
      )}
      {file !== undefined && (
        <ImportWizard key={file.id} file={file} kind={table} zone={props.zone} onChange={props.onChange} />
      )}
      {table !== "rates" && <SettledNames />}
    </PanelFrame>
  );
}

function DropZone(props: { kind: ImportKind; has: boolean; onFile: (file: File | undefined) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    props.onFile(event.dataTransfer.files[0]);
  };
  return (
    <div
      className={over ? "drop drop-over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <p>
        {!props.has && t("imports.drop")}{" "}
        <button type="button" className="button" onClick={() => input.current?.click()}>
          {props.has ? t("imports.another") : t("imports.choose")}
        </button>
      </p>
      <p className="muted">{t(`imports.hint.${props.kind}`)}</p>
      <input
        ref={input}
        type="file"
        className="sr"
        tabIndex={-1}
        aria-label={t("imports.choose")}
        accept=".csv,.tsv,.txt,text/csv"
        onChange={(event) => {
          props.onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = ""; // the same file again, corrected, is a change
        }}
      />
    </div>
  );
}

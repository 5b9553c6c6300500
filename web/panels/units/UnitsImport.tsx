import { NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { csvText, download } from "../../lib/csv.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { isTooBig, upload } from "../pricing/upload.ts";
import { UnitsFile } from "./UnitsFile.tsx";

const TEMPLATES = {
  usage: [
    ["feature", "day", "ok", "failed", "revenue", "refund", "currency"],
    ["chat-assist", "2026-11-01", "128400", "310", "2568.00", "12.00", "CNY"],
  ],
  other_costs: [
    ["feature", "kind", "note", "per_day", "currency", "from", "to"],
    ["chat-assist", "storage", "prompt archive", "120.50", "CNY", "2026-11-01", ""],
  ],
} as const;

/** Takes in a table of units and revenue, or of other costs. Nothing is written before the last step. */
export function UnitsImport({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const send = useMutation({ mutationFn: upload });
  const [refused, setRefused] = useState<string | null>(null);
  const [currency, setCurrency] = useState("");
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    setRefused(isTooBig(file) ? file.name : null);
    send.reset();
    if (!isTooBig(file)) send.mutate(file);
  };
  const file = send.data;
  const template = (kind: keyof typeof TEMPLATES) => download(`dapan-${kind}-template.csv`, csvText(TEMPLATES[kind]));
  return (
    <PanelFrame
      className="pricing-panel"
      title={t("usage.file.title")}
      actions={
        <>
          <button type="button" className="button" onClick={() => template("usage")}>
            {t("usage.file.templateUsage")}
          </button>
          <button type="button" className="button" onClick={() => template("other_costs")}>
            {t("usage.file.templateCosts")}
          </button>
        </>
      }
    >
      <p className="mapping-keys muted">{t("usage.file.lead")}</p>
      <DropZone has={file !== undefined} onFile={take} />
      {refused !== null && (
        <p className="failed import-say" role="alert">
          {t("usage.file.tooBig", { name: refused })}
        </p>
      )}
      {send.isPending && (
        <p className="import-say" role="status">
          {t("usage.file.sending", { name: send.variables.name })}
        </p>
      )}
      {send.error !== null && (
        <p className="failed import-say" role="alert">
          {t("usage.file.failed", { name: send.variables?.name ?? "", why: send.error.message })}
        </p>
      )}
      {file !== undefined && (
        <>
          <div className="price-fields import-options">
            <NativeSelect
              size="xs"
              label={t("usage.file.currency")}
              value={currency}
              onChange={(event) => setCurrency(event.currentTarget.value)}
              data={[{ value: "", label: t("usage.file.currencyNone") }, ...CURRENCIES]}
            />
          </div>
          <UnitsFile key={file.id} file={file} currency={currency === "" ? null : currency} zone={zone} />
        </>
      )}
    </PanelFrame>
  );
}

const COMMON = ["CNY", "USD", "EUR", "JPY", "HKD", "SGD"];
const CURRENCIES = [...COMMON, ...Intl.supportedValuesOf("currency").filter((code) => !COMMON.includes(code))];

function DropZone(props: { has: boolean; onFile: (file: File | undefined) => void }) {
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
        {!props.has && t("usage.file.drop")}{" "}
        <button type="button" className="button" onClick={() => input.current?.click()}>
          {props.has ? t("usage.file.another") : t("usage.file.choose")}
        </button>
      </p>
      <p className="muted">{t("usage.file.hint")}</p>
      <input
        ref={input}
        type="file"
        className="sr"
        tabIndex={-1}
        aria-label={t("usage.file.choose")}
        accept=".csv,.tsv,.txt,text/csv"
        onChange={(event) => {
          props.onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = ""; // the same file again, corrected, is a change
        }}
      />
    </div>
  );
}

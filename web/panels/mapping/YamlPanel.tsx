import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import { download } from "../../lib/csv.ts";
import { useFormat } from "../../lib/use-format.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Refused } from "../../parts/Refused.tsx";
import { approvalOf, trpc } from "../../trpc.ts";
import { useMappingChange } from "./use-mapping-change.ts";
import { YamlDiff } from "./YamlDiff.tsx";
import { YamlFaults } from "./YamlFaults.tsx";

const MOST_BYTES = 2 * 1_048_576; // as server/usecases/mapping/catalogue-read.ts

/** Everything as text: to keep beside other configuration, to change, and to apply after its difference was shown. */
export function YamlPanel({ page, mayWrite, onRules }: { page: MappingPage; mayWrite: boolean; onRules: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="mapping-parts">
      <PanelFrame
        className="pricing-panel"
        title={t("mapping.yaml.title")}
        note={t("mapping.yaml.lead")}
        actions={
          <>
            <CopyText text={page.yaml} label={t("mapping.yaml.copy")} done={t("mapping.yaml.copied")} />
            <button type="button" className="button" onClick={() => download("features.yaml", page.yaml)}>
              {t("mapping.yaml.download")}
            </button>
          </>
        }
      >
        <pre className="yaml-text" tabIndex={0} role="region" aria-label={t("mapping.yaml.text")}>
          {page.yaml}
        </pre>
      </PanelFrame>
      {mayWrite && <Wish page={page} onRules={onRules} />}
    </div>
  );
}

/** The text as it should be: shown as a difference first, applied then. */
function Wish({ page, onRules }: { page: MappingPage; onRules: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = useMappingChange();
  const [text, setText] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const [why, setWhy] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const preview = useMutation(trpc.mapping.previewYaml.mutationOptions());
  const apply = useMutation(trpc.mapping.applyYaml.mutationOptions({ onSuccess: changed }));
  const waits = approvalOf(apply.error);
  const isCurrent = preview.variables?.yaml === text;
  const shown = isCurrent ? preview.data : undefined;
  const changes = shown?.changes.filter(({ act }) => act !== "same").length ?? 0;
  const put = (next: string) => {
    setText(next);
    setRefused(null);
    apply.reset();
  };
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MOST_BYTES) return setRefused(t("mapping.yaml.tooBig", { name: file.name }));
    try {
      put(new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
    } catch {
      setRefused(t("mapping.yaml.unread", { name: file.name }));
    }
  };
  return (
    <PanelFrame
      className="pricing-panel"
      title={t("mapping.yaml.wish")}
      actions={
        <>
          <FileButton onFile={(file) => void take(file)} />
          <button type="button" className="button" onClick={() => put(page.yaml)}>
            {t("mapping.yaml.edit")}
          </button>
        </>
      }
    >
      <form
        className="mapping-form yaml-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (shown === undefined) preview.mutate({ yaml: text });
          else if (changes > 0 && why.trim() !== "") apply.mutate({ yaml: text, fingerprint: shown.fingerprint, why });
        }}
        onDragOver={(event: DragEvent) => event.preventDefault()}
        onDrop={(event: DragEvent) => {
          const [file] = event.dataTransfer.files;
          if (file === undefined) return; // text is dropped into the field as ever
          event.preventDefault();
          void take(file);
        }}
      >
        <Textarea
          ref={field}
          size="xs"
          className="mono-field"
          label={t("mapping.yaml.field")}
          description={t("mapping.yaml.wishLead")}
          rows={14}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => put(event.currentTarget.value)}
        />
        {refused !== null && (
          <p className="failed" role="alert">
            {refused}
          </p>
        )}
        {shown !== undefined && shown.faults.length > 0 && (
          <YamlFaults faults={shown.faults} field={field} page={page} />
        )}
        {shown !== undefined && shown.faults.length === 0 && <YamlDiff preview={shown} page={page} />}
        {preview.data !== undefined && !isCurrent && <p className="muted">{t("mapping.yaml.changed")}</p>}
        {preview.error !== null && isCurrent && (
          <p className="failed" role="alert">
            {t("mapping.yaml.wrong", { why: preview.error.message })}
          </p>
        )}
        <Refused error={apply.error} says={(why) => t("mapping.yaml.failed", { why })} />
        {apply.data === undefined && waits === null && (
          <>
            {changes > 0 && (
              <TextInput
                size="xs"
                label={t("mapping.yaml.why")}
                withAsterisk
                maxLength={500}
                value={why}
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
            )}
            <div className="price-act">
              <Button
                size="xs"
                type="submit"
                variant={changes > 0 ? "filled" : "default"}
                loading={preview.isPending || apply.isPending}
                disabled={shown === undefined ? text.trim() === "" : changes === 0 || why.trim() === ""}
              >
                {changes > 0
                  ? t("mapping.yaml.apply", { count: changes, formatted: format.count(changes) })
                  : t("mapping.yaml.preview")}
              </Button>
            </div>
          </>
        )}
        {apply.data !== undefined && (
          <Applied count={apply.data.changes.filter(({ act }) => act !== "same").length} onRules={onRules} />
        )}
      </form>
    </PanelFrame>
  );
}

function Applied({ count, onRules }: { count: number; onRules: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="notice" role="status">
      <p>{t("mapping.yaml.applied", { count, formatted: format.count(count) })}</p>
      <Button size="xs" variant="default" onClick={onRules}>
        {t("mapping.yaml.toPage")}
      </Button>
    </div>
  );
}

function FileButton({ onFile }: { onFile: (file: File | undefined) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {t("mapping.yaml.choose")}
      </button>
      <input
        ref={input}
        type="file"
        className="sr"
        tabIndex={-1}
        aria-label={t("mapping.yaml.choose")}
        accept=".yaml,.yml,text/plain"
        onChange={(event) => {
          onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = ""; // the same file again, corrected, is a change
        }}
      />
    </>
  );
}

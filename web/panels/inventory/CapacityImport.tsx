import { Button, Checkbox, FileInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CapacityPreview } from "../../../db/model/inventory.ts";
import { trpc } from "../../trpc.ts";
import { CapacityDiff } from "./CapacityDiff.tsx";
import { useInventoryRefresh } from "./use-capacity-change.ts";

/** The server takes a million characters of Base64. */
const MOST_BYTES = 740_000;
type Chosen = { readonly name: string; readonly base64: string; readonly whole: boolean };

/** A file with declared numbers: chosen, previewed row by row, and only then taken in. */
export function CapacityImport() {
  const { t } = useTranslation();
  const refresh = useInventoryRefresh();
  const [file, setFile] = useState<File | null>(null);
  const [whole, setWhole] = useState(false);
  const [why, setWhy] = useState("");
  const [shown, setShown] = useState<{ chosen: Chosen; preview: CapacityPreview } | null>(null);
  const preview = useMutation(trpc.inventory.preview.mutationOptions());
  const apply = useMutation(trpc.inventory.takeIn.mutationOptions({ onSuccess: refresh }));
  const forget = () => {
    setShown(null);
    apply.reset();
  };
  const look = async (chosenFile: File) => {
    const chosen = { name: chosenFile.name.slice(-200), base64: await base64Of(chosenFile), whole };
    preview.mutate(chosen, { onSuccess: (answer) => setShown({ chosen, preview: answer }) });
  };
  const isTooLarge = (file?.size ?? 0) > MOST_BYTES;
  const nothing = shown !== null && shown.preview.changes.every(({ kind }) => kind === "same");
  return (
    <div className="inventory-import">
      <p className="inventory-note">{t("inventory.capacity.importLead")}</p>
      <form
        className="inventory-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== null && !isTooLarge) void look(file);
        }}
      >
        <FileInput
          size="xs"
          label={t("inventory.capacity.file")}
          placeholder={t("inventory.capacity.choose")}
          accept=".csv,.tsv,.txt,.yaml,.yml"
          clearable={false}
          value={file}
          error={isTooLarge ? t("inventory.capacity.tooLarge") : null}
          onChange={(next) => {
            setFile(next);
            forget();
          }}
        />
        <Checkbox
          size="xs"
          label={t("inventory.capacity.whole")}
          checked={whole}
          onChange={(event) => {
            setWhole(event.currentTarget.checked);
            forget();
          }}
        />
        <Button
          size="xs"
          type="submit"
          variant="default"
          loading={preview.isPending}
          disabled={file === null || isTooLarge}
        >
          {t("inventory.capacity.preview")}
        </Button>
      </form>
      {preview.error !== null && (
        <p role="alert" className="inventory-failed">
          {preview.error.message}
        </p>
      )}
      {shown !== null && <CapacityDiff preview={shown.preview} />}
      {shown !== null && shown.preview.errors.length === 0 && !nothing && apply.data === undefined && (
        <form
          className="inventory-form"
          onSubmit={(event) => {
            event.preventDefault();
            apply.mutate({ file: shown.chosen, fingerprint: shown.preview.fingerprint, why });
          }}
        >
          <TextInput
            size="xs"
            label={t("inventory.why")}
            required
            maxLength={500}
            value={why}
            onChange={(e) => setWhy(e.currentTarget.value)}
          />
          <Button size="xs" type="submit" loading={apply.isPending} disabled={why.trim() === ""}>
            {t("inventory.capacity.apply")}
          </Button>
          {apply.error !== null && (
            <p role="alert" className="inventory-failed">
              {apply.error.message}
            </p>
          )}
        </form>
      )}
      {apply.data !== undefined && <p role="status">{t("inventory.capacity.declared")}</p>}
    </div>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

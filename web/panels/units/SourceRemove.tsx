import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UsageSourceRow } from "../../../db/model/usage-views.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { useMappingChange } from "../mapping/use-mapping-change.ts";
import { Saved, WhyAndSave } from "./WhyAndSave.tsx";

/** Reads a counter no more. */
export function SourceRemove({ source, onClose }: { source: UsageSourceRow; onClose: () => void }) {
  const { t } = useTranslation();
  const changed = useMappingChange();
  const [why, setWhy] = useState("");
  const remove = useMutation(trpc.usage.removeSource.mutationOptions({ onSuccess: changed }));
  const { feature, name } = source;
  return (
    <Drawer title={t("usage.form.remove", { name })} onClose={onClose}>
      {remove.isSuccess ? (
        <Saved text={t("usage.savedPlain")} onClose={onClose} />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (why.trim() !== "") remove.mutate({ feature, name, why });
          }}
        >
          <p>{t("usage.form.removeSays")}</p>
          <WhyAndSave
            why={why}
            onWhy={setWhy}
            act={t("usage.form.removeDo")}
            isBusy={remove.isPending}
            failure={remove.error instanceof Error ? remove.error : null}
            onCancel={onClose}
          />
        </form>
      )}
    </Drawer>
  );
}

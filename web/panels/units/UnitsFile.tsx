import { Button, TextInput } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UsageEffect } from "../../../db/model/usage-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { client, trpc } from "../../trpc.ts";
import { useMappingChange } from "../mapping/use-mapping-change.ts";
import { ImportFault } from "../pricing/ImportFault.tsx";
import type { Uploaded } from "../pricing/upload.ts";
import { UnitsEffect } from "./UnitsEffect.tsx";
import { UnitsRows } from "./UnitsRows.tsx";

const PAGE = 100;

/** One file from its first look to its end: rows, what is wrong with them, what they change, and the one act. */
export function UnitsFile(props: { file: Uploaded; currency: string | null; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = useMappingChange();
  const [show, setShow] = useState<"all" | "wrong">("all");
  const [offset, setOffset] = useState(0);
  const [why, setWhy] = useState("");
  const asked = { upload: props.file.id, currency: props.currency };
  const preview = useQuery({
    queryKey: ["usage", "preview", asked, show, offset],
    queryFn: () => client.usage.previewCsv.mutate({ ...asked, show, offset, limit: PAGE }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  const apply = useMutation(trpc.usage.applyCsv.mutationOptions({ onSuccess: changed }));
  const data = preview.data;
  const count = data?.rowCount ?? 0;
  const wrong = data?.wrongCount ?? 0;
  return (
    <div className="import">
      {preview.error !== null && (
        <PanelError
          what={t("usage.file.title")}
          error={preview.error}
          kept={data !== undefined}
          busy={preview.isFetching}
          onRetry={() => void preview.refetch()}
        />
      )}
      {preview.isPending && <LoadingRows rows={8} />}
      {data?.fault != null && <ImportFault fault={data.fault} tables={t("usage.file.tables")} />}
      {data !== undefined && data.fault === null && (
        <>
          <UnitsRows
            preview={data}
            zone={props.zone}
            show={show}
            offset={offset}
            page={PAGE}
            onShow={(next) => {
              setShow(next);
              setOffset(0);
            }}
            onOffset={setOffset}
          />
          {wrong > 0 && (
            <p className="failed import-say" role="alert">
              {t("usage.file.stop", { count: wrong, formatted: format.count(wrong), all: format.count(count) })}
            </p>
          )}
          {data.effects.length > 0 && <UnitsEffect effects={data.effects} />}
          {apply.data === undefined && isKnown(data.effects) && (
            <p className="import-say" role="status">
              {t("usage.file.known")}
            </p>
          )}
          {apply.data === undefined ? (
            <form
              className="import-start"
              onSubmit={(event) => {
                event.preventDefault();
                if (data.mayApply && why.trim() !== "") apply.mutate({ ...asked, why });
              }}
            >
              <TextInput
                size="xs"
                label={t("usage.why")}
                description={t("usage.whyHint")}
                withAsterisk
                maxLength={500}
                value={why}
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
              <Button
                size="xs"
                type="submit"
                loading={apply.isPending}
                disabled={!data.mayApply || isKnown(data.effects) || why.trim() === "" || preview.isPlaceholderData}
              >
                {t("usage.file.apply", { count, formatted: format.count(count) })}
              </Button>
              {apply.error !== null && (
                <p className="failed" role="alert">
                  {t("usage.file.applyFailed", { why: apply.error.message })}
                </p>
              )}
            </form>
          ) : (
            <p className="notice import-say" role="status">
              {apply.data.revisionId === null
                ? t("usage.file.appliedNothing")
                : t("usage.file.applied", {
                    id: apply.data.revisionId,
                    added: format.count(apply.data.added),
                    replaced: format.count(apply.data.replaced),
                    unchanged: format.count(apply.data.unchanged),
                  })}{" "}
              <Link to="/features">{t("mapping.form.toFeatures")}</Link>
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** All of it was said before: taking it again would change nothing. */
const isKnown = (effects: readonly UsageEffect[]): boolean =>
  effects.length > 0 && effects.every(({ added, replaced }) => added + replaced === 0);

import { Button, TextInput } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportPick, RowFate } from "../../../db/model/import-views.ts";
import type { ImportKind } from "../../../db/model/imports.ts";
import type { PricingView } from "../../lib/pricing-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { Refused, Waits } from "../../parts/Refused.tsx";
import { approvalOf, client, trpc } from "../../trpc.ts";
import { EffectLine } from "./EffectLine.tsx";
import { ImportFault } from "./ImportFault.tsx";
import { ImportJobLine } from "./ImportJobLine.tsx";
import { type ImportAsk, ImportOptions, NO_OPTIONS } from "./ImportOptions.tsx";
import { ImportRows } from "./ImportRows.tsx";
import { UnknownNames } from "./UnknownNames.tsx";
import type { Uploaded } from "./upload.ts";

const PAGE = 100;

/** One file from its first look to its end. */
export function ImportWizard(props: {
  file: Uploaded;
  kind: ImportKind;
  zone: string;
  onChange: (part: Partial<PricingView>) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { file, kind, zone } = props;
  const [options, setOptions] = useState(NO_OPTIONS);
  const [isGood, setGood] = useState(false);
  const [except, setExcept] = useState<readonly number[]>([]);
  const [show, setShow] = useState<RowFate | "all">("all");
  const [offset, setOffset] = useState(0);
  const [names, setNames] = useState(0); // grows with each alias: the same question has another answer
  const [why, setWhy] = useState("");
  const pick: ImportPick = isGood || except.length > 0 ? { mode: "good", except: [...except] } : { mode: "all" };
  const asked = { upload: file.id, kind, ...askOf(options), pick };
  const preview = useQuery({
    queryKey: ["pricing", "import", "preview", asked, show, offset, names],
    queryFn: () => client.pricing.import.preview.mutate({ ...asked, show, offset, limit: PAGE }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  const isPriced = kind === "prices" && preview.data !== undefined && preview.data.things > 0;
  const effect = useQuery({
    queryKey: ["pricing", "import", "effect", asked, names],
    queryFn: () => client.pricing.import.effect.mutate(asked),
    placeholderData: keepPreviousData,
    enabled: isPriced,
    staleTime: Infinity,
    retry: false,
  });
  const start = useMutation(trpc.pricing.import.start.mutationOptions());
  const waits = approvalOf(start.error);
  const data = preview.data;
  const toggle = (row: number) => {
    setExcept(except.includes(row) ? except.filter((one) => one !== row) : [...except, row]);
  };
  return (
    <div className="import">
      {kind === "prices" && <ImportOptions options={options} fault={data?.fault?.key ?? null} onChange={setOptions} />}
      {preview.error !== null && (
        <PanelError
          what={t("imports.title")}
          error={preview.error}
          kept={data !== undefined}
          busy={preview.isFetching}
          onRetry={() => void preview.refetch()}
        />
      )}
      {preview.isPending && <LoadingRows rows={8} />}
      {data?.fault != null && <ImportFault fault={data.fault} />}
      {data !== undefined && data.fault === null && (
        <>
          <ImportRows
            preview={data}
            zone={zone}
            show={show}
            offset={offset}
            page={PAGE}
            isGood={isGood}
            except={except}
            onShow={(next) => {
              setShow(next);
              setOffset(0);
            }}
            onOffset={setOffset}
            onGood={setGood}
            onToggle={toggle}
          />
          {data.names.length > 0 && <UnknownNames names={data.names} onDone={() => setNames(names + 1)} />}
          {isPriced && (
            <section className="import-effect" aria-label={t("imports.effect")}>
              <h3>{t("imports.effect")}</h3>
              {effect.isPending && <LoadingRows rows={2} />}
              {effect.error !== null && (
                <PanelError
                  what={t("imports.effect")}
                  error={effect.error}
                  busy={effect.isFetching}
                  onRetry={() => void effect.refetch()}
                />
              )}
              {effect.data != null && (
                <>
                  <p className="muted">
                    {t("pricing.effect.rows", {
                      added: format.count(effect.data.added),
                      ended: format.count(effect.data.ended),
                      unchanged: format.count(effect.data.unchanged),
                    })}
                  </p>
                  <EffectLine effect={effect.data} zone={zone} total={effect.data.poolsChanged} />
                </>
              )}
            </section>
          )}
          {waits !== null && <Waits id={waits} onClose={() => start.reset()} />}
          {start.data === undefined ? (
            <form
              hidden={waits !== null}
              className="import-start"
              onSubmit={(event) => {
                event.preventDefault();
                start.mutate({ ...asked, why });
              }}
            >
              <TextInput
                size="xs"
                label={t("imports.why")}
                description={t("imports.whyHint")}
                required
                maxLength={500}
                value={why}
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
              <Button
                size="xs"
                type="submit"
                loading={start.isPending}
                disabled={!data.mayApply || why.trim() === "" || preview.isPlaceholderData}
              >
                {data.things === 0 ? t("imports.nothing") : t("imports.apply", { count: data.things })}
              </Button>
              <Refused error={waits === null ? start.error : null} says={(why) => t("imports.jobFailed", { why })} />
            </form>
          ) : (
            <ImportJobLine
              first={start.data}
              onBook={() => props.onChange({ tab: kind === "rates" ? "rates" : "book" })}
              onAgain={() => start.reset()}
            />
          )}
        </>
      )}
    </div>
  );
}

const askOf = ({ currency, vendor, from, isList }: ImportAsk) => ({
  currency: currency === "" ? null : currency,
  vendor,
  from: from.trim() === "" ? null : from.trim(),
  isList: isList === "auto" ? null : isList === "list",
});

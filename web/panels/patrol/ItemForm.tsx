import { Button, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CheckRow, ItemCondition, ItemMeasure } from "../../../db/model/patrol-views.ts";
import { useLang } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";

const COMPARES = [">", ">=", "<", "<="] as const;

/** An item of one's own: a figure, a comparison, and where it is to be watched or bad. */
export function ItemForm(props: { row: CheckRow | null; measures: readonly ItemMeasure[]; onClose: () => void }) {
  const { row, measures } = props;
  const { t } = useTranslation();
  const lang = useLang();
  const queries = useQueryClient();
  const [title, setTitle] = useState(row?.item.title[lang] ?? "");
  const [advice, setAdvice] = useState(row?.item.advice[lang] ?? "");
  const [condition, setCondition] = useState<ItemCondition>(
    row?.condition ?? { measure: measures[0]?.id ?? "", compare: ">", warn: null, bad: null },
  );
  const put = (part: Partial<ItemCondition>) => setCondition({ ...condition, ...part });
  const save = useMutation(
    trpc.patrol.saveItem.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.patrol.checks.queryKey() });
        props.onClose();
      },
    }),
  );
  const unit = measures.find(({ id }) => id === condition.measure)?.unit ?? "";
  const hasLimit = condition.warn !== null || condition.bad !== null;
  const limit = (value: string | number): number | null => (value === "" ? null : Number(value));
  return (
    <Drawer
      title={row === null ? t("patrol.item.add") : t("patrol.item.edit", { name: row.item.title[lang] })}
      onClose={props.onClose}
    >
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (hasLimit) save.mutate({ id: row?.item.id ?? null, title, advice, condition });
        }}
      >
        <TextInput
          size="xs"
          label={t("patrol.item.title")}
          required
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={t("patrol.item.measure")}
          description={unit === "" ? undefined : t("patrol.item.unit", { unit })}
          value={condition.measure}
          onChange={(event) => put({ measure: event.currentTarget.value })}
          data={measures.map(({ id, name }) => ({ value: id, label: name[lang] }))}
        />
        <NativeSelect
          size="xs"
          label={t("patrol.item.compare")}
          value={condition.compare}
          onChange={(event) => put({ compare: COMPARES.find((one) => one === event.currentTarget.value) ?? ">" })}
          data={COMPARES.map((value) => ({ value, label: t(`patrol.item.compares.${value}`) }))}
        />
        <div className="price-fields">
          {(["warn", "bad"] as const).map((part) => (
            <NumberInput
              key={part}
              size="xs"
              label={t(`patrol.item.${part}`)}
              description={t("patrol.item.limitHint")}
              value={condition[part] ?? ""}
              onChange={(value) => put({ [part]: limit(value) })}
            />
          ))}
        </div>
        {!hasLimit && <p className="muted">{t("patrol.item.needsLimit")}</p>}
        <Textarea
          size="xs"
          label={t("patrol.item.advice")}
          maxLength={500}
          value={advice}
          onChange={(event) => setAdvice(event.currentTarget.value)}
        />
        {save.error !== null && (
          <p className="failed" role="alert">
            {t("patrol.checks.failed", { why: save.error.message })}
          </p>
        )}
        <div className="review-actions review-actions-end">
          <Button size="compact-sm" variant="subtle" onClick={props.onClose}>
            {t("patrol.item.cancel")}
          </Button>
          <Button size="compact-sm" type="submit" disabled={!hasLimit} loading={save.isPending}>
            {t("patrol.item.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

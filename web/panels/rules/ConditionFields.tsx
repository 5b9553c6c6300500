import { Button, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Condition } from "../../../db/model/rule.ts";
import { CONDITION_KINDS, type ConditionKind, firstCondition, PART_KINDS } from "../../lib/rule-draft.ts";
import { type Refusal, saidOf } from "../../lib/rule-refusal.ts";
import { CardConditionFields } from "./CardConditionFields.tsx";
import { FigureInput } from "./FigureInput.tsx";
import { WideConditionFields } from "./WideConditionFields.tsx";

const MOST_DEPTH = 4; // as the server
const MOST_PARTS = 12;

export type ConditionProps<C extends Condition = Condition> = {
  readonly condition: C;
  readonly place: string; // where it stands in the rule, as refusals name it
  readonly refusal: Refusal | null;
  readonly onChange: (condition: Condition) => void;
};

/** What must be so, as fields of its kind; conditions made of others show them inside. */
export function ConditionFields(props: ConditionProps & { depth?: number; isFixed?: boolean }) {
  const { t } = useTranslation();
  const { condition, place, refusal, onChange, depth = 0, isFixed = false } = props;
  const kinds: readonly ConditionKind[] =
    depth === 0 ? CONDITION_KINDS : depth >= MOST_DEPTH ? PART_KINDS.slice(0, -2) : PART_KINDS;
  const known = kinds.includes(condition.kind) ? kinds : [...kinds, condition.kind];
  return (
    <div className="rule-condition">
      <NativeSelect
        size="xs"
        label={t("rules.form.kind")}
        disabled={isFixed}
        value={condition.kind}
        error={saidOf(refusal, place) ?? saidOf(refusal, `${place}.kind`) ?? saidOf(refusal, `${place}.of`)}
        onChange={(event) => onChange(firstCondition(event.currentTarget.value as ConditionKind))}
        data={known.map((kind) => ({ value: kind, label: t(`rules.kind.${kind}`) }))}
      />
      {condition.kind === "all" || condition.kind === "any" ? (
        <Parts {...props} condition={condition} depth={depth} isFixed={isFixed} />
      ) : condition.kind === "cards_of_node" ? (
        <>
          <FigureInput
            label={t("rules.form.atLeastCards")}
            value={condition.atLeast}
            min={1}
            error={saidOf(refusal, `${place}.atLeast`)}
            onChange={(atLeast) => onChange({ ...condition, atLeast })}
          />
          <fieldset className="rule-parts">
            <legend>{t("rules.form.ofEach")}</legend>
            <ConditionFields
              condition={condition.of}
              place={`${place}.of`}
              refusal={refusal}
              depth={depth + 1}
              isFixed={isFixed}
              onChange={(of) => onChange({ ...condition, of })}
            />
          </fieldset>
        </>
      ) : (
        <>
          <CardConditionFields condition={condition} place={place} refusal={refusal} onChange={onChange} />
          <WideConditionFields condition={condition} place={place} refusal={refusal} onChange={onChange} />
        </>
      )}
    </div>
  );
}

function Parts(
  props: ConditionProps<Extract<Condition, { kind: "all" | "any" }>> & { depth: number; isFixed: boolean },
) {
  const { t } = useTranslation();
  const { condition, place, refusal, depth, isFixed, onChange } = props;
  const put = (of: readonly Condition[]) => onChange({ ...condition, of });
  return (
    <>
      {condition.of.map((part, i) => (
        // Parts have no name of their own: their place is what refusals and people know them by.
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset className="rule-parts" key={i}>
          <legend>{t("rules.form.part", { n: i + 1 })}</legend>
          <ConditionFields
            condition={part}
            place={`${place}.of[${i}]`}
            refusal={refusal}
            depth={depth + 1}
            isFixed={isFixed}
            onChange={(changed) => put(condition.of.map((one, k) => (k === i ? changed : one)))}
          />
          {!isFixed && condition.of.length > 1 && (
            <Button
              size="compact-sm"
              variant="subtle"
              className="rule-part-act"
              onClick={() => put(condition.of.filter((_, k) => k !== i))}
            >
              {t("rules.form.removePart", { n: i + 1 })}
            </Button>
          )}
        </fieldset>
      ))}
      {!isFixed && condition.of.length < MOST_PARTS && (
        <Button
          size="compact-sm"
          variant="default"
          className="rule-part-act"
          onClick={() => put([...condition.of, condition.of.at(-1) ?? firstCondition("level")])}
        >
          {t("rules.form.addPart")}
        </Button>
      )}
    </>
  );
}

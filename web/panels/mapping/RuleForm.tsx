import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import { ChangeSaved, ChangeSteps } from "./ChangeSteps.tsx";
import { Drawer } from "./Drawer.tsx";
import { PatternTrial } from "./PatternTrial.tsx";
import { RuleFields } from "./RuleFields.tsx";
import { draftOf, newDraft, placed, type RuleItem, ruleOf, without } from "./rule-list.ts";
import { useRuleChange } from "./use-rule-change.ts";
import { useTrial } from "./use-trial.ts";

/** Adds a rule or changes one. Nothing is saved before it was shown what moves. */
export function RuleForm(props: {
  page: MappingPage;
  items: readonly RuleItem[]; // the list, with its other unsaved changes
  version: string;
  pending: number; // how many those are
  item: RuleItem | null; // null = a new one
  namespace: string | null;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { page, items, item } = props;
  const others = without(items, item?.id ?? null);
  const [draft, setDraft] = useState(() => (item === null ? newDraft(props.namespace) : draftOf(item.rule)));
  const [place, setPlace] = useState(item === null ? items.length : items.indexOf(item));
  const [wasTried, setTried] = useState(false);
  const at = Math.min(place, others.length);
  const next = placed(items, { id: item?.id ?? null, rule: ruleOf(draft), view: item?.view ?? null }, at);
  const change = useRuleChange(next, props.version);
  const trial = useTrial(draft, page.unattributed);
  const isWhole = draft.name.trim() !== "" && draft.feature !== "";
  const close = () => {
    if (change.saved !== undefined) props.onSaved();
    props.onClose();
  };
  const title = item === null ? t("mapping.form.add") : t("mapping.form.edit", { name: item.rule.name });
  return (
    <Drawer title={title} onClose={close}>
      {change.saved !== undefined ? (
        <ChangeSaved change={change} onDone={close} />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (isWhole) change.submit();
          }}
        >
          {item !== null && <p className="muted">{t("mapping.form.editSays")}</p>}
          <RuleFields
            draft={draft}
            put={(part) => setDraft({ ...draft, ...part })}
            others={others}
            place={at}
            onPlace={setPlace}
            page={page}
            faults={change.faults}
            where={`rules[${at}]`}
            trial={trial}
            wasTried={wasTried}
          />
          <PatternTrial trial={trial} holders={page.unattributed} />
          {props.pending > 0 && <p className="muted">{t("mapping.pending.others", { count: props.pending })}</p>}
          <ChangeSteps
            change={change}
            page={page}
            items={next}
            own={at}
            cancel={t("mapping.cancel")}
            onCancel={close}
          />
        </form>
      )}
    </Drawer>
  );
}

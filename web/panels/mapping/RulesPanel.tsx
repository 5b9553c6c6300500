import { TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import type { MappingView } from "../../lib/mapping-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { ChangeSaved, ChangeSteps } from "./ChangeSteps.tsx";
import { Drawer } from "./Drawer.tsx";
import { LoosePanel } from "./LoosePanel.tsx";
import { RuleEnd } from "./RuleEnd.tsx";
import { RuleForm } from "./RuleForm.tsx";
import { RulesTable } from "./RulesTable.tsx";
import { changesBetween, itemsOf, moved, type RuleItem } from "./rule-list.ts";
import { useMappingWords } from "./use-mapping-words.ts";
import { useRuleChange } from "./use-rule-change.ts";

type Change = (part: Partial<MappingView>) => void;
type Edited = { readonly version: string; readonly items: readonly RuleItem[] };

/** The rules in their order, what of it is not saved yet, and whom none of them takes. */
export function RulesPanel(props: { page: MappingPage; view: MappingView; mayWrite: boolean; onChange: Change }) {
  const { page, view, mayWrite, onChange } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const stored = useMemo(() => itemsOf(page.rules), [page.rules]);
  const [edited, setEdited] = useState<Edited | null>(null);
  const items = edited?.items ?? stored;
  const version = edited?.version ?? page.version;
  const pending = edited === null || edited.version !== page.version ? 0 : changesBetween(stored, items);
  const shown = useFound(page, items, view.search);
  const active = view.id ?? items.find(({ rule }) => rule.name === view.rule)?.id ?? null;
  const open = items.find(({ id }) => id !== null && id === view.id) ?? null;
  const close = () => onChange({ form: null, namespace: null });
  const form = { page, items, version, pending, onSaved: () => setEdited(null), onClose: close };
  const choose = (item: RuleItem): Partial<MappingView> => ({ id: item.id, rule: item.rule.name });
  const make = mayWrite ? (namespace: string) => onChange({ form: "add", id: null, rule: null, namespace }) : null;
  if (page.rules.length === 0)
    return (
      <div className="mapping-parts">
        <FirstRule
          mayWrite={mayWrite}
          hasFeature={page.features.some(({ isArchived }) => !isArchived)}
          onChange={onChange}
        />
        <LoosePanel holders={page.unattributed} onMake={make} />
        {view.form === "add" && (
          <RuleForm key={`add ${view.namespace}`} {...form} item={null} namespace={view.namespace} />
        )}
      </div>
    );
  return (
    <div className="mapping-parts">
      {edited !== null && <Pending page={page} edited={edited} pending={pending} onDiscard={() => setEdited(null)} />}
      <PanelFrame
        className="pricing-panel"
        title={t("mapping.rules.title")}
        note={t("mapping.rules.count", { count: items.length, formatted: format.count(items.length) })}
        actions={
          <>
            <TextInput
              size="xs"
              className="book-search"
              aria-label={t("mapping.rules.search")}
              placeholder={t("mapping.rules.search")}
              data-filter=""
              maxLength={200}
              value={view.search}
              onChange={(event) => onChange({ search: event.currentTarget.value })}
            />
            {mayWrite && (
              <button type="button" className="button" onClick={() => onChange({ form: "add", id: null, rule: null })}>
                {t("mapping.rules.add")}
              </button>
            )}
          </>
        }
      >
        {shown.length === 0 ? (
          <div className="panel-empty">
            <p>{t("mapping.rules.noMatch", { words: view.search })}</p>
            <button type="button" className="button" onClick={() => onChange({ search: "" })}>
              {t("mapping.rules.clear")}
            </button>
          </div>
        ) : (
          <>
            <RulesTable
              page={page}
              items={items}
              shown={shown}
              active={active}
              mayWrite={mayWrite}
              canMove={
                mayWrite && shown.length === items.length && (edited === null || edited.version === page.version)
              }
              onActive={(item) => onChange({ ...choose(item), form: null })}
              onOpen={(item) => onChange({ ...choose(item), form: "edit" })}
              onEnd={(item) => onChange({ ...choose(item), form: "end" })}
              onMove={(item, step) => {
                const next = moved(items, item, step);
                setEdited(changesBetween(stored, next) === 0 ? null : { version, items: next });
              }}
            />
            {mayWrite && <p className="mapping-keys muted">{t("mapping.rules.keys")}</p>}
          </>
        )}
      </PanelFrame>
      <LoosePanel holders={page.unattributed} onMake={make} />
      {view.form === "add" && (
        <RuleForm key={`add ${view.namespace}`} {...form} item={null} namespace={view.namespace} />
      )}
      {view.form === "edit" && open !== null && (
        <RuleForm key={`edit ${open.id}`} {...form} item={open} namespace={null} />
      )}
      {view.form === "end" && open !== null && <RuleEnd key={`end ${open.id}`} {...form} item={open} />}
      {(view.form === "edit" || view.form === "end") && open === null && (
        <Drawer title={t("mapping.rules.title")} onClose={() => onChange({ form: null, id: null })}>
          <p role="status">{t("mapping.form.gone")}</p>
        </Drawer>
      )}
    </div>
  );
}

/** Rules whose name, feature or patterns hold the words. */
function useFound(page: MappingPage, items: readonly RuleItem[], search: string): readonly RuleItem[] {
  const words = useMappingWords(page);
  const sought = search.trim().toLowerCase();
  if (sought === "") return items;
  return items.filter(({ rule }) =>
    [rule.name, rule.feature, words.feature(rule.feature), words.match(rule.match)].some((text) =>
      text.toLowerCase().includes(sought),
    ),
  );
}

/** A new order is a change like any other: shown, explained, saved. */
function Pending(props: { page: MappingPage; edited: Edited; pending: number; onDiscard: () => void }) {
  const { t } = useTranslation();
  const { page, edited, pending, onDiscard } = props;
  const change = useRuleChange(edited.items, edited.version);
  if (change.saved !== undefined) return <ChangeSaved change={change} onDone={onDiscard} />;
  if (edited.version !== page.version)
    return (
      <div className="notice notice-error" role="alert">
        <p>{t("mapping.pending.outdated")}</p>
        <button type="button" className="button" onClick={onDiscard}>
          {t("mapping.pending.discard")}
        </button>
      </div>
    );
  return (
    <PanelFrame title={t("mapping.pending.title", { count: pending })} className="mapping-pending">
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          change.submit();
        }}
      >
        <ChangeSteps
          change={change}
          page={page}
          items={edited.items}
          own={null}
          cancel={t("mapping.pending.discard")}
          onCancel={onDiscard}
        />
      </form>
    </PanelFrame>
  );
}

function FirstRule({ mayWrite, hasFeature, onChange }: { mayWrite: boolean; hasFeature: boolean; onChange: Change }) {
  const { t } = useTranslation();
  return (
    <section className="first-source">
      <h2>{t("mapping.rules.first")}</h2>
      <p>{t("mapping.rules.firstLead")}</p>
      {mayWrite && (
        <p>
          {hasFeature ? (
            <button type="button" className="button" onClick={() => onChange({ form: "add" })}>
              {t("mapping.rules.add")}
            </button>
          ) : (
            <button type="button" className="button" onClick={() => onChange({ tab: "features", form: "add" })}>
              {t("mapping.rules.firstFeature")}
            </button>
          )}
        </p>
      )}
    </section>
  );
}

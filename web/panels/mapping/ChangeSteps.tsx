import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FeaturesView } from "../../../db/model/ledger-views.ts";
import type { MappingFault, MappingPage } from "../../../db/model/mapping-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { BookingNotice } from "../../parts/BookingNotice.tsx";
import { Refused, Waits } from "../../parts/Refused.tsx";
import { approvalOf, trpc } from "../../trpc.ts";
import { MappingEffect } from "./MappingEffect.tsx";
import type { RuleItem } from "./rule-list.ts";
import { useMappingWords } from "./use-mapping-words.ts";
import type { RuleChange } from "./use-rule-change.ts";

/** The end of every form about rules: what moves, why, and the one button that shows first and saves then. */
export function ChangeSteps(props: {
  change: RuleChange;
  page: MappingPage;
  items: readonly RuleItem[];
  own: number | null; // index of the rule whose fields say their faults themselves
  isReady?: boolean; // false = a field still wants something
  cancel: string;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const { change, page, own, isReady = true } = props;
  const waits = approvalOf(change.saveError);
  if (waits !== null) return <Waits id={waits} onClose={props.onCancel} />;
  return (
    <div className="mapping-steps">
      <Elsewhere faults={change.faults} items={props.items} own={own} page={page} />
      {change.maySave && change.shown !== undefined && <MappingEffect preview={change.shown} page={page} />}
      {change.maySave && (
        <TextInput
          size="xs"
          label={t("mapping.form.why")}
          description={t("mapping.form.whyHint")}
          required
          maxLength={500}
          value={change.why}
          onChange={(event) => change.setWhy(event.currentTarget.value)}
        />
      )}
      {change.wasShown && <p className="muted">{t("mapping.form.changed")}</p>}
      {change.previewError !== null && (
        <p className="failed" role="alert">
          {t("mapping.form.wrong", { why: change.previewError.message })}
        </p>
      )}
      <Refused error={change.saveError} says={(why) => t("mapping.form.failed", { why })} />
      <div className="price-act">
        <Button
          size="xs"
          type="submit"
          variant={change.maySave ? "filled" : "default"}
          loading={change.isBusy}
          disabled={!isReady || (change.maySave && change.why.trim() === "")}
        >
          {change.maySave ? t("mapping.form.save") : t("mapping.form.preview")}
        </Button>
        <Button size="xs" variant="default" onClick={props.onCancel}>
          {props.cancel}
        </Button>
      </div>
    </div>
  );
}

/** Faults of rules this form is not about: they stand in the way all the same. */
function Elsewhere(props: {
  faults: readonly MappingFault[];
  items: readonly RuleItem[];
  own: number | null;
  page: MappingPage;
}) {
  const { t } = useTranslation();
  const words = useMappingWords(props.page);
  const others = props.faults.filter(({ where }) => props.own === null || indexOf(where) !== props.own);
  if (others.length === 0) return null;
  return (
    <div className="failed" role="alert">
      <p>{t("mapping.form.otherFaults", { count: others.length })}</p>
      <ul>
        {others.slice(0, 20).map((fault) => {
          const at = indexOf(fault.where);
          const name = at === null ? undefined : props.items[at]?.rule.name;
          const sentence = words.sentence(fault);
          return (
            <li key={`${fault.where} ${fault.code}`}>
              {name === undefined || at === null
                ? t("mapping.fault.unplaced", { where: fault.where, sentence })
                : t("mapping.fault.rule", { position: at + 1, name, sentence })}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** rules[2].match.pod → 2 */
function indexOf(where: string): number | null {
  const [, index] = /^rules\[(\d+)\]/.exec(where) ?? [];
  return index === undefined ? null : Number(index);
}

/** What became of a saved change. */
export function ChangeSaved({ change, onDone }: { change: RuleChange; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { saved } = change;
  if (saved === undefined) return null;
  const { holders, rules, features } = saved;
  const isNothing = holders === 0 && features === 0 && rules.added === 0 && rules.ended === 0;
  return (
    <div className="notice mapping-saved" role="status">
      <p>
        {isNothing && t("mapping.form.unchanged")}
        {!isNothing && holders === 0 && t("mapping.form.saved")}
        {holders > 0 && t("mapping.form.savedMoved", { count: holders, formatted: format.count(holders) })}
      </p>
      {holders > 0 && <Rebooking />}
      <Button size="xs" variant="default" onClick={onDone}>
        {t("mapping.close")}
      </Button>
    </div>
  );
}

const POLL_MS = 2_000;

/** How far the ledger is with the hours a change touched: asked until it is through. */
function Rebooking() {
  const { t } = useTranslation();
  const { data } = useQuery(
    trpc.features.list.queryOptions(
      {},
      { staleTime: 0, refetchInterval: ({ state }) => (isThrough(state) ? false : POLL_MS) },
    ),
  );
  return (
    <>
      <BookingNotice booking={data?.booking ?? null} />
      <Link to="/features">{t("mapping.form.toFeatures")}</Link>
    </>
  );
}

/** The first answers may come before the ledger has begun. */
const isThrough = (state: { readonly data?: FeaturesView | undefined; readonly dataUpdateCount: number }): boolean =>
  state.dataUpdateCount > 2 && state.data?.booking === null;

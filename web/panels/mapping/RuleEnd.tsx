import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { browserClock } from "../../lib/clock.ts";
import { priceDate } from "../../lib/price-date.ts";
import { ChangeSaved, ChangeSteps } from "./ChangeSteps.tsx";
import { Drawer } from "./Drawer.tsx";
import { type RuleItem, without } from "./rule-list.ts";
import { useMappingWords } from "./use-mapping-words.ts";
import { useRuleChange } from "./use-rule-change.ts";

/** Takes a rule away: from an hour on, or as if it had never been. Which of the two is said before anything is saved. */
export function RuleEnd(props: {
  page: MappingPage;
  items: readonly RuleItem[];
  version: string;
  pending: number;
  item: RuleItem;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { page, items, item } = props;
  const words = useMappingWords(page);
  const [way, setWay] = useState<"fromHour" | "forever">("fromHour");
  const [to, setTo] = useState(() => {
    const nextHour = Math.floor(browserClock.now() / HOUR_MS + 1) * HOUR_MS;
    return priceDate(nextHour, page.zone).replace(" ", "T");
  });
  const at = items.indexOf(item);
  const ended: RuleItem = { ...item, rule: { ...item.rule, to: to.trim() } };
  const next = way === "forever" ? without(items, item.id) : items.with(at, ended);
  const change = useRuleChange(next, props.version);
  const close = () => {
    if (change.saved !== undefined) props.onSaved();
    props.onClose();
  };
  return (
    <Drawer title={t("mapping.form.end", { name: item.rule.name })} onClose={close}>
      {change.saved !== undefined ? (
        <ChangeSaved change={change} onDone={close} />
      ) : (
        <form
          className="mapping-form"
          onSubmit={(event) => {
            event.preventDefault();
            change.submit();
          }}
        >
          <p className="mapping-about">
            <strong>{words.feature(item.rule.feature)}</strong> <span>{words.match(item.rule.match)}</span>{" "}
            <span className="muted">{words.holds(item.rule.from, item.rule.to)}</span>
          </p>
          <fieldset className="mapping-ways">
            <legend>{t("mapping.end.how")}</legend>
            {(["fromHour", "forever"] as const).map((one) => (
              <label key={one} className="mapping-way">
                <input type="radio" name="way" value={one} checked={way === one} onChange={() => setWay(one)} />
                <span>
                  {t(`mapping.end.${one}`)}
                  <small className="muted">{t(`mapping.end.${one}Says`)}</small>
                </span>
              </label>
            ))}
          </fieldset>
          {way === "fromHour" && (
            <TextInput
              size="xs"
              className="mapping-hour"
              label={t("mapping.end.at")}
              description={t("mapping.form.hour", { zone: page.zone })}
              required
              maxLength={40}
              value={to}
              error={words.at(change.faults, `rules[${at}].to`)}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          )}
          {props.pending > 0 && <p className="muted">{t("mapping.pending.others", { count: props.pending })}</p>}
          <ChangeSteps
            change={change}
            page={page}
            items={next}
            own={way === "fromHour" ? at : null}
            cancel={t("mapping.cancel")}
            onCancel={close}
          />
        </form>
      )}
    </Drawer>
  );
}

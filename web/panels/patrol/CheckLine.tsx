import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Currency } from "../../../db/model/money.ts";
import type { CheckRow } from "../../../db/model/patrol-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";
import { Said } from "../../parts/Said.tsx";
import { CheckHistory } from "./CheckHistory.tsx";
import { useCheckText } from "./use-check-text.ts";
import { Verdict } from "./Verdict.tsx";

const MOST_NAMED = 4;

/** `onEdit` null = the list has no column of acts. One item: what it came to, what was found where, how it went before, and what to do where it is not well. */
export function CheckLine(props: { row: CheckRow; currency: Currency; onEdit: (() => void) | null }) {
  const { row } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const text = useCheckText(props.currency);
  const { result } = row;
  const advice = text.advice(row);
  return (
    <tr className="check">
      <td>
        <Verdict verdict={result.verdict} />
      </td>
      <th scope="row">
        <span className="check-title" title={t("patrol.checks.source", { source: row.item.source })}>
          {text.title(row)}
        </span>
        {row.origin === "own" && <span className="badge">{t("patrol.checks.own")}</span>}
        <span className="check-says">
          <Said text={text.sentence(row)} />
        </span>
        {result.verdict !== "ok" && result.named.length > 0 && <Named names={result.named} />}
        {result.verdict !== "ok" && advice !== "" && <span className="check-advice">{advice}</span>}
      </th>
      <td className="num">
        <Said text={text.measure(row, result.measure)} />
      </td>
      <td className="num muted">
        <Said text={text.measure(row, result.before)} />
      </td>
      <td className="check-since">{row.since === null ? "–" : format.date(row.since)}</td>
      <td>
        <CheckHistory points={row.history} />
      </td>
      {props.onEdit !== null && <td>{row.origin === "own" && <OwnActs row={row} onEdit={props.onEdit} />}</td>}
    </tr>
  );
}

function Named({ names }: { names: readonly string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const left = names.length - MOST_NAMED;
  return (
    <span className="check-named">
      {names.slice(0, MOST_NAMED).map((name) => (
        <bdi key={name} className="mono">
          {name}
        </bdi>
      ))}
      {left > 0 && (
        <span className="muted" title={names.slice(MOST_NAMED).join("\n")}>
          {t("patrol.checks.more", { n: format.count(left) })}
        </span>
      )}
    </span>
  );
}

function OwnActs({ row, onEdit }: { row: CheckRow; onEdit: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.patrol.removeItem.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.patrol.checks.queryKey() }),
    }),
  );
  return (
    <div className="review-actions">
      <Button size="compact-sm" variant="subtle" onClick={onEdit}>
        {t("patrol.checks.edit")}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        loading={remove.isPending}
        onClick={() => remove.mutate({ id: row.item.id })}
      >
        {t("patrol.checks.remove")}
      </Button>
      {remove.error !== null && (
        <span className="failed" role="alert">
          {t("patrol.checks.failed", { why: remove.error.message })}
        </span>
      )}
    </div>
  );
}

import { Button, Popover, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Capacity } from "../../../db/model/inventory.ts";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";
import { useInventoryRefresh } from "./use-capacity-change.ts";
import { useDay } from "./use-day.ts";
import { useLineText } from "./use-line-text.ts";

const MOST_ROWS = 300;

/** Every number that is declared and not over yet, the newest first. */
export function CapacityLines({ unseen, mayWrite }: { unseen: readonly Capacity[]; mayWrite: boolean }) {
  const { t } = useTranslation();
  const asked = useQuery(trpc.inventory.capacity.queryOptions());
  if (asked.error !== null)
    return (
      <PanelError
        what={t("inventory.capacity.title")}
        error={asked.error}
        busy={asked.isFetching}
        onRetry={() => void asked.refetch()}
      />
    );
  if (asked.data === undefined) return <LoadingRows rows={4} height={32} />;
  const now = browserClock.now();
  const lines = asked.data.filter((line) => line.to === null || line.to > now).toReversed();
  if (lines.length === 0)
    return (
      <div className="panel-empty">
        <h3>{t("inventory.capacity.empty")}</h3>
        <p>{t("inventory.capacity.emptyLead")}</p>
      </div>
    );
  const withoutCards = new Set(unseen.map(({ id }) => id));
  return (
    <>
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("inventory.capacity.tab.lines")}>
        <table className="plain inventory">
          <thead>
            <tr>
              <th>{t("inventory.column.cards")}</th>
              <th className="num">{t("inventory.column.count")}</th>
              <th>{t("inventory.column.contract")}</th>
              <th>{t("inventory.column.time")}</th>
              <th>{t("inventory.column.who")}</th>
              {mayWrite && <th>{t("inventory.column.act")}</th>}
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, MOST_ROWS).map((line) => (
              <LineRow key={line.id} line={line} isUnseen={withoutCards.has(line.id)} mayWrite={mayWrite} />
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > MOST_ROWS && (
        <p className="inventory-note">{t("inventory.moreLines", { count: lines.length - MOST_ROWS })}</p>
      )}
    </>
  );
}

function LineRow({ line, isUnseen, mayWrite }: { line: Capacity; isUnseen: boolean; mayWrite: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const day = useDay();
  const textOf = useLineText();
  return (
    <tr>
      <th scope="row">
        <Cut text={textOf(line)} empty={t("inventory.none")} />
        {isUnseen && <span className="inventory-unseen">{t("inventory.capacity.unseen")}</span>}
      </th>
      <td className="num">{format.count(line.count)}</td>
      <td>
        <Cut text={line.contract} empty={t("inventory.none")} />
      </td>
      <td className="inventory-time">
        {t("inventory.from", { time: day(line.from) })}
        {line.to !== null && ` ${t("inventory.to", { time: day(line.to) })}`}
      </td>
      <td>
        <Cut text={`${line.who}: ${line.why}`} empty="" />
      </td>
      {mayWrite && (
        <td>
          <EndLine line={line} />
        </td>
      )}
    </tr>
  );
}

function EndLine({ line }: { line: Capacity }) {
  const { t } = useTranslation();
  const refresh = useInventoryRefresh();
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState("");
  const end = useMutation(trpc.inventory.endLine.mutationOptions({ onSettled: refresh }));
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      trapFocus
      returnFocus
      position="bottom-end"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button size="compact-sm" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("inventory.capacity.end")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("inventory.capacity.end")}>
        <form
          className="inventory-popover"
          onSubmit={(event) => {
            event.preventDefault();
            end.mutate({ id: line.id, at: browserClock.now(), why });
          }}
        >
          <p>{t("inventory.capacity.endLead")}</p>
          <Textarea
            size="xs"
            w={280}
            label={t("inventory.why")}
            maxLength={500}
            required
            value={why}
            onChange={(e) => setWhy(e.currentTarget.value)}
          />
          {end.error !== null && (
            <p role="alert" className="inventory-failed">
              {end.error.message}
            </p>
          )}
          <Button size="compact-sm" type="submit" loading={end.isPending} disabled={why.trim() === ""}>
            {t("inventory.capacity.end")}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

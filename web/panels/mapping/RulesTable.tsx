import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { type KeyboardEvent, type MouseEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MappingPage } from "../../../db/model/mapping-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { useFormat } from "../../lib/use-format.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import type { RuleItem } from "./rule-list.ts";
import { useMappingWords } from "./use-mapping-words.ts";

type Row = RuleItem & { readonly position: number };

/** The rules in the order they are asked in. Enter opens one, Alt with an arrow moves it; buttons do the same. */
export function RulesTable(props: {
  page: MappingPage;
  items: readonly RuleItem[];
  shown: readonly RuleItem[]; // those that pass the search
  active: number | null; // id
  mayWrite: boolean; // false = it is there to be read
  canMove: boolean; // not while some are hidden
  onActive: (item: RuleItem) => void;
  onOpen: (item: RuleItem) => void;
  onMove: (item: RuleItem, step: -1 | 1) => void;
  onEnd: (item: RuleItem) => void;
}) {
  const { t } = useTranslation();
  const { items, shown, active, canMove } = props;
  const rows = useMemo(() => {
    const places = new Map(items.map((item, i) => [item, i + 1]));
    return shown.map((item): Row => ({ ...item, position: places.get(item) ?? 0 }));
  }, [items, shown]);
  const columns = useColumns(props);
  const itemOf = (row: Row) => items[row.position - 1] ?? row;
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const item = items.find(({ id }) => id !== null && id === active);
    if (!event.altKey || step === 0 || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (canMove && item !== undefined) props.onMove(item, step);
  };
  return (
    <div onKeyDownCapture={onKey}>
      <DataTable
        label={t("mapping.rules.label")}
        rows={rows}
        columns={columns}
        rowId={rowId}
        maxHeight="max(300px, calc(100vh - 520px))"
        active={{
          id: active === null ? null : String(active),
          onMove: (row) => props.onActive(itemOf(row)),
          onOpen: (row) => props.onOpen(itemOf(row)),
        }}
      />
    </div>
  );
}

const rowId = ({ id, position }: Row): string => (id === null ? `new ${position}` : String(id));

function useColumns(props: Parameters<typeof RulesTable>[0]): DataColumn<Row>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { page, items, mayWrite, canMove } = props;
  const words = useMappingWords(page);
  const before = useMemo(() => new Map(page.rules.map((rule, i) => [rule.id, i + 1])), [page.rules]);
  const now = browserClock.now();
  const column = (id: keyof typeof WIDTHS, cell: (row: Row) => React.ReactNode, align?: "right"): DataColumn<Row> => ({
    id,
    meta: { title: t(`mapping.rules.column.${id}`), width: WIDTHS[id], ...(align && { align }) },
    cell: ({ row }) => cell(row.original),
  });
  const act = (act: () => void) => (event: MouseEvent) => {
    event.stopPropagation(); // the row would open
    act();
  };
  const at = (row: Row) => items[row.position - 1] ?? row;
  const columns = [
    column("position", ({ position }) => format.count(position), "right"),
    column("name", ({ rule, view, id, position }) => (
      <span className="cut-text" title={rule.name}>
        {(view === null || before.get(id ?? 0) !== position) && (
          <span className="mapping-changed" title={t("mapping.rules.notSaved")}>
            <span aria-hidden>▲ </span>
            <span className="sr">{t("mapping.rules.notSaved")}</span>
          </span>
        )}
        {rule.name}
      </span>
    )),
    column("feature", ({ rule }) => (
      <span className="cut-text" title={rule.feature}>
        {words.feature(rule.feature)}
      </span>
    )),
    column("match", ({ rule }) => (
      <span className="cut-text mapping-looks" title={words.match(rule.match)}>
        {words.match(rule.match)}
      </span>
    )),
    column("holds", ({ rule, view }) => {
      const isOver = view?.to != null && view.to <= now;
      const text = words.holds(rule.from, rule.to);
      return (
        <span className={isOver ? "cut-text muted" : "cut-text"} title={text}>
          {isOver && `${t("mapping.rules.ended")} · `}
          {text}
        </span>
      );
    }),
    column("holders", ({ view }) => (view === null ? "–" : format.count(view.holders)), "right"),
    column("why", ({ view }) => (
      <span className="cut-text" title={view === null ? "" : `${view.why} · ${view.who} · ${format.dateTime(view.at)}`}>
        {view?.why}
      </span>
    )),
    column("act", (row) => (
      <span className="mapping-act">
        {([-1, 1] as const).map((step) => (
          <ActionIcon
            key={step}
            variant="subtle"
            color="gray"
            size={24}
            tabIndex={-1} // Alt and the arrows do it from the keyboard
            aria-label={t(step < 0 ? "mapping.rules.up" : "mapping.rules.down", { name: row.rule.name })}
            title={t(step < 0 ? "mapping.rules.up" : "mapping.rules.down", { name: row.rule.name })}
            disabled={!canMove || items[row.position - 1 + step] === undefined}
            onClick={act(() => props.onMove(at(row), step))}
          >
            {step < 0 ? <IconArrowUp size={14} /> : <IconArrowDown size={14} />}
          </ActionIcon>
        ))}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={t("mapping.rules.end", { name: row.rule.name })}
          title={t("mapping.rules.end", { name: row.rule.name })}
          onClick={act(() => props.onEnd(at(row)))}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </span>
    )),
  ];
  return mayWrite ? columns : columns.slice(0, -1);
}

const WIDTHS = { position: 48, name: 190, feature: 140, match: 340, holds: 150, holders: 96, why: 170, act: 92 };

import { Button, Popover, TextInput } from "@mantine/core";
import { IconBookmark, IconCheck, IconChevronDown, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BoardView, decodeBoard, savedSearch } from "../../lib/board-url.ts";
import { useMay } from "../../lib/use-me.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { type Outputs, trpc } from "../../trpc.ts";

type Saved = Outputs["board"]["views"]["list"][number];
const PAGE = "board";
const NAME_CHARS = 80;

/** Boards kept under a name, for everyone who opens this Dapan: open, save, rename, delete. */
export function SavedViews({ view, onChange }: { view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const mayWrite = useMay("views.write");
  const box = useRef<HTMLDivElement>(null);
  const list = useQuery(trpc.board.views.list.queryOptions({ page: PAGE }));
  const here = savedSearch(view);
  const current = list.data?.find((one) => one.query === here);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={340}
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button type="button" className="facet" aria-expanded={open} onClick={() => setOpen((was) => !was)}>
          <IconBookmark size={14} aria-hidden />
          <span className="views-current">{current?.name ?? t("views.title")}</span>
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown ref={box} className="views" aria-label={t("views.title")}>
        {list.isPending && <LoadingRows rows={2} />}
        {list.error !== null && (
          <PanelError
            what={t("views.title")}
            error={list.error}
            busy={list.isFetching}
            onRetry={() => void list.refetch()}
          />
        )}
        {list.data?.length === 0 && <p className="views-none">{t("views.none")}</p>}
        {list.data !== undefined && list.data.length > 0 && (
          <ul className="views-list">
            {list.data.map((saved) => (
              <SavedLine
                key={saved.id}
                saved={saved}
                mayWrite={mayWrite}
                isHere={saved.query === here}
                onDone={() => box.current?.focus()} // what had the focus is gone
                onOpen={() => {
                  onChange({ ...decodeBoard(new URLSearchParams(saved.query)), card: null });
                  setOpen(false);
                }}
              />
            ))}
          </ul>
        )}
        {mayWrite && <SaveForm query={here} isKept={current !== undefined} onSaved={() => setOpen(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function SavedLine(props: {
  saved: Saved;
  mayWrite: boolean;
  isHere: boolean;
  onOpen: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const { saved, isHere, onOpen, onDone } = props;
  const [mode, setMode] = useState<"line" | "rename" | "delete">("line");
  const list = useRefresh();
  const refresh = () => {
    list();
    onDone();
  };
  const rename = useMutation(trpc.board.views.change.mutationOptions({ onSuccess: refresh }));
  const remove = useMutation(trpc.board.views.remove.mutationOptions({ onSuccess: refresh }));
  const { name } = saved;
  if (mode === "rename")
    return (
      <li>
        <NameForm
          label={t("views.newName")}
          act={t("views.rename")}
          initial={name}
          error={rename.error}
          busy={rename.isPending}
          onSubmit={(next) => rename.mutate({ id: saved.id, name: next }, { onSuccess: () => setMode("line") })}
          onCancel={() => setMode("line")}
        />
      </li>
    );
  if (mode === "delete")
    return (
      <li className="views-line">
        <span className="views-name">{t("views.sure", { name })}</span>
        <Button
          size="compact-xs"
          color="red"
          variant="default"
          loading={remove.isPending}
          onClick={() => remove.mutate({ id: saved.id })}
        >
          {t("views.delete")}
        </Button>
        <Button size="compact-xs" variant="subtle" data-autofocus onClick={() => setMode("line")}>
          {t("views.keep")}
        </Button>
        {remove.error !== null && <p className="views-error">{remove.error.message}</p>}
      </li>
    );
  return (
    <li className="views-line">
      <button type="button" className="views-open" aria-current={isHere} title={name} onClick={onOpen}>
        <span className="views-name">{name}</span>
        {isHere && <IconCheck size={14} aria-hidden />}
      </button>
      {props.mayWrite && (
        <>
          <button
            type="button"
            className="views-act"
            aria-label={t("views.renameOf", { name })}
            onClick={() => setMode("rename")}
          >
            <IconPencil size={14} aria-hidden />
          </button>
          <button
            type="button"
            className="views-act"
            aria-label={t("views.deleteOf", { name })}
            onClick={() => setMode("delete")}
          >
            <IconTrash size={14} aria-hidden />
          </button>
        </>
      )}
    </li>
  );
}

function SaveForm({ query, isKept, onSaved }: { query: string; isKept: boolean; onSaved: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const save = useMutation(trpc.board.views.save.mutationOptions({ onSuccess: refresh }));
  if (isKept) return <p className="views-none">{t("views.isKept")}</p>;
  return (
    <NameForm
      label={t("views.name")}
      act={t("views.save")}
      initial=""
      error={save.error}
      busy={save.isPending}
      onSubmit={(name) => save.mutate({ page: PAGE, name, query }, { onSuccess: onSaved })}
    />
  );
}

function NameForm(props: {
  label: string;
  act: string;
  initial: string;
  error: { readonly message: string } | null;
  busy: boolean;
  onSubmit: (name: string) => void;
  onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(props.initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") props.onSubmit(name.trim());
  };
  return (
    <form className="views-form" onSubmit={submit}>
      <TextInput
        size="xs"
        aria-label={props.label}
        placeholder={props.label}
        maxLength={NAME_CHARS}
        value={name}
        error={props.error?.message}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button size="xs" type="submit" loading={props.busy} disabled={name.trim() === ""}>
        {props.act}
      </Button>
      {props.onCancel !== undefined && (
        <Button size="xs" variant="default" onClick={props.onCancel}>
          {t("views.cancel")}
        </Button>
      )}
    </form>
  );
}

function useRefresh(): () => void {
  const cache = useQueryClient();
  return () => void cache.invalidateQueries({ queryKey: trpc.board.views.list.queryKey() });
}

import { Button, Popover, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Asks who looks after it. */
export function AssignAct(props: { assignee: string; busy: boolean; onAssign: (who: string) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [who, setWho] = useState("");
  const ask = () => {
    setWho(props.assignee);
    setOpen(!open);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      trapFocus
      returnFocus
      position="top-end"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button size="compact-sm" variant="default" loading={props.busy} aria-expanded={open} onClick={ask}>
          {t("incident.acts.assign")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("incident.acts.assign")}>
        <TextInput
          size="xs"
          w={260}
          label={t("incident.acts.assignTo")}
          description={t("incident.acts.assignNobody")}
          maxLength={100}
          value={who}
          onChange={(event) => setWho(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault(); // not the form around it
            setOpen(false);
            void props.onAssign(who.trim());
          }}
        />
        <div className="acts-asked">
          <Button size="compact-sm" variant="subtle" onClick={() => setOpen(false)}>
            {t("incident.acts.cancel")}
          </Button>
          <Button
            size="compact-sm"
            onClick={() => {
              setOpen(false);
              void props.onAssign(who.trim());
            }}
          >
            {t("incident.acts.assign")}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Asks once more: what is still wrong comes back as another incident. */
export function ResolveAct({ busy, onResolve }: { busy: boolean; onResolve: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      trapFocus
      returnFocus
      position="top-end"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button size="compact-sm" variant="default" loading={busy} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("incident.acts.resolve")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("incident.acts.resolve")} maw={320}>
        <p className="notice-title">{t("incident.acts.resolveSure")}</p>
        <p>{t("incident.acts.resolveSays")}</p>
        <div className="acts-asked">
          <Button size="compact-sm" variant="subtle" onClick={() => setOpen(false)}>
            {t("incident.acts.cancel")}
          </Button>
          <Button
            size="compact-sm"
            onClick={() => {
              setOpen(false);
              onResolve();
            }}
          >
            {t("incident.acts.resolveYes")}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

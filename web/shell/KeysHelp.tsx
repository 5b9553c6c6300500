import { Kbd, Modal, Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { enableKeys, keysEnabled } from "../lib/key-taste.ts";
import { usePages } from "./use-pages.ts";

const KEYS = [
  { keys: ["Ctrl", "K"], does: "keys.palette" },
  { keys: ["/"], does: "keys.filter" },
  { keys: ["[", "]"], does: "keys.tab" },
  { keys: ["j", "k"], does: "keys.move" },
  { keys: ["Enter"], does: "keys.open" },
  { keys: ["x"], does: "keys.select" },
  { keys: ["e"], does: "keys.acknowledgeRows" },
  { keys: ["a"], does: "keys.acknowledge" },
  { keys: ["n"], does: "keys.note" },
  { keys: ["s"], does: "keys.silence" },
  { keys: ["Esc"], does: "keys.back" },
  { keys: ["?"], does: "keys.help" },
] as const;

/** The list of keys, and the switch that puts the single letters to rest. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const pages = usePages();
  const [on, setOn] = useState(keysEnabled);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("keys.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
    >
      <dl className="keys">
        {pages.map(({ id, key }) => (
          <div key={id}>
            <dt>
              {key.split(" ").map((part) => (
                <Kbd key={part}>{part}</Kbd>
              ))}
            </dt>
            <dd>{t("keys.page", { page: t(`nav.${id}`) })}</dd>
          </div>
        ))}
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{t(does)}</dd>
          </div>
        ))}
      </dl>
      <Switch
        checked={on}
        label={t("keys.enabled")}
        description={t("keys.enabledHint")}
        onChange={(event) => {
          enableKeys(event.currentTarget.checked);
          setOn(event.currentTarget.checked);
        }}
      />
    </Modal>
  );
}

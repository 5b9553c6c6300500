import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../../lib/use-keys.ts";
import { ErrorBoundary } from "../../parts/ErrorBoundary.tsx";

/**
 * A form beside the list it is about. Not modal: the list stays in use. It takes the focus when it opens, into its first
 * field, and gives it back when it closes. Escape closes it.
 */
export function Drawer(props: { title: string; note?: ReactNode; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const title = useId();
  const box = useFocusWhileOpen();
  useKeys({ Escape: props.onClose });
  return (
    <aside ref={box} className="drawer mapping-drawer" role="dialog" aria-labelledby={title} tabIndex={-1}>
      <header className="drawer-head">
        <div>
          <h2 id={title}>{props.title}</h2>
          {props.note}
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t("mapping.close")}
          title={t("mapping.close")}
          onClick={props.onClose}
        >
          <IconX size={18} />
        </ActionIcon>
      </header>
      <ErrorBoundary what={props.title}>
        <div className="drawer-body">{props.children}</div>
      </ErrorBoundary>
    </aside>
  );
}

function useFocusWhileOpen() {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const field = box.current?.querySelector<HTMLElement>(
      ":is(input:not([type=hidden]), select, textarea):not(:disabled)",
    );
    (field ?? box.current)?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return box;
}

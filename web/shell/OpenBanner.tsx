import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../lib/use-me.ts";

/** Kept until the browser is closed, no longer: what is open stays open. */
const SEEN = "dapan.open";

/** A line under the page where nobody signs in, or where the fleet is a demo; coming late it moves nothing. */
export function OpenBanner() {
  const { t } = useTranslation();
  const me = useMe();
  const [isSeen, setSeen] = useState(() => sessionStorage.getItem(SEEN) !== null);
  const isOpen = me?.signIn.isOpen === true;
  const isDemo = me?.demo === true;
  if (isSeen || (!isOpen && !isDemo)) return null;
  const hide = () => {
    sessionStorage.setItem(SEEN, "seen");
    setSeen(true);
  };
  return (
    <aside className="open-banner" aria-label={t("open.label")}>
      <p>
        {isDemo && <>{t("demo.banner")} </>}
        {isOpen && (
          <>
            <span aria-hidden className="mark-warning">
              ▲{" "}
            </span>
            {t("open.says")} <span className="muted">{t("open.how")}</span>
          </>
        )}
      </p>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={t("open.dismiss")}
        title={t("open.dismiss")}
        onClick={hide}
      >
        <IconX size={14} />
      </ActionIcon>
    </aside>
  );
}

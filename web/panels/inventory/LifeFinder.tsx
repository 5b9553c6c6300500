import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { CardLife } from "./CardLife.tsx";
import { PlaceHistory } from "./PlaceHistory.tsx";

/** The life of any card, also one that was never seen: by its UUID, or its serial number. */
export function LifeFinder({ card, onCard }: { card: string; onCard: (card: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(card);
  return (
    <>
      <PanelFrame title={t("inventory.life.find")}>
        <form
          className="inventory-form"
          onSubmit={(event) => {
            event.preventDefault();
            onCard(text.trim());
          }}
        >
          <TextInput
            size="xs"
            className="inventory-find"
            label={t("inventory.life.card")}
            description={t("inventory.life.cardHint")}
            maxLength={200}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" variant="default" disabled={text.trim() === ""}>
            {t("inventory.life.show")}
          </Button>
        </form>
      </PanelFrame>
      {card !== "" && (
        <>
          <CardLife card={card} key={card} />
          <PlaceHistory card={card} />
        </>
      )}
    </>
  );
}

import { Popover } from "@mantine/core";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Tier, TierVerdict } from "../../db/model/tier.ts";
import { tierLabel, useTierWords } from "../lib/tier-words.ts";
import { TierWhy } from "./TierWhy.tsx";
import "../styles/tiers.css";

/** A tier as a label on its ink: for legends, timelines and wherever the why stands beside it. */
export function TierMark({ tier }: { tier: Tier }) {
  return <span className={`tier tier-${tier}`}>{tierLabel(tier)}</span>;
}

/**
 * The tier of a pool or card. Press it to read why, what would change it, and since when.
 * The popover exists only while open: a table of ten thousand chips is ten thousand buttons.
 */
export function TierChip({ verdict }: { verdict: TierVerdict }) {
  const { t } = useTranslation();
  const words = useTierWords();
  const [open, setOpen] = useState(false);
  const chip = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    if (wasOpen.current && !open) chip.current?.focus({ preventScroll: true }); // it is another element than before
    wasOpen.current = open;
  }, [open]);
  const { tier } = verdict;
  const button = (
    <button
      ref={chip}
      type="button"
      className={`tier tier-${tier} tier-button`}
      aria-label={t("tiers.chip", { tier: tierLabel(tier), name: words.name(tier) })}
      aria-haspopup="dialog"
      aria-expanded={open}
      onClick={(event) => {
        event.stopPropagation(); // the row under it opens the card
        setOpen((was) => !was);
      }}
    >
      {tierLabel(tier)}
    </button>
  );
  if (!open) return button;
  const stop = (event: KeyboardEvent) => {
    event.stopPropagation(); // keys of the table and of the page rest while it is open
    if (event.key !== "Escape") return;
    event.nativeEvent.stopImmediatePropagation();
    setOpen(false);
  };
  return (
    <Popover opened onChange={setOpen} position="bottom-start" width={380} trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown
        className="tier-why"
        aria-label={t("tiers.why", { tier: tierLabel(tier) })}
        onClick={(event) => event.stopPropagation()}
        onKeyDown={stop}
      >
        <TierWhy verdict={verdict} />
      </Popover.Dropdown>
    </Popover>
  );
}

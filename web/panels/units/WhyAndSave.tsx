import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usageRefusal } from "../../lib/usage-refusal.ts";
import { Refused, Waits } from "../../parts/Refused.tsx";
import { approvalOf } from "../../trpc.ts";

/** The end of a form: the reason, what failed, and the buttons. */
export function WhyAndSave(props: {
  why: string;
  onWhy: (why: string) => void;
  act: string;
  isBusy: boolean;
  failure: Error | null;
  isReady?: boolean;
  more?: ReactNode;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const says = (message: string): string => {
    const known = usageRefusal(message);
    return known === null ? message : t(`usage.refused.${known.word}`, { name: known.name });
  };
  const waits = approvalOf(props.failure);
  if (waits !== null) return <Waits id={waits} onClose={props.onCancel} />;
  return (
    <>
      <TextInput
        size="xs"
        label={t("usage.why")}
        description={t("usage.whyHint")}
        withAsterisk
        maxLength={500}
        value={props.why}
        onChange={(event) => props.onWhy(event.currentTarget.value)}
      />
      <Refused error={props.failure} says={(why) => t("usage.failed", { why: says(why) })} />
      <div className="price-act">
        <Button
          size="xs"
          type="submit"
          loading={props.isBusy}
          disabled={props.why.trim() === "" || props.isReady === false}
        >
          {props.act}
        </Button>
        {props.more}
        <Button size="xs" variant="default" onClick={props.onCancel}>
          {t("usage.cancel")}
        </Button>
      </div>
    </>
  );
}

/** What became of it. */
export function Saved({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="notice mapping-saved" role="status">
      <p>{text}</p>
      <Button size="xs" variant="default" onClick={onClose}>
        {t("usage.close")}
      </Button>
    </div>
  );
}

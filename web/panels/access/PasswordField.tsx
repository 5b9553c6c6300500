import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** A password that can be looked at while it is typed, and pasted. */
export function PasswordField(props: {
  label: string;
  hint?: string;
  autoComplete: "current-password" | "new-password";
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <TextInput
      label={props.label}
      description={props.hint}
      type={isShown ? "text" : "password"}
      name="password"
      autoComplete={props.autoComplete}
      required
      maxLength={512}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      rightSectionWidth={64}
      rightSection={
        <button type="button" className="link" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? t("access.hide") : t("access.show")}
        </button>
      }
    />
  );
}

import { Textarea } from "@mantine/core";
import { useState } from "react";

/** A list as lines of text; blank ones fall away when it is left. */
export function Lines(props: {
  label: string;
  hint?: string;
  error?: string | null;
  lines: readonly string[];
  onChange: (lines: string[]) => void;
}) {
  const [text, setText] = useState(props.lines.join("\n"));
  return (
    <Textarea
      size="xs"
      className="mono-field"
      label={props.label}
      description={props.hint}
      error={props.error}
      autosize
      minRows={1}
      maxRows={6}
      spellCheck={false}
      value={text}
      onChange={(event) => {
        const said = event.currentTarget.value;
        setText(said);
        props.onChange(
          said
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== ""),
        );
      }}
    />
  );
}
